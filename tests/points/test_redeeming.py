"""Goods for points: one save, one receipt, every limit named; taken back within a minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from points.account import CardBlocked, CardUnknown, NotEnoughPoints, PinRequired
from points.checks import check
from points.clock import SHANGHAI
from points.envelope import OwnHousehold, opened
from points.ledger.base import KeyReused
from points.pricelist import UnknownGood
from points.redemption import (
    AlreadyUndone,
    NothingTaken,
    NotTheSameKeeper,
    UnknownReceipt,
    VoidTooLate,
)
from points.refusals import Refusal
from points.rulebook import Policy
from points.shop import NotTheKeeper, UnknownShop
from points.stock import BadQuantity, OutOfStock
from tests.support.cast import (
    ADA,
    BEN,
    CLEO,
    GOODS,
    NIGHT,
    QIAN,
    SHOP,
    VILLAGE,
    ZACK,
    ZHAO,
    card,
    hashes,
    typed,
)
from tests.support.town import Town


@pytest.fixture
def shop(town: Town) -> Town:
    """Two households with 60 points each, and a shop with 50 of each good."""
    for household in (ZHAO, QIAN):
        town.household(household)
        town.earned(household, 60)
    town.shop()
    return town


def redeem(town: Town, household: str = ZHAO, actor: Any = CLEO, **more: Any) -> Any:
    command = more.pop("command", None)
    usual = {"shop": SHOP, "card": card(household), "lines": [("G01", 2)], "pin_checked": True}
    return town.by(actor, command).redeem(**{**usual, **more})


def test_several_goods_in_one_receipt(shop: Town) -> None:
    receipt = redeem(shop, lines=[("G01", 2), ("G02", 1), ("G01", 1)])

    assert (receipt.receipt_no, receipt.points, receipt.balance) == ("S01-20261124-0001", 9, 51)
    assert [(line["sku"], line["quantity"]) for line in receipt.lines] == [("G01", 3), ("G02", 1)]
    assert shop.read.stock.levels(SHOP) == {"G01": 47, "G02": 49, "G30": 50}
    found = shop.read.redemptions.by_receipt(receipt.receipt_no)
    assert found is not None
    assert (found["household"], found["keeper"], found["state"]) == (ZHAO, "cleo", "completed")


def test_receipts_count_by_day(shop: Town) -> None:
    numbers = [redeem(shop).receipt_no, redeem(shop, QIAN).receipt_no]
    shop.later(days=1)
    numbers.append(redeem(shop).receipt_no)

    assert numbers == ["S01-20261124-0001", "S01-20261124-0002", "S01-20261125-0001"]


def test_a_refused_redemption_takes_no_number_and_nothing_else(shop: Town) -> None:
    shop.earned(ZHAO, 100)
    before = shop.ledger.recorder.max_notification_id()

    with pytest.raises(OutOfStock):
        redeem(shop, lines=[("G02", 1), ("G01", 51)])

    assert shop.ledger.recorder.max_notification_id() == before
    assert redeem(shop).receipt_no.endswith("-0001")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        pytest.param({"lines": []}, NothingTaken, id="nothing"),
        pytest.param({"lines": [("G01", 0)]}, BadQuantity, id="none"),
        pytest.param({"lines": [("G01", -1)]}, BadQuantity, id="less than none"),
        pytest.param({"lines": [("G01", 100)]}, BadQuantity, id="too many"),
        pytest.param({"lines": [("G01", 50), ("G01", 50)]}, BadQuantity, id="too many in parts"),
        pytest.param({"lines": [("X99", 1)]}, UnknownGood, id="no such good"),
        pytest.param({"lines": [("G02", 21)]}, NotEnoughPoints, id="more than she has"),
        pytest.param({"lines": [("G30", 1)]}, NotEnoughPoints, id="one that is too dear"),
        pytest.param({"shop": "S99"}, UnknownShop, id="no such shop"),
        pytest.param({"card": card(ZHAO, 2)}, CardBlocked, id="not today's card"),
        pytest.param({"card": typed(ZHAO, 2)}, CardBlocked, id="not today's number"),
        pytest.param({"actor": ADA}, NotTheKeeper, id="not the keeper"),
        pytest.param({"actor": ZACK}, OwnHousehold, id="the keeper's own household"),
    ],
)
def test_what_is_refused_at_the_till(
    shop: Town, more: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        redeem(shop, **more)


def test_a_household_without_a_card_buys_nothing(shop: Town) -> None:
    shop.by(ADA).open_account(f"{VILLAGE}-A009", village=VILLAGE)

    with pytest.raises(CardUnknown):
        redeem(shop, f"{VILLAGE}-A009")


def test_base_points_buy_nothing(town: Town) -> None:
    town.household(ZHAO)
    town.shop()
    town.by(BEN).grant_base(ZHAO)

    with pytest.raises(NotEnoughPoints) as refusal:
        redeem(town)
    assert refusal.value.facts == {"needed": 4, "balance": 0}


# The PIN.


def test_when_the_till_asks_for_the_pin(shop: Town) -> None:
    shop.earned(ZHAO, 20)
    redeem(shop, lines=[("G01", 8)], pin_checked=False)
    with pytest.raises(PinRequired) as refusal:
        redeem(shop, lines=[("G01", 8)], pin_checked=False)
    assert refusal.value.facts == {"points": 16, "above": 30, "left": 14}
    redeem(shop, lines=[("G01", 7)], pin_checked=False)
    redeem(shop, lines=[("G01", 1)], pin_checked=True)

    shop.later(days=1)
    redeem(shop, lines=[("G01", 8)], pin_checked=False)


def test_a_typed_number_always_needs_the_pin(shop: Town) -> None:
    with pytest.raises(PinRequired):
        redeem(shop, card=typed(ZHAO), pin_checked=False)
    redeem(shop, card=typed(ZHAO), pin_checked=True)


def test_a_void_gives_the_days_sum_back(shop: Town) -> None:
    receipt = redeem(shop, lines=[("G01", 15)], pin_checked=False)
    with pytest.raises(PinRequired):
        redeem(shop, pin_checked=False)

    shop.by(CLEO).void(receipt.receipt_no)

    redeem(shop, pin_checked=False)


# Cards.


def test_a_card_replaced_while_the_till_is_open(shop: Town) -> None:
    redeem(shop)
    shop.by(ADA).reissue_card(ZHAO, **hashes(ZHAO, 2))

    with pytest.raises(CardBlocked):
        redeem(shop)
    redeem(shop, card=card(ZHAO, 2))
    assert [each["state"] for each in shop.read.cards.of(ZHAO)] == ["active", "lost"]


def test_a_lost_card_opens_nothing_until_there_is_another(shop: Town) -> None:
    shop.by(ADA).report_card_lost(ZHAO)
    with pytest.raises(CardBlocked):
        redeem(shop)

    shop.by(ADA).issue_card(ZHAO, **hashes(ZHAO, 2))

    redeem(shop, card=card(ZHAO, 2))
    found = shop.read.cards.find(token_hash=hashes(ZHAO)["token_hash"])
    assert found is not None
    assert (found["household"], found["state"]) == (ZHAO, "lost")


def test_a_card_of_one_household_opens_no_other(shop: Town) -> None:
    stolen = replace(card(ZHAO), household=QIAN)

    with pytest.raises(CardBlocked):
        redeem(shop, card=stolen)


# Keepers and prices.


def test_a_released_keeper_serves_no_longer(shop: Town) -> None:
    shop.by(ADA).release_keeper(SHOP, keeper=CLEO.id)

    with pytest.raises(NotTheKeeper):
        redeem(shop)
    assert check(shop.county) == []


def test_the_price_of_the_day_is_frozen(shop: Town) -> None:
    old = redeem(shop, lines=[("G01", 1)])
    shop.books(goods=[replace(good, points=good.points * 2, name="新") for good in GOODS])
    new = redeem(shop, lines=[("G01", 1)])

    assert (old.points, new.points) == (2, 4)
    kept = shop.read.redemptions.by_receipt(old.receipt_no)
    assert kept is not None
    assert (kept["lines"][0]["name"], kept["lines"][0]["points"]) == ("牙刷", 2)
    assert check(shop.county) == []


# The same command again.


def test_a_retry_gets_the_first_answer(shop: Town) -> None:
    first = redeem(shop, command="key")
    shop.later(hours=9)
    redeem(shop)

    assert redeem(shop, command="key") == first
    assert shop.balance(ZHAO) == 52


def test_a_retry_gets_the_first_answer_from_any_zone(shop: Town) -> None:
    """The clock of the first answer may carry another zone than the stored one."""
    shop.now = shop.now.astimezone(SHANGHAI)
    first = redeem(shop, command="key")

    assert redeem(shop, command="key") == first


def test_a_refused_command_may_be_tried_again(shop: Town) -> None:
    with pytest.raises(NotEnoughPoints):
        redeem(shop, lines=[("G02", 21)], command="key")
    shop.earned(ZHAO, 20)

    assert redeem(shop, lines=[("G02", 21)], command="key").points == 63


def test_a_key_is_not_used_for_another_request(shop: Town) -> None:
    redeem(shop, command="key")

    other = replace(shop.envelope(CLEO, "key"), request_hash="another body")
    with opened(other), pytest.raises(KeyReused):
        shop.ledger.redeem(shop=SHOP, card=card(ZHAO), lines=[("G01", 9)], pin_checked=True)


# Voids.


def test_a_void_puts_everything_back(shop: Town) -> None:
    receipt = redeem(shop, lines=[("G01", 2), ("G02", 1)])
    shop.later(seconds=60)

    voided = shop.by(CLEO).void(receipt.receipt_no)

    assert (voided.state, voided.balance, voided.receipt_no) == ("voided", 60, receipt.receipt_no)
    assert shop.read.stock.levels(SHOP) == {"G01": 50, "G02": 50, "G30": 50}
    assert shop.read.redemptions.goods_of_day(SHOP, shop.today) == []
    assert redeem(shop).receipt_no.endswith("-0002")


@pytest.mark.parametrize(
    ("actor", "seconds", "refusal"),
    [(CLEO, 61, VoidTooLate), (ZACK, 1, NotTheSameKeeper), (ADA, 1, NotTheSameKeeper)],
)
def test_who_may_void_and_until_when(
    shop: Town, actor: Any, seconds: float, refusal: type[Refusal]
) -> None:
    receipt = redeem(shop, QIAN)
    shop.later(seconds=seconds)

    with pytest.raises(refusal):
        shop.by(actor).void(receipt.receipt_no)
    assert shop.balance(QIAN) == 56


def test_a_redemption_is_voided_once(shop: Town) -> None:
    receipt = redeem(shop)
    shop.by(CLEO).void(receipt.receipt_no)

    with pytest.raises(AlreadyUndone):
        shop.by(CLEO).void(receipt.receipt_no)
    with pytest.raises(UnknownReceipt):
        shop.by(CLEO).void("S01-20261124-0099")


def test_a_void_after_midnight_is_entered_on_its_own_day(shop: Town) -> None:
    shop.now = shop.now.replace(hour=15, minute=59, second=50)  # 23:59:50 in Shanghai
    day = shop.today
    receipt = redeem(shop)
    shop.later(seconds=30)
    shop.by(CLEO).void(receipt.receipt_no)

    assert shop.today == day + timedelta(days=1)
    assert shop.read.balances.before(ZHAO, shop.today) == 56
    assert shop.balance(ZHAO) == 60
    assert check(shop.county) == []


# Points that lapse.


def test_lapsed_points_buy_nothing_before_the_night_job_either(town: Town) -> None:
    town.books(policy=Policy(expiry_months=1))
    town.household(ZHAO)
    town.shop()
    town.earned(ZHAO, 20)
    town.later(days=30)  # the 24th of December, their last day
    redeem(town)
    town.later(days=1)

    with pytest.raises(NotEnoughPoints) as refusal:
        redeem(town)

    assert refusal.value.facts == {"needed": 4, "balance": 0}
    assert town.balance(ZHAO) == 16
    assert town.by(NIGHT).expire_due(town.today) == 1
    assert town.by(NIGHT).expire_due(town.today) == 0
    assert town.balance(ZHAO) == 0
    assert check(town.county) == []


def test_what_is_voided_on_the_day_after_their_last_expires_at_once(town: Town) -> None:
    town.books(policy=Policy(expiry_months=1))
    town.household(ZHAO)
    town.shop()
    town.earned(ZHAO, 20)
    town.later(days=30)
    town.now = town.now.replace(hour=15, minute=59, second=50)
    receipt = redeem(town)
    town.later(seconds=30)

    voided = town.by(CLEO).void(receipt.receipt_no)

    assert (voided.balance, town.balance(ZHAO)) == (0, 0)
    assert [line["kind"] for line in town.read.entries.latest(ZHAO)][:2] == ["expiry", "void"]
    assert check(town.county) == []
