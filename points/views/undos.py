"""Requests to undo an entry: which wait for a signature, and how others ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Index, Integer, Table, Uuid, select

from points.clock import day_of
from points.store.county import County
from points.store.recorded import Recorded
from points.undo import Undo
from points.views.tables import maybe, text, views

undos = Table(
    "undos",
    views,
    Column("undo_id", Uuid, primary_key=True),
    text("kind"),
    text("entry", index=True),
    text("household"),
    text("state"),
    maybe("asker"),
    maybe("asked_on"),
    maybe("signer"),
    maybe("closed_on"),
    Column("points", Integer, nullable=False),
    maybe("note"),
    Index("undos_by_state", "state", "household"),
)


def apply(sql: Connection, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, Undo.Created):
        row = {"kind": event.kind, "entry": event.entry, "household": event.household}
        sql.execute(
            undos.insert(),
            {**row, "undo_id": event.originator_id, "state": "opened", "points": 0},
        )
    elif values := _values(event, day_of(recorded.stamp.at)):
        this = undos.c.undo_id == event.originator_id
        sql.execute(undos.update().where(this).values(values))


def _values(event: Any, day: str) -> dict[str, Any]:
    match event:
        case Undo.Asked():
            asked = {"asker": event.asker, "asked_on": day, "points": event.points}
            return {**asked, "state": "asked", "note": event.note, "closed_on": None}
        case Undo.Signed():
            return {"state": "signed", "signer": event.signer, "closed_on": day}
        case Undo.Refused():
            return {"state": "refused", "closed_on": day}
        case _:
            return {}


class Undos:
    """Questions about what is to be undone."""

    def __init__(self, county: County) -> None:
        self._county = county

    def waiting(self, place: str = "") -> list[dict[str, Any]]:
        """Requests of a place that wait for a signature, oldest first."""
        rows = (
            select(undos)
            .where(undos.c.state == "asked")
            .where(undos.c.household.startswith(place, autoescape=True))
            .order_by(undos.c.asked_on, undos.c.household)
        )
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]

    def one(self, undo_id: UUID) -> dict[str, Any] | None:
        rows = select(undos).where(undos.c.undo_id == undo_id)
        with self._county.read() as sql:
            row = sql.execute(rows).mappings().one_or_none()
        return dict(row) if row else None

    def of(self, entries: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The requests about these lots, cases or redemptions, by what they are about."""
        rows = select(undos).where(undos.c.entry.in_(entries))
        with self._county.read() as sql:
            return {row["entry"]: dict(row) for row in sql.execute(rows).mappings()}
