"""Bodies that became smaller: fewer of them are a quorum from then on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from points.views.sittings import sittings


@dataclass(frozen=True)
class Shrunk:
    """A sitting whose body had `before` members the last time and has `now`; who entered it."""

    village: str
    body: str
    day: str
    before: int
    now: int
    held_by: str


def shrunk(sql: Connection, place: str, span: tuple[str, str]) -> list[Shrunk]:
    """Those of a place that sat in a span of days."""
    here = sittings.c.village.startswith(place, autoescape=True)
    rows = select(sittings).where(here).order_by(sittings.c.event)
    found, size = [], dict[tuple[str, str], int]()
    for row in sql.execute(rows):
        before = size.get((row.village, row.body), 0)
        if row.required < before and span[0] <= row.day <= span[1]:
            found.append(Shrunk(row.village, row.body, row.day, before, row.required, row.held_by))
        size[row.village, row.body] = row.required
    return found
