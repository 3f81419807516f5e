"""Redemptions at a till: asked once, done once, whatever the network does."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from points.envelope import OwnHousehold, replayed
from points.ledger import CardUse, Receipt
from points.refusals import Refusal
from web import receipts, slips
from web.access.declared import mine, needs
from web.access.find import receipt
from web.api.blueprint import ApiBlueprint
from web.api.schemas import Nothing, ReceiptShown, RedemptionWish
from web.http.envelopes import once
from web.wiring import house

api = ApiBlueprint("api_redemptions", __name__)

KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Made before the first try and kept for every retry; scoped to the token.",
}
REPLAYED = {
    "Idempotency-Replayed": {
        "description": "true when this is the first answer again",
        "schema": {"type": "string"},
    }
}
SLIP = {
    "Jiamei-Slip": {
        "description": "for one satisfaction slip, `POST /slip`; with the first answer only",
        "schema": {"type": "string"},
    }
}


class UnknownAuthorisation(Refusal):
    """Nobody collects for a household without its authorisation."""

    code = "authorisation-unknown"


@api.post("/redemptions")
@needs("redemption.make", of=mine)
@api.doc(parameters=[KEY])
@api.arguments(RedemptionWish)
@api.response(201, ReceiptShown, headers=REPLAYED | SLIP)
def redeem(wish: dict[str, Any]) -> ResponseReturnValue:
    """Goods for points: all of them or none.

    The same key and body again give the first answer again, with `Idempotency-Replayed: true`;
    another body under the key is 422 `key-reused`. A refusal keeps nothing: the key may be used
    again.
    """
    with once(wish, required=True):
        made = house().ledger.made_by_command()
        card = CardUse("") if made else _card(wish["card"])
        receipt = house().ledger.redeem(
            shop=g.actor.shop,
            card=card,
            lines=[(line["sku"], line["quantity"]) for line in wish["lines"]],
            pin_checked=not made and _pin(card, wish),
            pin_above=house().settings.pin_above_points,
            without_pin_per_day=house().settings.no_pin_day_points,
            collected_by=None,
        )
        headers = {"Idempotency-Replayed": "true"} if replayed() else _slip()
    return shown(receipt), headers


@api.post("/redemptions/<receipt_no>/void")
@needs("redemption.void", of=receipt())
@api.arguments(Nothing, required=False)
@api.response(200, ReceiptShown, headers=REPLAYED)
def void(wish: dict[str, Any], receipt_no: str) -> ResponseReturnValue:
    """The same till takes a redemption back within 60 seconds; later, staff ask for a return."""
    with once(wish):
        receipt = house().ledger.void(receipt_no)
        headers = {"Idempotency-Replayed": "true"} if replayed() else {}
    return shown(receipt), headers


def _slip() -> dict[str, str]:
    """The token for one satisfaction slip, with the first answer only."""
    shop = house().read.shops.one(g.actor.shop) or {}
    return {"Jiamei-Slip": slips.for_redemption(house(), str(shop.get("village", "")))}


def shown(receipt: Receipt) -> dict[str, Any]:
    promise = receipts.promises(house(), [receipt.redemption])[receipt.redemption]
    return {
        "redemption": receipt.redemption,
        "receipt_no": receipt.receipt_no,
        "points": receipt.points,
        "balance": receipt.balance,
        "version": receipt.version,
        "lines": [line_shown(line) for line in receipt.lines],
        "proof": receipts.handed_out(house(), promise),
    }


def line_shown(line: dict[str, Any]) -> dict[str, Any]:
    """The ledger freezes the price of one unit; a line shows what it came to as well."""
    return line | {"price": line["points"], "points": line["points"] * line["quantity"]}


def _card(text: str) -> CardUse:
    """The card that was shown. Of a device nobody knows who serves at it, so none of the shop's
    keepers takes goods for her own household there: another keeper signs in (rulings 13)."""
    card = house().cards.read(text)
    if g.actor.door == "token":
        living = house().users.of_household(card.household)
        if living and living & set(house().read.shops.keepers(g.actor.shop)):
            raise OwnHousehold(household=card.household)
    return card


def _pin(card: CardUse, wish: dict[str, Any]) -> bool:
    """Whether the PIN was shown and is right; raises what `Pins.check` raises.

    A card that opens nothing any more tries no PINs.
    """
    if wish["collected_by"] is not None:
        raise UnknownAuthorisation
    if wish["pin"] is None:
        return False
    account = house().ledger.account(card.household)
    account.check_card(token_hash=card.token_hash, number_hash=card.number_hash)
    house().pins.check(card.household, wish["pin"])
    return True
