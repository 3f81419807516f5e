"""Sign-offs: who checked which month of which place, how much of it, and what was found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Table, Uuid, bindparam, select

from points.clock import day_of
from points.signoff import SignOff
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import maybe, text, views

signoffs = Table(
    "signoffs",
    views,
    Column("signoff_id", Uuid, primary_key=True),
    text("place"),
    text("period"),
    text("signer"),
    text("role"),
    Column("number", Integer, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    text("codes"),
    text("seed"),
    text("at"),
    text("day"),
    maybe("corrects"),
    maybe("corrected_by"),
    maybe("note"),
    Index("signoffs_by_place", "place", "period"),
)
"""`checked` and `wrong` count entries; `codes` holds what was found with a blank between."""

_add = signoffs.insert()
_correct = (
    signoffs.update()
    .where(signoffs.c.signoff_id == bindparam("the_one"))
    .values(corrected_by=bindparam("by"))
)


@of(SignOff)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case SignOff.Created():
            sql.execute(_add, _signed(recorded))
        case SignOff.Corrected():
            sql.execute(_correct, {"the_one": event.originator_id, "by": event.by})


def _signed(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    same = ("place", "period", "signer", "role", "number", "seed", "corrects", "note")
    return {
        **{name: getattr(event, name) for name in same},
        "signoff_id": event.originator_id,
        "checked": len(event.checked),
        "wrong": len({entry for entry, _ in event.findings}),
        "codes": " ".join(sorted({code for _, code in event.findings})),
        "at": recorded.stamp.at,
        "day": day_of(recorded.stamp.at),
        "corrected_by": None,
    }


class SignOffs:
    """Questions about what was signed off."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(self, place: str = "", period: str = "") -> list[dict[str, Any]]:
        """Sign-offs of a place and below, of a month or of all, newest first."""
        rows = select(signoffs).where(signoffs.c.place.startswith(place, autoescape=True))
        if period:
            rows = rows.where(signoffs.c.period == period)
        with self._county.read() as sql:
            found = sql.execute(rows.order_by(signoffs.c.at.desc(), signoffs.c.signoff_id))
            return [dict(row) for row in found.mappings()]

    def one(self, sign_off: UUID) -> dict[str, Any] | None:
        with self._county.read() as sql:
            row = sql.execute(select(signoffs).where(signoffs.c.signoff_id == sign_off))
            found = row.mappings().one_or_none()
        return dict(found) if found else None
