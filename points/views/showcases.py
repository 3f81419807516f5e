"""Show-case households: plaque, how long it holds, when somebody has to look again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Table, Uuid, bindparam, func, select

from points.showcase import Showcase
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.cases import cases
from points.views.tables import maybe, text, views

showcases = Table(
    "showcases",
    views,
    Column("showcase_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    text("household", index=True),
    text("level"),
    text("plaque", unique=True),
    text("valid_from"),
    text("valid_to"),
    text("due_on"),
    Column("passed", Boolean, nullable=False),
    maybe("inspected_on"),
    maybe("inspection"),
    text("state"),
    text("why"),
    maybe("asker"),
    maybe("revocation"),
    maybe("signer"),
    Index("showcases_by_state", "state", "due_on"),
)
"""`due_on`: by then somebody looks again. `inspection`, `revocation` name sealed notes."""

_grant = showcases.insert()
_this = showcases.update().where(showcases.c.showcase_id == bindparam("the_one"))
_inspect = _this.values(
    inspected_on=bindparam("day"),
    passed=bindparam("ok"),
    due_on=bindparam("due"),
    inspection=bindparam("the_note"),
)
_ask = _this.values(
    why=bindparam("the_why"), asker=bindparam("who"), revocation=bindparam("the_note")
)
_keep = _this.values(why="", asker=None, revocation=None)
_revoke = _this.values(state="revoked", signer=bindparam("who"))


@of(Showcase)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    this = {"the_one": event.originator_id}
    match event:
        case Showcase.Created():
            sql.execute(_grant, _granted(event))
        case Showcase.Reinspected():
            told = {"day": event.day, "ok": event.passed, "due": event.due_on}
            sql.execute(_inspect, {**this, **told, "the_note": event.note})
        case Showcase.RevocationAsked():
            told = {"the_why": event.why, "who": event.asker, "the_note": event.note}
            sql.execute(_ask, {**this, **told})
        case Showcase.RevocationRefused():
            sql.execute(_keep, this)
        case Showcase.Revoked():
            sql.execute(_revoke, {**this, "who": event.signer})


def _granted(event: Showcase.Created) -> dict[str, Any]:
    same = ("household", "level", "plaque", "valid_from", "valid_to", "due_on")
    return {
        **{name: getattr(event, name) for name in same},
        "showcase_id": event.originator_id,
        "case_id": UUID(event.case),
        "passed": True,
        "state": "valid",
        "why": "",
    } | dict.fromkeys(("inspected_on", "inspection", "asker", "revocation", "signer"))


class Showcases:
    """Questions about plaques."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(self, place: str = "", limit: int = 500) -> list[dict[str, Any]]:
        """Plaques of a place, those that stand and are due first on top."""
        return self._ask(
            select(showcases)
            .where(showcases.c.household.startswith(place, autoescape=True))
            .order_by(showcases.c.state.desc(), showcases.c.due_on, showcases.c.household)
            .limit(limit)
        )

    def one(self, showcase_id: UUID) -> dict[str, Any] | None:
        found = self._ask(select(showcases).where(showcases.c.showcase_id == showcase_id))
        return found[0] if found else None

    def due(self, place: str, today: date) -> int:
        """How many that still hold somebody should have looked at before today."""
        now = today.isoformat()
        rows = (
            select(func.count())
            .where(showcases.c.state == "valid", showcases.c.valid_to >= now)
            .where(showcases.c.due_on < now)
            .where(showcases.c.household.startswith(place, autoescape=True))
        )
        with self._county.read() as sql:
            return int(sql.scalar(rows) or 0)

    def has_plaque(self, number: str) -> bool:
        return bool(self._ask(select(showcases.c.plaque).where(showcases.c.plaque == number)))

    def without_plaque(self, place: str, rules: tuple[str, ...]) -> list[dict[str, Any]]:
        """Posted cases of these rules that have no plaque yet, oldest first."""
        have = select(showcases.c.case_id)
        return self._ask(
            select(cases)
            .where(cases.c.state == "posted", cases.c.rule.in_(rules))
            .where(cases.c.household.startswith(place, autoescape=True))
            .where(cases.c.case_id.not_in(have))
            .order_by(cases.c.proposed_at, cases.c.household)
        )

    def _ask(self, rows: Any) -> list[dict[str, Any]]:
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]
