"""J8: planted fraud is found, and an honest county brings few lines."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from points.audit.anomalies import KINDS, Anomaly, find
from points.audit.facts import Award, Facts, Purchase, Undone, gather
from points.audit.in_public import KINDS as IN_PUBLIC
from points.clock import instant
from tests.support.house import COUNTY
from tests.web.demo.conftest import Town

pytestmark = pytest.mark.xdist_group("demo")

START, END = date(2026, 1, 1), date(2026, 12, 31)
ALERTS_MAX = 2.0  # for 1,000 events (trust.md §4)
RECALL_MIN = 0.9
EACH = 8  # plants of a kind

Plant = Callable[[random.Random, str], Facts]
_numbers = count(1_000_000)


@pytest.fixture(scope="module")
def honest(town: Town) -> Facts:
    rules = town.house.ledger.rules_on(date(2026, 11, 24))[1].values()
    open_rules = frozenset(rule.code for rule in rules if rule.points_min < rule.points_max)
    return gather(town.house.county, COUNTY, START, END, open_rules=open_rules)


def test_an_honest_county_brings_few_lines(town: Town, honest: Facts) -> None:
    found = find(honest)
    assert len(honest.awards) > 300
    assert len(honest.purchases) > 100
    assert len(found) / town.filled.events * 1000 <= ALERTS_MAX
    assert {each.kind for each in found} <= set(KINDS)


def test_planted_fraud_is_found(honest: Facts) -> None:
    """Each plant is put alone into the honest county; its kind must be named with its person."""
    missed = []
    for kind, plant in PLANTS.items():
        for seed in range(EACH):
            who = f"{kind}-{seed}"
            planted = _with(honest, plant(random.Random(f"{kind} {seed}"), who))
            if not any(_names(each, kind, who) for each in find(planted)):
                missed.append(who)
    recall = 1 - len(missed) / (EACH * len(PLANTS))
    assert recall >= RECALL_MIN, missed
    assert set(PLANTS) == set(KINDS) - set(IN_PUBLIC)


def test_every_line_says_what_it_is_about(honest: Facts) -> None:
    for kind, plant in PLANTS.items():
        found = [one for one in find(plant(random.Random(1), "eva")) if one.kind == kind]
        assert found, kind
        for each in found:
            assert each.who
            assert each.entries
            assert each.place == VILLAGE
            assert each.facts


def test_the_same_facts_give_the_same_list(honest: Facts) -> None:
    def shuffled(some: tuple[Award, ...]) -> tuple[Award, ...]:
        return tuple(random.Random(1).sample(some, len(some)))

    again = find(replace(honest, awards=shuffled(honest.awards)))
    assert {_sorted(each) for each in again} == {_sorted(each) for each in find(honest)}


def _names(one: Anomaly, kind: str, who: str) -> bool:
    return one.kind == kind and any(name.endswith(who) for name in one.who)


def _sorted(one: Anomaly) -> tuple[str, str, tuple[str, ...], tuple[int, ...]]:
    return one.kind, one.place, one.who, tuple(sorted(one.entries))


# What is planted. Numbers vary from the limits up to the blatant.

VILLAGE = "999901100201"
NOON = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)  # a Wednesday, twelve o'clock in Shanghai


def _with(honest: Facts, planted: Facts) -> Facts:
    return replace(
        honest,
        awards=honest.awards + planted.awards,
        purchases=honest.purchases + planted.purchases,
        undone=honest.undone + planted.undone,
        open_rules=honest.open_rules | planted.open_rules,
        came={**honest.came, **planted.came},
    )


def _award(
    proposer: str,
    *,
    signer: str = "bo",
    home: int = 7,
    points: int = 13,
    proposed: datetime = NOON,
    waits: timedelta = timedelta(days=3),
    days_ago: int = 2,
) -> Award:
    occurred = (proposed - timedelta(days=days_ago)).date().isoformat()
    posted = proposed + waits
    number, household = next(_numbers), f"{VILLAGE}-A{home:03}"
    times = (instant(proposed), instant(posted), instant(posted))
    return Award(number, household, "E01", points, occurred, proposer, (signer,), *times)


def _bought(
    home: int, at: datetime, *, shop: str = "S", keeper: str = "k", **more: int
) -> Purchase:
    first, points = bool(more.get("first")), more.get("points", 10)
    household = f"{VILLAGE}-A{home:03}"
    return Purchase(next(_numbers), household, shop, keeper, points, instant(at), first)


def _days(chance: random.Random, times: int) -> Iterator[datetime]:
    for n in range(times):
        yield NOON - timedelta(days=chance.randint(0, 20), minutes=n)


def quick(chance: random.Random, who: str) -> Facts:
    times = chance.randint(8, 20)
    waits = [timedelta(seconds=chance.randint(5, 170)) for _ in range(times)]
    slow = [_award(who, home=99)] if times > 12 else []
    awards = [
        _award(who, home=n + 20, proposed=day, waits=wait)
        for n, (day, wait) in enumerate(zip(_days(chance, times), waits, strict=True))
    ]
    return Facts(awards=(*awards, *slow))


def one_home(chance: random.Random, who: str) -> Facts:
    times = chance.randint(10, 16)
    hers = [_award(who, home=7, proposed=day) for day in _days(chance, times)]
    others = [_award(who, home=30 + n) for n in range(chance.randint(0, times // 2))]
    return Facts(awards=(*hers, *others))


def spent(chance: random.Random, who: str) -> Facts:
    points = chance.randint(10, 60)
    award = replace(_award("li", points=points), household=f"{VILLAGE}-{who}")
    at = datetime.fromisoformat(award.posted_at) + timedelta(minutes=chance.randint(1, 19))
    part = round(points * chance.uniform(0.82, 1.0))
    bought = replace(_bought(1, at, points=part), household=award.household)
    return Facts(awards=(award,), purchases=(bought,))


def night(chance: random.Random, who: str) -> Facts:
    at = NOON.replace(hour=15 + chance.randint(0, 5))  # 23 to 4 o'clock
    if chance.random() < 0.5:
        return Facts(purchases=(_bought(7, at, keeper=who),))
    return Facts(awards=(_award(who, proposed=at),))


def holiday(chance: random.Random, who: str) -> Facts:
    at = datetime(2026, 10, chance.randint(1, 7), 3, tzinfo=UTC)
    return Facts(awards=(_award(who, proposed=at),))


def below(chance: random.Random, who: str) -> Facts:
    asked = [
        Undone(
            next(_numbers), f"{VILLAGE}-A{n:03}", chance.randint(45, 50), who, "bo", "2026-11-18"
        )
        for n in range(chance.randint(3, 6))
    ]
    return Facts(undone=tuple(asked))


def rounded(chance: random.Random, who: str) -> Facts:
    some = [_award(who, home=n, points=10 * chance.randint(2, 9)) for n in range(20, 32)]
    uneven = [_award(who, home=50, points=23)] if chance.random() < 0.5 else []
    return Facts(awards=(*some, *uneven), open_rules=frozenset({"E01"}))


def backed(chance: random.Random, who: str) -> Facts:
    if chance.random() < 0.5:
        return Facts(awards=(_award(who, days_ago=chance.randint(182, 360)),))
    far = [_award(who, home=n, days_ago=chance.randint(47, 170)) for n in range(20, 24)]
    return Facts(awards=tuple(far))


def new(chance: random.Random, who: str) -> Facts:
    award = _award("li", signer=who)
    made = datetime.fromisoformat(award.posted_at) - timedelta(hours=chance.randint(1, 160))
    return Facts(awards=(award,), came={who: instant(made)})


def first(chance: random.Random, who: str) -> Facts:
    known = [_bought(n, NOON - timedelta(days=9), shop=who) for n in range(20, 34)]
    times = chance.randint(6, 12)
    drained = [
        _bought(100 + n, NOON + timedelta(minutes=n), shop=who, first=True) for n in range(times)
    ]
    honest = [_bought(60, NOON + timedelta(hours=2), shop=who)]
    return Facts(purchases=(*known, *drained, *honest))


PLANTS: dict[str, Plant] = {
    "pair-quick": quick,
    "pair-one-home": one_home,
    "spent-at-once": spent,
    "night": night,
    "holiday": holiday,
    "below-limit": below,
    "round-sums": rounded,
    "back-dated": backed,
    "new-hand": new,
    "first-cards": first,
}
