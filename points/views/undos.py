"""Requests to undo an entry: which wait for a signature, and how others ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Table, Uuid, bindparam, select

from points.clock import day_of
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.undo import Undo
from points.views.tables import maybe, streamed, text, views

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

_open = undos.insert()
_ask = undos.update().where(undos.c.undo_id == bindparam("the_undo"))
_answer = undos.update().where(undos.c.undo_id == bindparam("the_undo"))
"""Two statements, because each sets columns of its own: those that its rows name."""


@of(Undo)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case Undo.Created():
            row = {"kind": event.kind, "entry": event.entry, "household": event.household}
            new = {"undo_id": event.originator_id, "state": "opened", "points": 0}
            sql.execute(_open, {**row, **new})
        case Undo.Asked():
            sql.execute(_ask, _asked(recorded))
        case Undo.Signed():
            sql.execute(_answer, _answered(recorded, "signed", event.signer))
        case Undo.Refused():
            sql.execute(_answer, _answered(recorded, "refused", None))


def _asked(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    return {
        "the_undo": event.originator_id,
        "asker": event.asker,
        "asked_on": day_of(recorded.stamp.at),
        "points": event.points,
        "note": event.note,
        "state": "asked",
        "closed_on": None,
    }


def _answered(recorded: Recorded, state: str, signer: str | None) -> dict[str, Any]:
    return {
        "the_undo": recorded.event.originator_id,
        "state": state,
        "signer": signer,
        "closed_on": day_of(recorded.stamp.at),
    }


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

    def every(self, place: str = "") -> Iterator[dict[str, Any]]:
        """Requests of a place, oldest first."""
        rows = select(undos).where(undos.c.household.startswith(place, autoescape=True))
        return streamed(self._county, rows.order_by(undos.c.asked_on, undos.c.undo_id))

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
