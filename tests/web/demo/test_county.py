"""The whole county for three years (nightly), and dice that larger ones need not remember."""

from __future__ import annotations

import tracemalloc
from itertools import islice
from pathlib import Path

import pytest

from points.checks import check
from points.rebuild import compare
from tests.web.demo.conftest import started
from web.demo import fill
from web.demo.chances import dice, how_many, some
from web.demo.people import settlers
from web.demo.profiles import PROFILES
from web.demo.seasons import rush, spring_festival, visit_day
from web.registers.answers import silent


@pytest.mark.row("O3")
@pytest.mark.nightly
def test_three_years_of_a_whole_county(tmp_path: Path) -> None:
    """Volumes of domain.md §6, a tenth more or less; every check; views as a fresh fold."""
    house = started(tmp_path, villages=None)
    filled = fill(house, profile="county", seed=1, progress=silent)
    yearly = {name: points / 3 for name, points in filled.identity.items()}

    assert filled.adds_up
    assert filled.villages == 140
    assert 50_000 < filled.households < 62_000
    assert 26_000 < filled.counts["accounts"] < 33_000
    assert 230_000 < yearly["issued"] - 10 * filled.counts["accounts"] / 3 < 280_000
    assert 8_900 < filled.counts["redemptions"] / 3 < 10_900
    assert filled.coverage < 0.8
    assert check(house.county) == []
    assert next(compare(house.county), None) is None
    house.close()


def test_a_village_of_any_size_is_told_one_by_one() -> None:
    profile = PROFILES["stress"]
    tracemalloc.start()
    told = settlers(
        "999901100001",
        dice(1, "stress"),
        community=True,
        crowd=profile.crowd,
        opened=profile.opened,
        days=profile.openings,
    )
    count = sum(1 for _ in told)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 36_000
    assert peak < 1_000_000


def test_dice_fall_the_same_and_differ_by_what_they_are_about() -> None:
    def thrown(*about: object) -> list[float]:
        return [dice(*about).random() for _ in range(3)]

    assert thrown(1, "a") == thrown(1, "a")
    assert thrown(1, "a") != thrown(1, "b") != thrown(2, "b")


@pytest.mark.parametrize("mean", [0.2, 4.0, 90.0])
def test_how_many_has_its_mean(mean: float) -> None:
    chance = dice("mean", mean)
    counts = [how_many(chance, mean) for _ in range(4_000)]
    assert sum(counts) / len(counts) == pytest.approx(mean, rel=0.1)


def test_some_are_different_and_the_heavy_come_more_often() -> None:
    chance = dice("some")
    picks = [some(chance, "abcd", (1, 1, 1, 6), 2) for _ in range(2_000)]
    assert all(len(set(pick)) == 2 for pick in picks)
    assert sum("d" in pick for pick in picks) > 1.5 * sum("a" in pick for pick in picks)


def test_most_people_come_before_the_spring_festival() -> None:
    festival = spring_festival(2026)
    assert festival.isoformat() == "2026-02-17"
    days = [festival.replace(month=month, day=15) for month in range(1, 13)]
    assert max(days, key=rush).month == 2
    assert all(visit_day(day, 3) for day in days)


def test_names_are_put_together_from_invented_parts() -> None:
    some_people = settlers(
        "999901100201", dice("names"), community=False, crowd=1.0, opened=0.6, days=10
    )
    heads = [each.household.head for each in islice(some_people, 200)]
    assert len(set(heads)) > 80
    assert all(2 <= len(head) <= 3 for head in heads)
