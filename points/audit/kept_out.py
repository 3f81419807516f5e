"""Who wrote down that others are near relatives: whoever is decides nothing for a household, so one
hand could leave it without deciders."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from points.views.kinship import kin, kin_streams


@dataclass(frozen=True)
class KeptOut:
    """One declaration about another person; it may have ended since."""

    household: str
    person: str
    declarer: str
    day: str


def kept_out(sql: Connection, place: str, span: tuple[str, str]) -> list[KeptOut]:
    """Those about households of a place that were written down in a span of days."""
    wanted = (
        select(kin_streams.c.person, kin)
        .join(kin, kin.c.stream == kin_streams.c.stream)
        .where(
            kin.c.household.startswith(place, autoescape=True),
            kin.c.declared_on.between(*span),
            kin.c.declarer != kin_streams.c.person,
        )
        .order_by(kin.c.household, kin.c.declared_on, kin_streams.c.person)
    )
    return [
        KeptOut(row.household, row.person, row.declarer, row.declared_on)
        for row in sql.execute(wanted)
    ]
