"""Posting is done once, also by two timers at the same moment, or when one dies half way (B1)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from points.checks import check
from points.clock import business_day
from points.envelope import Actor
from points.ledger import Proposal
from points.ledger.noticing import Noticing
from tests.support.house import COUNTY, QIAN, VILLAGE, ZHAO, Place, make_tables, settings_for

pytestmark = pytest.mark.row("B1")

GRID, REVIEWER, OPENER = (Actor(name, "village", VILLAGE) for name in ("grid", "look", "hang"))
JOB = Actor("job", "administrator", COUNTY)
CASES = 24


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[Place]:
    """Two dozen cases whose notice is over and whose posting day has come."""
    settings = settings_for(f"sqlite:///{tmp_path}/once.db")
    make_tables(settings)
    place = Place(settings)
    place.settle()
    today = business_day(place.watch())
    wishes = [Proposal((ZHAO, QIAN)[n % 2], "E01", today, 20) for n in range(CASES)]
    with place.by(GRID) as ledger:
        cases = ledger.propose_batch(wishes)
    for case in cases:
        with place.by(REVIEWER) as ledger:
            ledger.sign(case)
    with place.by(OPENER) as ledger:
        ledger.open_notice(VILLAGE, "2026-11", cases)
    place.watch.later(days=12)
    yield place
    place.close()


def due(place: Place) -> Any:
    with place.by(JOB) as ledger:
        return ledger.close_and_post(business_day(place.watch()))


def all_posted(place: Place) -> None:
    states = [each["state"] for each in place.house.read.cases.every()]
    assert states == ["posted"] * CASES
    assert place.balance(ZHAO) == place.balance(QIAN) == CASES * 10
    assert check(place.house.county) == []


def test_two_timers_at_once(hung: Place) -> None:
    """Four of them, each a process of its own as far as the database can tell."""
    others = [Place(hung.house.settings) for _ in range(3)]
    for other in others:
        other.watch.now = hung.watch.now
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(due, [hung, *others]))
    for other in others:
        other.close()
    assert sum(each.refused for each in done) == 0
    all_posted(hung)
    assert due(hung).posted == 0


class Died(Exception):
    """The machine went off."""


def test_one_that_dies_between_two_cases_goes_on_where_it_was(
    hung: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, done = Noticing.post_case, 0

    def dying(self: Noticing, case: UUID) -> str:
        nonlocal done
        if done == CASES // 2:
            raise Died
        done += 1
        return whole(self, case)

    monkeypatch.setattr(Noticing, "post_case", dying)
    with pytest.raises(Died):
        due(hung)
    monkeypatch.undo()
    states = sorted(each["state"] for each in hung.house.read.cases.every())
    assert states == ["on_notice"] * (CASES // 2) + ["posted"] * (CASES // 2)

    assert due(hung).posted == CASES // 2
    all_posted(hung)
