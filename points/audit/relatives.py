"""Who wrote down that somebody is a near relative: whoever is decides nothing for a household, so
one hand could leave it without deciders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from points.views.kinship import kin, kin_streams


@dataclass(frozen=True)
class Declared:
    """One declaration; `stands`: it has not ended since."""

    household: str
    person: str
    declarer: str
    day: str
    stands: bool = True


def declared(sql: Connection, place: str) -> list[Declared]:
    """All about households of a place."""
    wanted = (
        select(kin_streams.c.person, kin)
        .join(kin, kin.c.stream == kin_streams.c.stream)
        .where(kin.c.household.startswith(place, autoescape=True))
        .order_by(kin_streams.c.person, kin.c.household)
    )
    return [
        Declared(row.household, row.person, row.declarer, row.declared_on, not row.ended_on)
        for row in sql.execute(wanted)
    ]


def near_now(some: Iterable[Declared]) -> dict[str, tuple[str, ...]]:
    """Households by person, of what stands."""
    found: dict[str, tuple[str, ...]] = {}
    for each in some:
        if each.stands:
            found[each.person] = (*found.get(each.person, ()), each.household)
    return found


def by_others(some: Iterable[Declared], span: tuple[str, str]) -> tuple[Declared, ...]:
    """Those that another person wrote down in a span of days, whether they stand or not."""
    return tuple(
        each for each in some if each.declarer != each.person and span[0] <= each.day <= span[1]
    )
