"""Invented people: no name here is anybody's, and every place of theirs is called 示例."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from points.aggregate import stable_id
from volunteers.households import Household

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
WOMEN = (
    "秀兰 桂英 玉珍 淑芳 春梅 凤霞 翠莲 金花 巧云 腊梅",
    "菊香 银环 彩霞 小红 月娥 爱莲 玉兰 桂花 雪琴 改霞",
)
MEN = ("建国 志强 永福 德明 满仓 长命 有才 福来 国栋", "正平 海生 文斌 发旺 双喜")
WOMEN_SHARE = 0.62
HOUSEHOLDS_MEAN, HOUSEHOLDS_SPREAD = 5.756, 0.45  # lognormal, mean 350 (domain.md §6)
COMMUNITY_HOUSEHOLDS, COMMUNITY_OPENED = 1_800, 0.15
GROUPS = "一二三四五六七八"


@dataclass(frozen=True)
class Settler:
    """A household as the demo sees it. `weight`: how often it does something; most points go to
    few households. `opening_day`: counted from the demo's first day; None without an account."""

    household: Household
    weight: float
    opening_day: int | None

    @property
    def number(self) -> str:
        return self.household.number

    @property
    def earner(self) -> str:
        """The opaque id of the person who earns for the household."""
        return str(stable_id("person", self.number))


def settlers(
    village: str, chance: random.Random, *, community: bool, crowd: float, opened: float, days: int
) -> Iterator[Settler]:
    """The households of a village, the same for the same `chance`."""
    count = _count(chance, crowd, community=community)
    share = COMMUNITY_OPENED if community else min(0.95, max(0.2, chance.gauss(opened, 0.12)))
    groups = GROUPS[: chance.randint(3, len(GROUPS))]
    for number in range(1, count + 1):
        household = Household(
            village=village,
            local_no=f"A{number:03}",
            head=name(chance),
            group=f"{groups[number * len(groups) // (count + 1)]}组",
            size=chance.choices((1, 2, 3, 4, 5, 6), (10, 27, 27, 20, 11, 5))[0],
        )
        has = chance.random() < share
        day = chance.randrange(days) if has else None
        yield Settler(household, chance.paretovariate(1.5), day)


def name(chance: random.Random) -> str:
    given = " ".join(WOMEN if chance.random() < WOMEN_SHARE else MEN).split()
    surname = SURNAMES[min(int(chance.expovariate(0.12)), len(SURNAMES) - 1)]
    return surname + chance.choice(given)


def _count(chance: random.Random, crowd: float, *, community: bool) -> int:
    usual = (
        COMMUNITY_HOUSEHOLDS
        if community
        else chance.lognormvariate(HOUSEHOLDS_MEAN, HOUSEHOLDS_SPREAD)
    )
    return max(12, round(min(max(usual, 90), 1_800) * crowd))
