"""An account's rules: what may be taken, what comes back, which card opens it."""

from __future__ import annotations

from typing import Any

import pytest

from points.account import (
    AlreadyReversed,
    CardBlocked,
    CardInUse,
    CardUnknown,
    NotEnoughPoints,
    PinRequired,
    PointsAccount,
    UnknownEntry,
)
from tests.support.cast import ADA, VILLAGE, ZHAO
from tests.support.history import Fact, acting, given, news

opened: Fact = (PointsAccount.Created, {"household": ZHAO, "village": VILLAGE, "group": ""})
SALE = {"receipt_no": "S01-20261124-0001", "shop": "S01", "day": "2026-11-24", "pin": True}
DEDUCTION = {
    "rule": "D01",
    "rule_version": 1,
    "item": "乱倒垃圾",
    "occurred_on": "2026-11-24",
    "note": None,
    "note_digest": None,
}


def credited(lot: str, points: int, **more: Any) -> Fact:
    usual = {
        "bucket": "earned",
        "redeemable": True,
        "source": "award",
        "rule": "E01",
        "rule_version": 1,
        "item": "见义勇为",
        "occurred_on": "2026-11-24",
        "expires_on": None,
        "earner": None,
        "note": None,
        "note_digest": None,
    }
    return PointsAccount.Credited, {"lot": lot, "points": points, **usual, **more}


def redeemed(redemption: str, takes: list[list[Any]], **more: Any) -> Fact:
    points = sum(take[1] for take in takes)
    facts = {"redemption": redemption, "points": points, "takes": takes, **SALE, **more}
    return PointsAccount.Redeemed, facts


def deducted(case: str, takes: list[list[Any]], not_taken: int = 0) -> Fact:
    points = sum(take[1] for take in takes)
    facts = {"case": case, "points": points, "not_taken": not_taken, "takes": takes, **DEDUCTION}
    return PointsAccount.Deducted, facts


def reversed_(lot: str, taken: int, receivable: int) -> Fact:
    facts = {"undo": "u", "lot": lot, "bucket": "earned", "redeemable": True}
    return PointsAccount.Reversed, {
        **facts,
        "points": taken + receivable,
        "taken": taken,
        "receivable": receivable,
    }


def happened(account: PointsAccount) -> dict[str, Any]:
    """The one thing that the account decided, by its fields."""
    [(_, fields)] = news(account)
    return fields


# Spending.


@pytest.mark.parametrize(
    ("lots", "takes"),
    [
        pytest.param(
            [credited("earned", 5), credited("gift", 5, bucket="gift")],
            [["gift", 5, "gift"], ["earned", 1, "earned"]],
            id="gifts first",
        ),
        pytest.param(
            [credited("base", 5, bucket="base"), credited("earned", 5)],
            [["earned", 5, "earned"], ["base", 1, "base"]],
            id="base last",
        ),
        pytest.param(
            [
                credited("long", 5, expires_on="2027-06-01"),
                credited("soon", 5, expires_on="2027-01-01"),
            ],
            [["soon", 5, "earned"], ["long", 1, "earned"]],
            id="soonest expiry first",
        ),
        pytest.param(
            [credited("for ever", 5), credited("dated", 5, expires_on="2030-01-01")],
            [["dated", 5, "earned"], ["for ever", 1, "earned"]],
            id="those that last come last",
        ),
        pytest.param(
            [credited("old", 5), credited("new", 5)],
            [["old", 5, "earned"], ["new", 1, "earned"]],
            id="then the oldest",
        ),
    ],
)
def test_a_debit_takes_lots_in_this_order(lots: list[Fact], takes: list[list[Any]]) -> None:
    account = given(PointsAccount, opened, *lots)

    with acting(ADA):
        taken = account.redeem(6, redemption="r1", **SALE)

    assert taken == takes == happened(account)["takes"]


def test_a_balance_never_goes_below_zero() -> None:
    account = given(PointsAccount, opened, credited("c1", 5))

    with acting(ADA), pytest.raises(NotEnoughPoints) as refusal:
        account.redeem(6, redemption="r1", **SALE)

    assert refusal.value.facts == {"needed": 6, "balance": 5}
    assert news(account) == []


def test_base_points_that_buy_nothing_are_no_balance() -> None:
    account = given(PointsAccount, opened, credited("b", 10, bucket="base", redeemable=False))

    with acting(ADA), pytest.raises(NotEnoughPoints):
        account.redeem(1, redemption="r1", **SALE)

    assert (account.balance, account.bucket("base")) == (0, 10)


def test_a_credit_sent_twice_is_posted_once() -> None:
    account = given(PointsAccount, opened, credited("c1", 5))

    with acting(ADA):
        account.credit("c1", points=5)

    assert news(account) == []


