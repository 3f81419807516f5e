"""A ledger that lets through what it should not is found out by `check`, rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from points import award, ledger, undo
from points.account import PointsAccount, account
from points.award import AwardCase
from points.caps import Cap
from points.checks import CHECKS, check
from points.envelope import current
from points.ledger import OpeningEntry, Proposal, accounts, awards, redemptions
from points.lots import take
from points.pricelist import Good
from points.redemption import Redemption
from points.rulebook import Policy, Rule
from points.shop import Shop, ShopDay
from points.stock import Stock
from tests.support.cast import ADA, BEN, CLEO, DORA, SHOP, TINA, ZACK, ZHAO, ZOE, card, hashes
from tests.support.town import Town

Patch = pytest.MonkeyPatch


@pytest.fixture
def shop(town: Town) -> Town:
    town.household(ZHAO)
    town.earned(ZHAO, 60)
    town.shop()
    return town


def redeem(shop: Town, actor: Any = CLEO, quantity: int = 2) -> str:
    receipt = shop.by(actor).redeem(
        shop=SHOP, card=card(ZHAO), lines=[("G01", quantity)], pin_checked=True
    )
    return str(receipt.receipt_no)


def anybody(patch: Patch, *modules: Any) -> None:
    """These modules ask no more who acts for whom."""
    for module in modules:
        for rule in ("not_for_own", "another_than"):
            if hasattr(module, rule):
                patch.setattr(module, rule, lambda *_: current().actor)


def proposes_and_signs_alone(shop: Town, patch: Patch) -> None:
    anybody(patch, award)
    shop.by(ADA).sign(shop.by(ADA).propose(Proposal(ZHAO, "C01", shop.today)))


def signs_for_her_own_household(shop: Town, patch: Patch) -> None:
    anybody(patch, award)
    shop.by(ZOE).sign(shop.by(ADA).propose(Proposal(ZHAO, "C01", shop.today)))


def deducts_with_one_signature(shop: Town, patch: Patch) -> None:
    patch.setattr(awards, "DEDUCTION_SIGNATURES", 1)
    shop.by(BEN).sign(shop.by(ADA).propose(Proposal(ZHAO, "D01", shop.today)))


def serves_his_own_household(shop: Town, patch: Patch) -> None:
    anybody(patch, redemptions)
    redeem(shop, ZACK)


def serves_without_being_the_keeper(shop: Town, patch: Patch) -> None:
    patch.setattr(Shop, "check_keeper", lambda *_: None)
    redeem(shop, ADA)


def undoes_alone(shop: Town, patch: Patch) -> None:
    anybody(patch, undo)
    asked = shop.by(ADA).ask_return(redeem(shop), reason="坏了")
    shop.by(ADA).sign_undo(asked)


def undoes_much_in_the_village(shop: Town, patch: Patch) -> None:
    patch.setattr(undo, "TOWNSHIP_ABOVE", 1000)
    [credit] = shop.read.entries.latest(ZHAO)
    shop.by(BEN).sign_undo(shop.by(ADA).ask_reversal(ZHAO, entry=credit["ref"], reason="错"))


def voids_too_late(shop: Town, patch: Patch) -> None:
    receipt = redeem(shop)
    shop.later(minutes=5)
    patch.setattr("points.redemption.VOID_WITHIN", timedelta(days=1))
    shop.by(CLEO).void(receipt)


def adopts_her_own_draft(shop: Town, patch: Patch) -> None:
    patch.setattr("points.versions.another_than", lambda *_: None)
    version = shop.by(ADA).draft_prices([Good("G01", "牙刷", "支", 1)])
    shop.by(ADA).adopt_prices(version, effective_from=shop.today)


def goes_over_a_cap(shop: Town, patch: Patch) -> None:
    patch.setattr(PointsAccount, "check_cap", lambda *_: None)
    for _ in range(2):
        shop.earned(ZHAO, 5, "C01")


def pays_more_than_the_rule(shop: Town, patch: Patch) -> None:
    patch.setattr(Rule, "points_for", lambda *_: 9)
    case = shop.by(ADA).propose(Proposal(ZHAO, "C01", shop.today))
    shop.by(BEN).sign(case)
    patch.undo()


def sells_below_the_price(shop: Town, patch: Patch) -> None:
    right = redemptions._line
    patch.setattr(redemptions, "_line", lambda good, *rest: right(replace(good, points=1), *rest))
    redeem(shop)


def overdraws(shop: Town, patch: Patch) -> None:
    patch.setattr(PointsAccount, "balance", property(lambda _: 10_000))
    redeem(shop, quantity=40)


def oversells(shop: Town, patch: Patch) -> None:
    shop.earned(ZHAO, 100)
    patch.setattr(Stock, "on_hand", property(lambda _: 10_000))
    redeem(shop, quantity=60)


def spends_lapsed_points(town: Town, patch: Patch) -> None:
    town.books(policy=Policy(expiry_months=1))
    town.earned(ZHAO, 20)
    town.later(days=60)
    patch.setattr(account, "lapsed", lambda *_: False)
    redeem(town)


def expires_too_soon(shop: Town, patch: Patch) -> None:
    shop.books(policy=Policy(expiry_months=1))
    shop.earned(ZHAO, 20)
    patch.setattr(account, "lapsed", lambda lot, _: lot["expires_on"] is not None and lot["left"])
    redeem(shop)


def keeps_two_cards_alive(shop: Town, patch: Patch) -> None:
    def issue(self: PointsAccount, **made: str) -> None:
        self.record(self.CardIssued, **made)

    patch.setattr(PointsAccount, "report_card_lost", lambda _: None)
    patch.setattr(PointsAccount, "issue_card", issue)
    shop.by(ADA).reissue_card(ZHAO, **hashes(ZHAO, 2))


def leaves_a_gap_in_receipts(shop: Town, patch: Patch) -> None:
    right = ShopDay.next_receipt

    def wrong(self: ShopDay) -> str:
        self.last += 1
        return right(self)

    patch.setattr(ShopDay, "next_receipt", wrong)
    redeem(shop)


def forgets_the_goods(shop: Town, patch: Patch) -> None:
    right = ledger.Ledger.give_back
    patch.setattr(ledger.Ledger, "give_back", lambda *a, **k: (right(*a, **k)[0], []))
    shop.by(CLEO).void(redeem(shop))


def gives_back_to_another_lot(shop: Town, patch: Patch) -> None:
    receipt = redeem(shop)
    shop.earned(ZHAO, 20, "M01")
    newest = list(shop.ledger.account(ZHAO).lots)[-1]
    patch.setattr(PointsAccount, "_split", lambda *_: ([[newest, 4, "earned"]], []))
    shop.by(CLEO).void(receipt)


def posts_what_was_refused(shop: Town, patch: Patch) -> None:
    case = shop.by(ADA).propose(Proposal(ZHAO, "C01", shop.today))
    shop.by(BEN).refuse(case, reason="没有")
    patch.setattr(AwardCase, "_in", lambda *_: None)
    shop.by(DORA).sign(case)
    shop.in_public(case)


def returns_what_was_voided(shop: Town, patch: Patch) -> None:
    receipt = redeem(shop)
    asked = shop.by(ADA).ask_return(receipt, reason="坏了")
    shop.by(CLEO).void(receipt)
    patch.setattr(Redemption, "_standing", lambda _: None)
    shop.by(BEN).sign_undo(asked)


def deducts_more_than_the_case(shop: Town, patch: Patch) -> None:
    """One point more is taken, and one less than none is noted as not taken."""
    shop.earned(ZHAO, 100)
    patch.setattr(account, "take", lambda lots, points: take(lots, points + 1))
    shop.posted(Proposal(ZHAO, "D01", shop.today))


def imports_a_deduction(shop: Town, patch: Patch) -> None:
    patch.setattr(Rule, "is_deduction", property(lambda _: False))
    patch.setattr(accounts.Accounts, "check_paper", lambda *_: None)
    entry = OpeningEntry("row 1", ZHAO, "D01", -5, date(2026, 3, 1))
    shop.by(TINA).post_opening_entries([entry])


def grants_base_points_twice(shop: Town, patch: Patch) -> None:
    patch.setattr(Cap, "weight", lambda *_: 0)
    shop.by(TINA).grant_base(ZHAO)
    patch.setattr(accounts, "stable_id", lambda *parts: f"another {parts}")
    shop.by(TINA).grant_base(ZHAO)


MISDEEDS: list[tuple[Callable[[Town, Patch], None], str]] = [
    (proposes_and_signs_alone, "duties"),
    (signs_for_her_own_household, "duties"),
    (deducts_with_one_signature, "duties"),
    (serves_his_own_household, "duties"),
    (serves_without_being_the_keeper, "duties"),
    (undoes_alone, "duties"),
    (undoes_much_in_the_village, "duties"),
    (voids_too_late, "duties"),
    (adopts_her_own_draft, "duties"),
    (goes_over_a_cap, "caps"),
    (pays_more_than_the_rule, "frozen"),
    (sells_below_the_price, "frozen"),
    (overdraws, "lots"),
    (oversells, "stock"),
    (spends_lapsed_points, "lots"),
    (expires_too_soon, "lots"),
    (keeps_two_cards_alive, "cards"),
    (leaves_a_gap_in_receipts, "receipts"),
    (forgets_the_goods, "redemptions"),
    (gives_back_to_another_lot, "redemptions"),
    (posts_what_was_refused, "procedures"),
    (returns_what_was_voided, "procedures"),
    (deducts_more_than_the_case, "lots"),
    (imports_a_deduction, "lots"),
    (grants_base_points_twice, "lots"),
]


@pytest.mark.row("J1")
@pytest.mark.parametrize(
    ("misdeed", "name"), [pytest.param(*each, id=each[0].__name__) for each in MISDEEDS]
)
def test_a_misdeed_is_found(
    shop: Town, monkeypatch: Patch, misdeed: Callable[[Town, Patch], None], name: str
) -> None:
    assert check(shop.county) == []
    last = shop.ledger.recorder.max_notification_id()

    with monkeypatch.context() as patch:
        misdeed(shop, patch)

    found = [finding for finding in check(shop.county) if finding.check == name]
    assert found
    assert all(f"event {n} " not in finding.place for finding in found for n in range(1, last + 1))


def test_a_keeper_released_while_she_was_serving(shop: Town, monkeypatch: Patch) -> None:
    """She did no wrong: a redemption reads the shop, and is saved a moment after the release."""
    shop.by(ADA).release_keeper(SHOP, keeper=CLEO.id)
    monkeypatch.setattr(Shop, "check_keeper", lambda *_: None)
    shop.later(seconds=3)
    redeem(shop)
    assert check(shop.county) == []

    shop.later(minutes=2)
    redeem(shop)
    assert [finding.check for finding in check(shop.county)] == ["duties"]


def test_every_finding_has_a_name_that_is_explained() -> None:
    assert {name for _, name in MISDEEDS} <= CHECKS.keys()
    assert all(CHECKS.values())


def test_a_flood_of_findings_is_told_shortly(shop: Town) -> None:
    with shop.county.write() as sql:
        for name in ("entries", "lots", "cards"):
            sql.exec_driver_sql(f"DELETE FROM {name}")

    found = check(shop.county, told_max=1)

    assert [finding.detail for finding in found if finding.check == "views"] == [
        "the row is missing",
        "and 2 more",
    ]
