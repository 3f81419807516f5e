"""Which cases a photo was proof of: its name is its content, so a picture used again is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import or_, select

from points.store.county import County
from points.views.cases import OPEN, cases
from points.views.undos import undos

STANDING = (*OPEN, "posted")
"""States of a case that uses its photos; what was refused, withdrawn or undone gives them back."""

AT_ONCE = 200
"""Names in one question."""

_wanted = (
    "case_id",
    "household",
    "rule",
    "item",
    "earner",
    "occurred_on",
    "proposer",
    "proposed_at",
    "state",
    "photos",
)


class Pictures:
    """Questions about photos. They are few beside the cases: no table holds them by name."""

    def __init__(self, county: County) -> None:
        self._county = county

    def used(self, names: Iterable[str], *, household: str = "") -> dict[str, list[dict[str, Any]]]:
        """By photo, the cases that it stands as proof of, the oldest first; of one household, or of
        the county."""
        wanted = list(dict.fromkeys(names))
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in wanted}
        for row in self._rows(wanted, household):
            for name in found.keys() & set(row["photos"].split()):
                found[name].append(row)
        return found

    def _rows(self, names: list[str], household: str) -> Iterator[dict[str, Any]]:
        shown = select(*(cases.c[name] for name in _wanted)).where(cases.c.photos != "")
        shown = shown.where(cases.c.state.in_(STANDING)).order_by(cases.c.proposed_at)
        if household:
            shown = shown.where(cases.c.household == household)
        left = iter(names)
        while some := list(islice(left, AT_ONCE)):
            these = or_(*(cases.c.photos.contains(name, autoescape=True) for name in some))
            with self._county.read() as sql:
                rows = [dict(row) for row in sql.execute(shown.where(these)).mappings()]
                refs = [str(row["case_id"]) for row in rows]
                undone = select(undos.c.entry).where(undos.c.entry.in_(refs))
                gone = set(sql.scalars(undone.where(undos.c.state == "signed")))
            yield from (row for row in rows if str(row["case_id"]) not in gone)
