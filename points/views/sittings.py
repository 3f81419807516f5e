"""Sittings of bodies: who was present, and what each decided of every case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Uuid, select

from points.sitting import Sitting, agreed
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import maybe, text, views

sittings = Table(
    "sittings",
    views,
    Column("sitting_id", Uuid, primary_key=True),
    Column("event", BigInteger, nullable=False),
    text("village"),
    text("body"),
    text("day"),
    text("number"),
    text("place"),
    Column("present", Integer, nullable=False),
    Column("required", Integer, nullable=False),
    text("held_by"),
    Index("sittings_by_village", "village", "day"),
)
"""`event`: its id, in the order in which minutes were entered."""

members = Table(
    "sitting_members",
    views,
    Column("sitting_id", Uuid, primary_key=True),
    Column("seat", Integer, primary_key=True),
    text("member"),
    maybe("household"),
)
"""Who was present."""

decisions = Table(
    "sitting_decisions",
    views,
    Column("sitting_id", Uuid, primary_key=True),
    Column("case_id", Uuid, primary_key=True),
    text("household"),
    Column("in_favour", Integer, nullable=False),
    Column("counted", Integer, nullable=False),
    text("recused"),
    Column("agreed", Boolean, nullable=False),
    Index("sitting_decisions_by_case", "case_id"),
)
"""`in_favour` of the `counted`; `recused` holds members' ids with a blank between."""

_hold = sittings.insert()
_member = members.insert()
_decide = decisions.insert()


@of(Sitting)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    if not isinstance(event, Sitting.Created):
        return
    this = {"sitting_id": event.originator_id}
    same = ("village", "body", "day", "number", "place", "required", "held_by")
    facts = {name: getattr(event, name) for name in same}
    present = len(event.members)
    sql.execute(_hold, {**this, **facts, "event": recorded.id, "present": present})
    for seat, member in enumerate(event.members, start=1):
        row = {"member": member["id"], "household": member["household"]}
        sql.execute(_member, {**this, "seat": seat, **row})
    for each in event.decisions:
        row = {
            "case_id": UUID(each["case"]),
            "household": each["household"],
            "in_favour": each["in_favour"],
            "counted": present - len(each["recused"]),
            "recused": " ".join(each["recused"]),
            "agreed": agreed(each, present),
        }
        sql.execute(_decide, {**this, **row})


class Sittings:
    """Questions about sittings."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of_place(self, place: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """Sittings of a place, the newest first."""
        return self._ask(
            select(sittings)
            .where(sittings.c.village.startswith(place, autoescape=True))
            .order_by(sittings.c.day.desc(), sittings.c.village, sittings.c.body)
            .order_by(sittings.c.number)
            .limit(limit)
        )

    def last(self, village: str, body: str) -> dict[str, Any] | None:
        """The latest of a body: who meets next is mostly who met then."""
        these = (sittings.c.village == village) & (sittings.c.body == body)
        newest = select(sittings).where(these)
        found = self._ask(newest.order_by(sittings.c.day.desc(), sittings.c.number.desc()).limit(1))
        return found[0] if found else None

    def size(self, village: str, body: str) -> int:
        """How many belong to a body, by the minutes that were entered last; 0 before the first."""
        these = (sittings.c.village == village) & (sittings.c.body == body)
        newest = select(sittings.c.required).where(these).order_by(sittings.c.event.desc())
        with self._county.read() as sql:
            return int(sql.scalar(newest.limit(1)) or 0)

    def one(self, sitting_id: UUID) -> dict[str, Any] | None:
        found = self._ask(select(sittings).where(sittings.c.sitting_id == sitting_id))
        return found[0] if found else None

    def members(self, sitting_id: UUID) -> list[dict[str, Any]]:
        """Member and her household, in the order of the minutes."""
        mine = select(members).where(members.c.sitting_id == sitting_id)
        return self._ask(mine.order_by(members.c.seat))

    def decisions(self, sitting_id: UUID) -> list[dict[str, Any]]:
        """What it said of each case, by household."""
        mine = select(decisions).where(decisions.c.sitting_id == sitting_id)
        return self._ask(mine.order_by(decisions.c.household, decisions.c.case_id))

    def behind(self, cases: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        """By case: the sitting that decided it, and what it said."""
        rows = self._ask(
            select(sittings, *(decisions.c[name] for name in _SAID))
            .join(decisions, decisions.c.sitting_id == sittings.c.sitting_id)
            .where(decisions.c.case_id.in_(cases))
        )
        return {row["case_id"]: row for row in rows}

    def _ask(self, rows: Any) -> list[dict[str, Any]]:
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]


_SAID = ("case_id", "in_favour", "counted", "recused", "agreed")