def test_points_go_back_to_the_lots_they_came_from() -> None:
    takes = [["gift", 5, "gift"], ["old", 1, "earned"]]
    account = given(
        PointsAccount,
        opened,
        credited("old", 5),
        credited("gift", 5, bucket="gift"),
        redeemed("r1", takes),
        credited("newest", 9, bucket="gift"),
    )

    with acting(ADA):
        account.restore(takes, redemption="r1", receipt_no=SALE["receipt_no"], why="void")

    assert happened(account)["back"] == takes
    assert {name: lot["left"] for name, lot in account.lots.items()} == {
        "old": 5,
        "gift": 5,
        "newest": 9,
    }


# Expiry.


@pytest.mark.parametrize(("today", "gone"), [("2026-12-31", 0), ("2027-01-01", 1)])
def test_points_last_through_their_last_day(today: str, gone: int) -> None:
    account = given(
        PointsAccount, opened, credited("c1", 5, expires_on="2026-12-31"), credited("c2", 5)
    )

    with acting(ADA):
        assert account.expire(today) == gone

    assert account.balance == 10 - 5 * gone


def test_only_what_is_left_expires() -> None:
    account = given(
        PointsAccount,
        opened,
        credited("c1", 5, expires_on="2026-11-30"),
        redeemed("r1", [["c1", 3, "earned"]]),
    )

    with acting(ADA):
        account.expire("2026-12-01")

    assert happened(account)["points"] == 2


# Reversal.


def test_a_reversed_credit_takes_what_is_left_and_the_rest_is_owed() -> None:
    account = given(
        PointsAccount, opened, credited("c1", 10), redeemed("r1", [["c1", 4, "earned"]])
    )

    with acting(ADA):
        account.reverse_credit("c1", undo="u1")

    fields = happened(account)
    assert (fields["points"], fields["taken"], fields["receivable"]) == (10, 6, 4)
    assert (account.balance, account.receivable) == (0, 4)


def test_what_expired_is_not_owed() -> None:
    expired = (
        PointsAccount.Expired,
        {
            "lot": "c1",
            "bucket": "earned",
            "redeemable": True,
            "points": 6,
            "expires_on": "2026-11-01",
        },
    )
    account = given(
        PointsAccount,
        opened,
        credited("c1", 10, expires_on="2026-11-01"),
        redeemed("r1", [["c1", 4, "earned"]]),
        expired,
    )

    with acting(ADA):
        account.reverse_credit("c1", undo="u1")

    assert (happened(account)["points"], account.receivable) == (4, 4)


def test_what_a_deduction_took_is_not_owed() -> None:
    """A deduction never makes a receivable (rulings 8)."""
    account = given(
        PointsAccount,
        opened,
        credited("c1", 10),
        redeemed("r1", [["c1", 3, "earned"]]),
        deducted("d1", [["c1", 5, "earned"]]),
    )

    with acting(ADA):
        account.reverse_credit("c1", undo="u1")

    fields = happened(account)
    assert (fields["points"], fields["taken"], fields["receivable"]) == (5, 2, 3)


def test_what_comes_back_to_a_reversed_credit_settles_what_is_owed() -> None:
    takes = [["c1", 4, "earned"], ["c2", 1, "earned"]]
    account = given(
        PointsAccount,
        opened,
        credited("c1", 4),
        credited("c2", 9),
        redeemed("r1", takes),
        reversed_("c1", taken=0, receivable=4),
    )

    with acting(ADA):
        account.restore(takes, redemption="r1", receipt_no=SALE["receipt_no"], why="return")

    fields = happened(account)
    assert (fields["back"], fields["settled"]) == ([["c2", 1, "earned"]], [["c1", 4, "earned"]])
    assert (account.balance, account.receivable) == (9, 0)


def test_a_credit_is_reversed_once() -> None:
    account = given(PointsAccount, opened, credited("c1", 5), reversed_("c1", 5, 0))

    with acting(ADA), pytest.raises(AlreadyReversed):
        account.reverse_credit("c1", undo="u2")

    assert news(account) == []


def test_what_never_was_cannot_be_reversed() -> None:
    account = given(PointsAccount, opened)

    with acting(ADA):
        with pytest.raises(UnknownEntry):
            account.reverse_credit("c1", undo="u1")
        with pytest.raises(UnknownEntry):
            account.reverse_deduction("d1", undo="u1")


# Deductions.


def test_a_deduction_stops_at_zero() -> None:
    account = given(PointsAccount, opened, credited("c1", 3))

    with acting(ADA):
        account.deduct(5, case="d1", **DEDUCTION)

    fields = happened(account)
    assert (fields["points"], fields["not_taken"]) == (3, 2)
    assert (account.balance, account.receivable) == (0, 0)


