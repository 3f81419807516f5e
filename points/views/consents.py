"""Which families agreed to be honoured by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, Table, Uuid, bindparam, select

from points.clock import day_of
from points.consent import CONSENT_LASTS, Consent
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import maybe, text, views

consents = Table(
    "consents",
    views,
    Column("consent_id", Uuid, primary_key=True),
    text("household", index=True),
    text("rule"),
    text("given_on"),
    maybe("recorder"),
    maybe("note"),
)
"""`given_on` is empty where it was taken back."""

_open = consents.insert()
_this = consents.update().where(consents.c.consent_id == bindparam("the_one"))
_give = _this.values(
    given_on=bindparam("day"), recorder=bindparam("who"), note=bindparam("the_note")
)
_withdraw = _this.values(given_on="", recorder=bindparam("who"))


@of(Consent)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    this = {"the_one": event.originator_id}
    match event:
        case Consent.Created():
            empty = {"given_on": "", "recorder": None, "note": None}
            row = {"household": event.household, "rule": event.rule}
            sql.execute(_open, {"consent_id": event.originator_id, **row, **empty})
        case Consent.Given():
            told = {"day": day_of(recorded.stamp.at), "who": event.recorder}
            sql.execute(_give, {**this, **told, "the_note": event.note})
        case Consent.Withdrawn():
            sql.execute(_withdraw, {**this, "who": event.recorder})


class Consents:
    """Questions about consents that stand."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(self, place: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """Those of a place, newest first."""
        rows = (
            select(consents)
            .where(consents.c.given_on != "")
            .where(consents.c.household.startswith(place, autoescape=True))
            .order_by(consents.c.given_on.desc(), consents.c.household, consents.c.rule)
            .limit(limit)
        )
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]

    def agreed(self, rule: str, households: Sequence[str], today: date) -> set[str]:
        """Those of these households that may be honoured by a rule today."""
        since = (today - CONSENT_LASTS).isoformat()
        rows = select(consents.c.household).where(
            consents.c.rule == rule,
            consents.c.given_on >= since,
            consents.c.household.in_(households),
        )
        with self._county.read() as sql:
            return set(sql.scalars(rows))
