"""Writes one golden file: a story is told to the aggregates, and what they store is kept."""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from points.account import PointsAccount
from points.aggregate import stable_id
from points.pricelist import Good, PriceList
from points.redemption import Redemption
from points.rulebook import Policy, Rule, RuleBook
from points.shop import Shop, ShopDay
from points.signing_key import SigningKey
from points.signoff import SignOff
from points.stock import Stock
from points.undo import Undo
from tests.contracts.golden.in_public import in_public
from tests.contracts.golden.judged import judged
from tests.contracts.golden.telling import HOUSEHOLD, NOTE, SHOP, TODAY, VILLAGE, Story
from tests.support.procedure import take_steps

CREDIT = {
    "bucket": "earned",
    "redeemable": True,
    "source": "award",
    "rule": "C01",
    "rule_version": 1,
    "item": "清洁户",
    "occurred_on": "2026-03-14",
    "earner": None,
    **NOTE,
}
FACTS = {"rule": "N01", "rule_version": 1, "item": "乱倒垃圾", "occurred_on": "2026-03-14", **NOTE}


def books(story: Story) -> None:
    rule = Rule("C01", "清洁户", "civility", 5, 5, "monthly", 1, "times", "month", "household")
    with story.told_by("ada", "county"):
        rules = story.follow(RuleBook.start())
        rules.draft_rules([rule], Policy(expiry_months=12))
        prices = story.follow(PriceList.start())
        prices.draft_goods([Good("G01", "牙刷", "支", 2, 200, "2000000000015")])
    with story.told_by("ada", "county"):
        rules.check_legally(1, "remarks", **NOTE)
        take_steps(rules, 1, TODAY)
    with story.told_by("ben", "county"):
        rules.adopt(1, effective_from=TODAY)
        prices.adopt(1, effective_from=TODAY)


def shop(story: Story) -> list[list[Any]]:
    """Returns the stock lots that two goods were taken from, and put back into."""
    with story.told_by("ada", "village"):
        place = story.follow(Shop.open(SHOP, name="示例超市", village=VILLAGE))
        place.assign("cleo")
        place.assign("dana")
        place.release("dana")
        day = story.follow(ShopDay.open(SHOP, TODAY))
        day.next_receipt()
        shelf = story.follow(Stock.open(SHOP, "G01"))
        best = {"unit_cost_fen": 200, "best_before": date(2027, 1, 1), **NOTE}
        shelf.receive("lot-1", 10, source="donation", **best)
        takes = shelf.issue(2, redemption="r1", receipt_no="S01-20260315-0001")
        shelf.take_back(takes, redemption="r1", receipt_no="S01-20260315-0001")
    return takes


def account(story: Story) -> list[list[Any]]:
    """Returns the points lots that a redemption took."""
    with story.told_by("ada", "village"):
        held = story.follow(PointsAccount.open(HOUSEHOLD, village=VILLAGE, group="一组"))
        held.credit("c1", points=20, expires_on="2026-12-31", **CREDIT)
        held.credit("c2", points=9, expires_on="2026-03-31", **CREDIT)
        held.credit("c3", points=4, expires_on=None, **CREDIT)
        held.deduct(3, case="d1", **FACTS)
        held.reverse_deduction("d1", undo="u1")
        held.issue_card(token_hash="a" * 64, number_hash="b" * 64)
        held.report_card_lost()
        held.issue_card(token_hash="c" * 64, number_hash="d" * 64)
    paid = {"receipt_no": "S01-20260315-0001", "shop": SHOP, "day": "2026-03-15"}
    with story.told_by("cleo", "keeper"):
        held.redeem(12, redemption="r1", pin=True, **paid)
        takes = held.pending_events[-1].takes
        held.restore(takes, redemption="r1", receipt_no=paid["receipt_no"], why="void")
        held.redeem(4, redemption="r2", pin=False, **paid)
        held.reverse_credit("c1", undo="u2")
    with story.told_by("system", "job", later=timedelta(days=30)):
        held.expire("2026-04-14")
    return takes


def redemptions(story: Story, points: list[list[Any]], goods: list[list[Any]]) -> None:
    line = {"sku": "G01", "name": "牙刷", "unit": "支", "quantity": 2, "points": 2, "takes": goods}
    facts = {
        "receipt_no": "S01-20260315-0001",
        "shop": SHOP,
        "day": "2026-03-15",
        "household": HOUSEHOLD,
        "collected_by": None,
        "price_version": 1,
        "lines": [line],
        "points": 4,
        "takes": points,
    }
    with story.told_by("cleo", "keeper"):
        voided, returned = (
            story.follow(Redemption.complete(stable_id("redemption", name), **facts))
            for name in ("voided", "returned")
        )
        voided.void()
    with story.told_by("ben", "village"):
        returned.give_back(undo="u3")


def undos(story: Story) -> None:
    with story.told_by("ada", "village"):
        undo = story.follow(Undo.open("credit", "c1", household=HOUSEHOLD))
        undo.ask(20, **NOTE)
    with story.told_by("ben", "village"):
        undo.refuse(**NOTE)
    with story.told_by("ada", "village"):
        undo.ask(20, **NOTE)
    with story.told_by("ben", "village"):
        undo.sign()


def keys(story: Story) -> None:
    public = b64encode(bytes(32)).decode()
    with story.told_by("ada", "administrator"):
        key = story.follow(
            SigningKey.register(
                "0" * 32,
                kind="process",
                algorithm="ed25519",
                public_key=public,
                holder="process",
                name="first",
            )
        )
        key.revoke("replaced")


def signoffs(story: Story) -> None:
    month = {"seed": "0" * 64, "checked": [1, 2]}
    with story.told_by("eva", "supervisor"):
        first = story.follow(
            SignOff.sign(VILLAGE, "2026-02", findings=[(1, "no-paper")], **month, **NOTE)
        )
    with story.told_by("eva", "supervisor"):
        first.correct()
        story.follow(SignOff.sign(VILLAGE, "2026-02", findings=[], **month, **NOTE, before=first))


def main(version: str) -> None:
    story = Story()
    keys(story)
    books(story)
    in_public(story)
    goods = shop(story)
    redemptions(story, account(story), goods)
    undos(story)
    signoffs(story)
    judged(story)
    path = Path(__file__).with_name(f"{version}.json")
    with path.open("x", encoding="utf-8") as file:
        json.dump(story.kept(), file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
