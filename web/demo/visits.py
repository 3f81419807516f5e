"""People at the shop: who comes on an exchange day, what she takes, what goes wrong."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from points.account import NotEnoughPoints
from points.ledger import CardUse
from points.ledger.redemptions import PIN_ABOVE
from points.pricelist import Good
from points.undo import TOWNSHIP_ABOVE
from web.demo.cast import Crew
from web.demo.chances import how_many, some
from web.demo.seasons import VISIT_DAYS_A_YEAR, rush, visit_day
from web.demo.shelves import VISITS_A_YEAR
from web.demo.signatures import signing_undo
from web.demo.stage import Scene, Stage

VOIDED, RETURNED, BY_PROXY = 0.02, 0.01, 0.11
GOODS = (1, 2, 2, 3)
SAVED, EAGER = 8, 1.15
"""Points with which one comes at all, and how much more often they come who can: together they
bring domain.md's number of visits, and points of one."""
Lines = list[tuple[str, int]]


def visit(stage: Stage, crew: Crew, day: date) -> None:
    """Plan a day's visits: as many as the season brings, in shop hours, one a household."""
    lively = stage.profile.lively and (stage.last_day - day).days <= 2
    if not lively and not visit_day(day, crew.number):
        return
    chance = stage.dice("visits", crew.village.code, day)
    balances = {
        str(row["household"]): int(str(row["balance"]))
        for row in stage.house.read.accounts.all(crew.village.code)
    }
    yearly = len(balances) * VISITS_A_YEAR * stage.profile.visits
    count = how_many(chance, yearly / VISIT_DAYS_A_YEAR * rush(day) * EAGER)
    able = {household: points for household, points in balances.items() if points >= SAVED}
    count = min(max(count, 3 if lively else 0), len(able))
    goods = stage.ledger.goods_on(day)[1]
    shelf = dict(stage.house.read.stock.levels(crew.shop))
    heavy = [points**2 for points in able.values()]
    for number, household in enumerate(some(chance, able, heavy, count)):
        lines = basket(chance, goods, shelf, able[household])
        if lines:
            at = stage.at(day, 8, 30) + timedelta(minutes=500 * number / count)
            at += timedelta(seconds=chance.randrange(90))
            stage.plan(at, _taking(stage, crew, household, lines, chance.random()))


def basket(
    chance: random.Random, goods: Mapping[str, Good], shelf: dict[str, int], balance: int
) -> Lines:
    """One to three goods that the balance buys and the shelf holds; they leave `shelf`."""
    lines: Lines = []
    left = min(balance, round(chance.lognormvariate(3.4, 0.6)) + 2)
    for _ in range(chance.choice(GOODS)):
        within = [
            sku
            for sku, on_hand in shelf.items()
            if on_hand > 0 and goods[sku].points <= left and sku not in dict(lines)
        ]
        if not within:
            break
        sku = chance.choices(within, [goods[each].points for each in within])[0]
        most = min(shelf[sku], left // goods[sku].points, 3)
        quantity = chance.randint(1, most)
        shelf[sku] -= quantity
        left -= quantity * goods[sku].points
        lines.append((sku, quantity))
    return lines


def _taking(stage: Stage, crew: Crew, household: str, lines: Lines, luck: float) -> Scene:
    """`luck` says how the visit ends: voided at once, returned later, or well."""

    def scene(at: datetime) -> None:
        good = stage.house.read.cards.of(household)[0]
        if good["state"] != "active":
            return
        goods = stage.ledger.goods_on(at.date())[1]
        points = sum(goods[sku].points * quantity for sku, quantity in lines)
        try:
            with stage.acting(crew.keeper, at, "till") as ledger:
                receipt = ledger.redeem(
                    shop=crew.shop,
                    card=CardUse(household, token_hash=good["token_hash"]),
                    lines=lines,
                    pin_checked=points > PIN_ABOVE,
                    collected_by=f"demo-{household}" if 0.5 < luck < 0.5 + BY_PROXY else None,
                )
        except NotEnoughPoints:  # a credit was undone since the morning: she goes home
            return
        stage.tally["redemptions"] += 1
        if luck < VOIDED:
            stage.plan(at + timedelta(seconds=20), _voiding(stage, crew, receipt.receipt_no))
        elif luck < VOIDED + RETURNED:
            asked = at + timedelta(days=1)
            stage.plan(asked, _returning(stage, crew, household, receipt.receipt_no, points))

    return scene


def _voiding(stage: Stage, crew: Crew, receipt_no: str) -> Scene:
    def scene(at: datetime) -> None:
        with stage.acting(crew.keeper, at, "till") as ledger:
            ledger.void(receipt_no)
        stage.tally["undone"] += 1

    return scene


def _returning(stage: Stage, crew: Crew, household: str, receipt_no: str, points: int) -> Scene:
    near = household in crew.near
    asker, signer = (crew.deputy, crew.township) if near else (crew.chair, crew.deputy)
    if points > TOWNSHIP_ABOVE:
        signer = crew.township

    def scene(at: datetime) -> None:
        with stage.acting(asker, at) as ledger:
            undo = ledger.ask_return(receipt_no, reason="示例：东西坏了，退回")
        stage.tally["undone"] += 1
        stage.plan(at + timedelta(days=1), signing_undo(stage, undo, signer))

    return scene
