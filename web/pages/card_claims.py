"""What a household reports itself, behind its card (申报; domain.md §2.2, §4 P1): a rule, a day, a
sentence. It goes the same way as what staff propose: somebody reviews it, and it hangs for all.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validate

from points.award import UnknownCase
from points.clock import business_day
from points.ledger import Proposal
from points.refusals import Refusal
from web.access.declared import limited, public
from web.access.visitor import of_household
from web.http.envelopes import once
from web.http.errors import STATUS
from web.pages.homes import Home, rules_of, stands
from web.pages.household import card_pages, home_behind, page
from web.wiring import house
from web.words.sentences import sentence

pages = card_pages("card_claims")

TEXT_MAX = 500
SHOWN = 20
"""So many of her own reports stand on the page."""


class Claiming(Schema):
    rule = fields.String(required=True, validate=validate.Length(1, 20))
    occurred_on = fields.Date(required=True)
    points = fields.Integer(load_default=None, validate=validate.Range(1, 1000))
    text = fields.String(required=True, validate=validate.Length(1, TEXT_MAX))


@pages.get("/C/<token>/claims")
@public
def show(token: str) -> ResponseReturnValue:
    return _page(token, home_behind(token))


@pages.post("/C/<token>/claims")
@public
@limited("10 per minute")
def claim(token: str) -> ResponseReturnValue:
    """Her household's own report: a case like any other, proposed by the household."""
    home = home_behind(token)
    try:
        sent = {name: value.strip() for name, value in request.form.items() if value.strip()}
        wish = Claiming(unknown="exclude").load(sent)
        told = wish | {"occurred_on": wish["occurred_on"].isoformat()}
        visitor = of_household(home.household)
        with once(told, key=request.form.get("key", ""), visitor=visitor):
            house().ledger.propose(
                Proposal(
                    home.household,
                    wish["rule"],
                    wish["occurred_on"],
                    points=wish["points"],
                    evidence=wish["text"],
                )
            )
    except ValidationError:
        return _page(token, home, wrong=True), 400
    except Refusal as no:
        return _page(token, home, error=sentence(no)), STATUS.get(no.code, 409)
    return redirect(url_for(".show", token=token, _anchor="mine"), 303)


@pages.post("/C/<token>/claims/<uuid:case>/withdraw")
@public
@limited("10 per minute")
def withdraw(token: str, case: UUID) -> ResponseReturnValue:
    """She takes her own report back, before it hangs; of others she learns nothing."""
    home = home_behind(token)
    try:
        if not any(each["case_id"] == case for each in _mine(home.household)):
            raise UnknownCase(case=str(case))
        visitor = of_household(home.household)
        with once({}, key=request.form.get("key", ""), visitor=visitor):
            house().ledger.withdraw(case)
    except Refusal as no:
        return _page(token, home, error=sentence(no)), STATUS.get(no.code, 409)
    return redirect(url_for(".show", token=token, _anchor="mine"), 303)


def _mine(household: str) -> list[dict[str, Any]]:
    by = of_household(household).id
    return [each for each in house().read.cases.of(household) if each["proposer"] == by]


def _page(token: str, home: Home, **said: Any) -> str:
    rules = [rule for rule in rules_of(house()) if rule.claimable]
    return page(
        "claims",
        token,
        home,
        rules=rules,
        asks_points=any(rule.points_min != rule.points_max for rule in rules),
        mine=[(each, stands(each)) for each in _mine(home.household)[:SHOWN]],
        today=business_day(house().clock()).isoformat(),
        key=token_hex(12),
        sent=request.form,
        **said,
    )
