"""Undoing by staff: asked with a reason, signed by another person, carried out once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from points.account import AlreadyReversed, UnknownEntry
from points.checks import check
from points.envelope import OwnHousehold, SamePerson
from points.redemption import AlreadyUndone
from points.rulebook import Policy
from points.undo import ReasonMissing, TownshipSigns, UndoAsked, UndoClosed, UnknownUndo
from tests.support.cast import ADA, BEN, CLEO, NIGHT, SHOP, TINA, ZHAO, ZOE, card
from tests.support.town import Town


@pytest.fixture
def shop(town: Town) -> Town:
    """A household with its card, and a shop; Cleo also keeps it."""
    town.household(ZHAO)
    town.shop()
    return town


def redeem(shop: Town, lines: list[tuple[str, int]]) -> str:
    return str(
        shop.by(CLEO).redeem(shop=SHOP, card=card(ZHAO), lines=lines, pin_checked=True).receipt_no
    )


def ask(shop: Town, entry: UUID, actor: Any = ADA) -> UUID:
    undo: UUID = shop.by(actor).ask_reversal(ZHAO, entry=str(entry), reason="记错了户")
    return undo


def balance(shop: Town) -> tuple[int, int]:
    found = shop.read.balances.of(ZHAO)
    assert found is not None
    return found.balance, found.receivable


def test_a_credit_is_reversed_by_two_people(shop: Town) -> None:
    case = shop.earned(ZHAO, 20)
    undo = ask(shop, case)
    with pytest.raises(SamePerson):
        shop.by(ADA).sign_undo(undo)
    assert [row["entry"] for row in shop.read.undos.waiting()] == [str(case)]

    shop.by(BEN).sign_undo(undo)

    assert balance(shop) == (0, 0)
    with pytest.raises(UndoClosed):
        shop.by(TINA).sign_undo(undo)
    with pytest.raises(AlreadyReversed):
        ask(shop, case)


def test_a_spent_credit_becomes_receivable_and_a_return_settles_it(shop: Town) -> None:
    case = shop.earned(ZHAO, 20)
    receipt = redeem(shop, [("G01", 6)])
    shop.undone(ask(shop, case))
    assert balance(shop) == (0, 12)

    shop.undone(shop.by(ADA).ask_return(receipt, reason="退货"))

    assert balance(shop) == (0, 0)
    assert shop.read.journal.identity() == {
        "issued": 20,
        "redeemed": 0,
        "outstanding": 0,
        "expired": 0,
        "reversed": 20,
        "deducted": 0,
    }
    assert check(shop.county) == []


def test_a_deduction_from_a_reversed_credit_is_never_owed(shop: Town) -> None:
    """Rulings 8; and taking that deduction back revives nothing."""
    case = shop.earned(ZHAO, 20)
    deduction = shop.earned(ZHAO, -15, "D02")
    shop.undone(ask(shop, case))
    assert balance(shop) == (0, 0)
    assert shop.read.journal.identity()["deducted"] == 15

    shop.undone(ask(shop, deduction))

    assert balance(shop) == (0, 0)
    identity = shop.read.journal.identity()
    assert (identity["deducted"], identity["reversed"]) == (0, 20)
    assert check(shop.county) == []


def test_a_deduction_is_given_back_to_its_lots(shop: Town) -> None:
    shop.earned(ZHAO, 20)
    deduction = shop.earned(ZHAO, -15, "D02")

    shop.undone(ask(shop, deduction))

    assert balance(shop) == (20, 0)
    with pytest.raises(AlreadyReversed):
        ask(shop, deduction)


@pytest.mark.parametrize(("points", "enough"), [(50, True), (51, False)])
def test_above_fifty_points_the_township_signs(shop: Town, points: int, enough: bool) -> None:
    undo = ask(shop, shop.earned(ZHAO, points))

    if enough:
        shop.by(BEN).sign_undo(undo)
    else:
        with pytest.raises(TownshipSigns):
            shop.by(BEN).sign_undo(undo)
        shop.by(TINA).sign_undo(undo)

    assert balance(shop) == (0, 0)


def test_a_redemption_is_returned_once_with_goods_and_points(shop: Town) -> None:
    shop.earned(ZHAO, 20)
    receipt = redeem(shop, [("G01", 2), ("G02", 1)])
    shop.later(days=3)
    undo = shop.by(ADA).ask_return(receipt, reason="坏了")
    shop.by(BEN).sign_undo(undo)

    assert balance(shop) == (20, 0)
    assert shop.read.stock.levels(SHOP) == {"G01": 50, "G02": 50, "G30": 50}
    with pytest.raises(AlreadyUndone):
        shop.by(ADA).ask_return(receipt, reason="再退一次")


def test_a_redemption_voided_after_the_return_was_asked(shop: Town) -> None:
    shop.earned(ZHAO, 20)
    receipt = redeem(shop, [("G01", 2)])
    undo = shop.by(ADA).ask_return(receipt, reason="坏了")
    shop.by(CLEO).void(receipt)

    with pytest.raises(AlreadyUndone):
        shop.by(BEN).sign_undo(undo)
    shop.by(BEN).refuse_undo(undo, reason="已经撤销")

    assert balance(shop) == (20, 0)
    assert check(shop.county) == []


def test_points_returned_after_their_last_day_expire_at_once(town: Town) -> None:
    town.books(policy=Policy(expiry_months=1))
    town.household(ZHAO)
    town.shop()
    town.earned(ZHAO, 20)
    receipt = redeem(town, [("G01", 2)])
    town.later(days=40)
    town.by(NIGHT).expire_due(town.today)

    town.undone(town.by(ADA).ask_return(receipt, reason="坏了"))

    assert balance(town) == (0, 0)
    assert [line["points"] for line in town.read.entries.latest(ZHAO)][:3] == [-4, 4, -16]
    assert check(town.county) == []


def test_a_refused_request_may_be_asked_again(shop: Town) -> None:
    undo = ask(shop, case := shop.earned(ZHAO, 20))
    with pytest.raises(UndoAsked):
        ask(shop, case, BEN)
    shop.by(BEN).refuse_undo(undo, reason="没有错")

    assert ask(shop, case, BEN) == undo
    shop.by(ADA).sign_undo(undo)
    assert balance(shop) == (0, 0)


def test_what_cannot_be_asked(shop: Town) -> None:
    case = shop.earned(ZHAO, 20)
    with pytest.raises(ReasonMissing):
        shop.by(ADA).ask_reversal(ZHAO, entry=str(case), reason="  ")
    with pytest.raises(UnknownEntry):
        ask(shop, UUID(int=0))
    with pytest.raises(OwnHousehold):
        ask(shop, case, ZOE)
    with pytest.raises(UnknownUndo):
        shop.by(BEN).sign_undo(UUID(int=0))


def test_nobody_signs_for_her_own_household(shop: Town) -> None:
    undo = ask(shop, shop.earned(ZHAO, 20))

    for answer in (
        lambda: shop.by(ZOE).sign_undo(undo),
        lambda: shop.by(ZOE).refuse_undo(undo, reason="自家的"),
    ):
        with pytest.raises(OwnHousehold):
            answer()
    assert balance(shop) == (20, 0)
