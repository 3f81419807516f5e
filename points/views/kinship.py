"""Who declared to be a near relative of which household."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, bindparam, select

from points.clock import day_of
from points.kinship import Kinship
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import text, views

kin_streams = Table("kin_streams", views, text("stream", key=True), text("person"))
"""Whose declarations stand in a stream."""

kin = Table(
    "kin",
    views,
    text("stream", key=True),
    text("household", key=True),
    text("relation"),
    text("declarer"),
    text("declared_on"),
    text("ended_on"),
)
"""`ended_on` is empty while it holds. Declared again, it holds again."""

_open = kin_streams.insert()
_forget = kin.delete().where(
    kin.c.stream == bindparam("the_stream"), kin.c.household == bindparam("the_household")
)
_declare = kin.insert()
_end = (
    kin.update()
    .where(kin.c.stream == bindparam("the_stream"), kin.c.household == bindparam("the_household"))
    .values(ended_on=bindparam("day"))
)


@of(Kinship)
def apply(sql: Sql, recorded: Recorded) -> None:
    event, stream = recorded.event, recorded.event.originator_id.hex
    match event:
        case Kinship.Created():
            sql.execute(_open, {"stream": stream, "person": event.person})
        case Kinship.Declared():
            this = {"the_stream": stream, "the_household": event.household}
            sql.execute(_forget, this)
            row = {name: getattr(event, name) for name in ("household", "relation", "declarer")}
            day = day_of(recorded.stamp.at)
            sql.execute(_declare, {**row, "stream": stream, "declared_on": day, "ended_on": ""})
        case Kinship.Ended():
            this = {"the_stream": stream, "the_household": event.household}
            sql.execute(_end, {**this, "day": day_of(recorded.stamp.at)})


class Kin:
    """Questions about relatives, as they stand now."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of_person(self, person: str) -> dict[str, str]:
        """Relation by household."""
        rows = self._rows().where(kin_streams.c.person == person)
        return {row["household"]: row["relation"] for row in self._ask(rows)}

    def of_households(self, households: Sequence[str]) -> dict[str, list[str]]:
        """Who is a relative of each of these households, by id."""
        found: dict[str, list[str]] = {}
        for row in self._ask(self._rows().where(kin.c.household.in_(households))):
            found.setdefault(row["household"], []).append(row["person"])
        return found

    def of_place(self, place: str) -> list[dict[str, Any]]:
        """Every declaration about households of a place."""
        return self._ask(self._rows().where(kin.c.household.startswith(place, autoescape=True)))

    def _rows(self) -> Any:
        return (
            select(kin_streams.c.person, kin)
            .join(kin, kin.c.stream == kin_streams.c.stream)
            .where(kin.c.ended_on == "")
            .order_by(kin.c.household, kin_streams.c.person)
        )

    def _ask(self, rows: Any) -> list[dict[str, Any]]:
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]
