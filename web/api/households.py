"""A household's balance and statement."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from points.clock import business_day
from points.ledger.base import UnknownAccount
from web.access.declared import needs
from web.access.find import household
from web.api.blueprint import ApiBlueprint
from web.api.schemas import BalanceShown, OnDay, Period, StatementShown
from web.http.errors import Invalid
from web.wiring import house

api = ApiBlueprint("api_households", __name__)


@api.get("/households/<no>/balance")
@needs("household.balance", of=household())
@api.arguments(OnDay, location="query")
@api.response(200, BalanceShown)
def balance(asked: dict[str, Any], no: str) -> ResponseReturnValue:
    """What a household may spend, now or at the end of a past day by recorded date.

    `no` is the full number, or the village's own where it is unambiguous in the token's place.
    """
    found = house().read.balances.of(g.thing.household, asked.get("on"))
    if found is None:
        raise UnknownAccount(household=no)
    today = business_day(house().clock()).isoformat()
    shown = asdict(found) | {"on": found.on or today}
    return shown, {"ETag": f'"{found.version}"'}


@api.get("/households/<no>/statement")
@needs("household.read", of=household())
@api.arguments(Period, location="query")
@api.response(200, StatementShown)
def statement(period: dict[str, Any], no: str) -> Any:
    """Every change of a period by recorded date, with opening and closing balance."""
    account = house().read.accounts.one(g.thing.household)
    if account is None:
        raise UnknownAccount(household=no)
    start = period.get("start") or date.fromisoformat(str(account["opened_on"]))
    end = period.get("end") or business_day(house().clock())
    if start > end:
        raise Invalid(**{"from": ["later than to"]})
    found = asdict(house().read.statements.of(g.thing.household, start, end))
    lines = [line | {"points": line["spendable"]} for line in found["lines"]]
    return found | {"lines": lines}