def test_a_deduction_is_reversed_once() -> None:
    takes = [["c1", 3, "earned"]]
    account = given(PointsAccount, opened, credited("c1", 5), deducted("d1", takes))

    with acting(ADA):
        account.reverse_deduction("d1", undo="u1")
        assert happened(account)["back"] == takes
        with pytest.raises(AlreadyReversed):
            account.reverse_deduction("d1", undo="u2")

    assert account.balance == 5


def test_a_deduction_of_a_reversed_credit_gives_nothing_back() -> None:
    takes = [["c1", 3, "earned"], ["c2", 1, "earned"]]
    account = given(
        PointsAccount,
        opened,
        credited("c1", 3),
        credited("c2", 5),
        deducted("d1", takes),
        reversed_("c1", taken=0, receivable=0),
    )

    with acting(ADA):
        account.reverse_deduction("d1", undo="u1")

    fields = happened(account)
    assert (fields["back"], fields["cancelled"]) == ([["c2", 1, "earned"]], [["c1", 3, "earned"]])
    assert (account.balance, account.receivable) == (5, 0)


# The card.

issued: Fact = (PointsAccount.CardIssued, {"token_hash": "t1", "number_hash": "n1"})
lost: Fact = (PointsAccount.CardReportedLost, {"token_hash": "t1"})


def test_a_household_has_one_card_at_a_time() -> None:
    account = given(PointsAccount, opened, issued)

    with acting(ADA), pytest.raises(CardInUse):
        account.issue_card(token_hash="t2", number_hash="n2")


def test_after_a_loss_there_is_another() -> None:
    account = given(PointsAccount, opened, issued, lost)

    with acting(ADA):
        account.issue_card(token_hash="t2", number_hash="n2")
        account.check_card(token_hash="t2", number_hash=None)

    assert news(account) == [
        (PointsAccount.CardReissued, {"token_hash": "t2", "number_hash": "n2"})
    ]


@pytest.mark.parametrize(
    ("facts", "shown", "refusal"),
    [
        pytest.param([], {"token_hash": "t1", "number_hash": None}, CardUnknown, id="no card"),
        pytest.param(
            [issued], {"token_hash": None, "number_hash": None}, CardUnknown, id="none shown"
        ),
        pytest.param(
            [issued], {"token_hash": "t0", "number_hash": None}, CardBlocked, id="an old card"
        ),
        pytest.param(
            [issued], {"token_hash": None, "number_hash": "n0"}, CardBlocked, id="an old number"
        ),
        pytest.param(
            [issued, lost], {"token_hash": "t1", "number_hash": None}, CardBlocked, id="lost"
        ),
    ],
)
def test_only_the_card_of_today_opens(
    facts: list[Fact], shown: dict[str, Any], refusal: type[Exception]
) -> None:
    account = given(PointsAccount, opened, *facts)

    with pytest.raises(refusal):
        account.check_card(**shown)


def test_a_loss_is_reported_once() -> None:
    account = given(PointsAccount, opened, issued, lost)

    with acting(ADA):
        account.report_card_lost()

    assert news(account) == []


# The PIN.


@pytest.mark.parametrize(
    ("before", "points", "typed", "free"),
    [
        pytest.param(0, 30, False, True, id="up to the threshold"),
        pytest.param(0, 31, False, False, id="above it"),
        pytest.param(0, 1, True, False, id="a typed number always"),
        pytest.param(20, 10, False, True, id="up to the day's sum"),
        pytest.param(20, 11, False, False, id="above the day's sum"),
    ],
)
def test_when_the_pin_is_asked_for(before: int, points: int, typed: bool, free: bool) -> None:
    spent = redeemed("r1", [["c1", before, "earned"]], pin=False)
    account = given(PointsAccount, opened, credited("c1", 90), *([spent] if before else []))

    with acting(ADA):
        if free:
            account.check_pin(points, typed=typed, above=30, per_day=30)
        else:
            with pytest.raises(PinRequired):
                account.check_pin(points, typed=typed, above=30, per_day=30)


def test_only_todays_sum_counts_and_a_void_gives_it_back() -> None:
    yesterday = redeemed("r0", [["c1", 30, "earned"]], pin=False, day="2026-11-23")
    today = redeemed("r1", [["c1", 20, "earned"]], pin=False)
    account = given(PointsAccount, opened, credited("c1", 90), yesterday, today)

    with acting(ADA):
        assert account.left_without_pin(30) == 10
        account.restore([["c1", 20, "earned"]], redemption="r1", receipt_no="x-1-1", why="void")
        assert account.left_without_pin(30) == 30
