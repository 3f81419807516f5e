"""The whole county for three years (nightly), and dice that larger ones need not remember."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from points.audit.export import journal
from points.checks import check
from points.rebuild import compare
from tests.points.audit.export.strangers import Sums, by_beancount, by_hledger, by_views
from tests.web.demo.conftest import Town, started
from web.demo import fill
from web.demo.chances import dice, how_many, some
from web.demo.people import settlers
from web.demo.profiles import PROFILES
from web.demo.seasons import rush, spring_festival, visit_day
from web.registers.answers import silent


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Three years of all villages and communities."""
    folder = tmp_path_factory.mktemp("county")
    house = started(folder, villages=None)
    yield Town(house, folder, fill(house, profile="county", seed=1, progress=silent))
    house.close()


@pytest.mark.row("O3")
@pytest.mark.nightly
@pytest.mark.xdist_group("county")
def test_three_years_of_a_whole_county(county: Town) -> None:
    """Volumes of domain.md §6, a tenth more or less; every check; views as a fresh fold."""
    filled = county.filled
    yearly = {name: points / 3 for name, points in filled.identity.items()}

    assert filled.adds_up
    assert filled.villages == 140
    assert 50_000 < filled.households < 62_000
    assert 26_000 < filled.counts["accounts"] < 33_000
    assert 230_000 < yearly["issued"] - 10 * filled.counts["accounts"] / 3 < 280_000
    assert 8_900 < filled.counts["redemptions"] / 3 < 10_900
    assert filled.coverage < 0.8
    assert check(county.house.county) == []
    assert next(compare(county.house.county), None) is None


@pytest.mark.row("P3")
@pytest.mark.nightly
@pytest.mark.xdist_group("county")
@pytest.mark.parametrize(
    ("how", "told"), [(journal.hledger, by_hledger), (journal.beancount, by_beancount)]
)
def test_strangers_agree_on_every_account_of_a_whole_county(
    county: Town,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    how: Callable[..., Iterator[str]],
    told: Callable[[Path], Sums],
) -> None:
    house, file = county.house, tmp_path / "book"
    began = time.monotonic()
    with house.county.moment() as sql, file.open("w", encoding="utf-8") as out:
        out.writelines(how(sql, str, "the county"))
    wrote = time.monotonic() - began
    found = told(file)
    took = time.monotonic() - began - wrote

    expected = by_views(house.read, house.county.code, str)
    wrong = {name for name, _ in expected.items() ^ found.items()}
    with capsys.disabled():
        print(f"\n{how.__name__}: {len(found)} accounts, {len(wrong)} differ, "  # noqa: T201
              f"written in {wrote:.0f} s, read in {took:.0f} s")  # fmt: skip
    assert wrong == set()
    assert len(found) > 50_000


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
