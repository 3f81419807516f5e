"""Goods that come into the shops, from several sources (domain.md §2.6, §6)."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from points.pricelist import Good
from web.demo.cast import Crew
from web.demo.opening import members
from web.demo.stage import Scene, Stage

SOURCES = {
    "support_unit": (55, "示例：帮扶单位送来"),
    "donation": (20, "示例：爱心企业捐赠"),
    "collective": (15, "示例：村集体采购"),
    "federation": (7, "示例：县妇联配发"),
    "party_fee": (3, "示例：党费支持"),
}
"""Source, its share in percent, and what the delivery note says."""

KEEPS_DAYS = {"G10": 300, "G13": 540, "G08": 540, "G23": 30, "G24": 180, "G25": 240, "G29": 400}
"""Days until food spoils, by sku."""

MONTHS = (1, 4, 7, 10)
VISITS_A_YEAR, POINTS_A_VISIT = 0.333, 22
"""Per account and year, and points of one visit (9,900 redemptions by 29,700 accounts). In the
first months, in which nobody has saved enough, fewer come."""

AHEAD = 1.35
"""Goods that come in, compared with the points that will be spent."""


def deliver(stage: Stage, crew: Crew, day: date) -> None:
    """A first delivery of everything, then smaller ones each quarter, or month if it is lively."""
    first = day == stage.first_day
    months = range(1, 13) if stage.profile.lively else MONTHS
    if not first and not (day.day == 8 and day.month in months):
        return
    chance = stage.dice("goods", crew.village.code, day)
    goods = list(stage.ledger.goods_on(day)[1].values())
    chosen = goods if first else chance.sample(goods, min(len(goods), chance.randint(8, 14)))
    value = _value(stage, crew, day)
    for number, good in enumerate(chosen):
        at = stage.at(day, 14) + timedelta(minutes=2 * number)
        quantity = max(2, round(value / len(chosen) / good.points * chance.uniform(0.4, 1.8)))
        stage.plan(at, _delivery(stage, crew, good, min(quantity, 400), chance))


def _value(stage: Stage, crew: Crew, day: date) -> float:
    """What a quarter's goods are worth, in points."""
    accounts = len(members(stage, crew, day + timedelta(days=stage.profile.openings + 1)))
    yearly = accounts * VISITS_A_YEAR * stage.profile.visits * POINTS_A_VISIT
    return max(250.0, yearly / 4 * AHEAD)


def _delivery(stage: Stage, crew: Crew, good: Good, quantity: int, chance: random.Random) -> Scene:
    source = chance.choices(list(SOURCES), [share for share, _ in SOURCES.values()])[0]

    def scene(at: datetime) -> None:
        keeps = KEEPS_DAYS.get(good.sku)
        with stage.acting(crew.keeper, at, "till") as ledger:
            ledger.receive_stock(
                crew.shop,
                sku=good.sku,
                quantity=quantity,
                source=source,
                unit_cost_fen=good.unit_cost_fen,
                best_before=at.date() + timedelta(days=keeps) if keeps else None,
                note=SOURCES[source][1],
            )

    return scene
