"""How a credit or a deduction came about: proposed, reviewed, hung up, posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import select

from points.store.county import County
from points.views.cases import cases
from points.views.notices import notice_lines, notices
from points.views.sittings import sittings

AWARDED = ("credit", "deduction")
"""Kinds of entries that stand on a case."""

_CASE = ("case_id", "household", "objection", "proposer", "proposed_on", "signers", "reviewed_at")
_NOTICE = ("notice_id", "month", "number", "kind", "opened_by", "opens_on", "closes_on")
_SITTING = ("sitting_id", "body", "day", "number")

_chains = (
    select(
        *(cases.c[name] for name in _CASE),
        cases.c.closed_on.label("posted_on"),
        *(notices.c[name] for name in _NOTICE),
        notice_lines.c.line,
        *(sittings.c[name].label(f"sitting_{name.removeprefix('sitting_')}") for name in _SITTING),
    )
    .join(notices, notices.c.notice_id == cases.c.notice_id)
    .join(
        notice_lines,
        (notice_lines.c.notice_id == cases.c.notice_id)
        & (notice_lines.c.case_id == cases.c.case_id),
    )
    .join(sittings, sittings.c.sitting_id == cases.c.sitting, isouter=True)
)


class Chains:
    """Questions about the way of points into an account."""

    def __init__(self, county: County) -> None:
        self._county = county

    def behind(self, lines: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """By the `ref` of an entry: who proposed and when; `signers`, ids with a blank between,
        and `reviewed_at`; `objection`, the upheld one that it answers; `sitting_…`, empty where no
        body sat; the notice and its `line`; and `posted_on`. Openings and base points have no such
        way."""
        ids: list[UUID] = []
        for line in lines:
            with suppress(ValueError):
                ids += [UUID(line["ref"])] if line["kind"] in AWARDED else []
        if not ids:
            return {}
        with self._county.read() as sql:
            rows = sql.execute(_chains.where(cases.c.case_id.in_(ids))).mappings().all()
        return {str(row["case_id"]): dict(row) for row in rows}
