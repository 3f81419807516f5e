"""The card that was shown at the till: whose it is, and what it may do without PIN."""

from __future__ import annotations

from typing import Any

from flask import g

from points.clock import instant
from web.access.authorize import at_household
from web.access.declared import limited, mine, needs
from web.access.gate import check
from web.api.blueprint import ApiBlueprint
from web.api.schemas import CardShown, CardWish
from web.wiring import house

api = ApiBlueprint("api_cards", __name__)


@api.post("/cards/lookup")
@needs("card.lookup", of=mine)
@limited("120 per minute")
@api.arguments(CardWish)
@api.response(200, CardShown)
def look_up(wish: dict[str, Any]) -> Any:
    """Balance and masked name of a card's household; 404 for no card, 409 for a lost one."""
    card = house().cards.read(wish["card"])
    if g.actor.shop is None:  # not at a till: staff look up their own households
        check("card.lookup", at_household(card.household))
    account = house().ledger.account(card.household)
    account.check_card(token_hash=card.token_hash, number_hash=card.number_hash)
    names = house().registry.masked_heads([card.household])
    left = account.left_without_pin(house().settings.no_pin_day_points)
    return {
        "household": card.household,
        "masked_name": names.get(card.household, ""),
        "balance": account.balance,
        "pin_set": house().pins.is_set(card.household),
        "pin_above": 0 if card.typed else house().settings.pin_above_points,
        "no_pin_left": 0 if card.typed else left,
        "as_of": instant(house().clock()),
    }
