"""Photos that prove two things: taken of one, and shown again for another day or rule."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from points.views.cases import cases
from points.views.entries import entries


@dataclass(frozen=True)
class Reused:
    """A posted award whose photo had proved something else before, done on `first_on`."""

    entry: int
    household: str
    proposer: str
    first_on: str

    @property
    def village(self) -> str:
        return self.household.partition("-")[0]


def reused(sql: Connection, place: str, span: tuple[str, str]) -> list[Reused]:
    """Awards of a place that were posted in a span of days; what the photo proved before may be of
    anywhere, and of any time."""
    rows = select(cases).where(cases.c.photos != "", cases.c.state == "posted")
    firsts: dict[str, tuple[str, str]] = {}
    again: dict[str, tuple[Row[tuple[object, ...]], str]] = {}
    for row in sql.execute(rows.order_by(cases.c.proposed_at, cases.c.case_id)):
        what = (row.rule, row.occurred_on)
        for name in row.photos.split():
            first = firsts.setdefault(name, what)
            here = row.household.startswith(place) and span[0] <= row.closed_on <= span[1]
            if first != what and here:
                again.setdefault(str(row.case_id), (row, first[1]))
    asked = select(entries.c.ref, entries.c.id).where(entries.c.ref.in_(list(again)))
    asked = asked.where(entries.c.kind.in_(("credit", "deduction")))
    ids = {row.ref: row.id for row in sql.execute(asked)}
    return [
        Reused(ids[ref], row.household, row.proposer, day)
        for ref, (row, day) in again.items()
        if ref in ids
    ]
