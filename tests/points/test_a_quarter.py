"""A whole quarter in seconds, with the Spring Festival in it: time is a parameter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from points.checks import check
from points.clock import business_day
from points.envelope import Actor
from points.ledger import Proposal
from tests.support.house import COUNTY, MAKER, VILLAGE, ZHAO, Place, make_tables, settings_for

pytestmark = pytest.mark.row("B3")

GRID, REVIEWER, OPENER = (Actor(name, "village", VILLAGE) for name in ("grid", "look", "hang"))


@pytest.fixture
def place(tmp_path: Any) -> Iterator[Place]:
    settings = settings_for(f"sqlite:///{tmp_path}/quarter.db")
    make_tables(settings)
    made = Place(settings)
    made.watch.now = datetime(2026, 1, 5, 1, tzinfo=UTC)
    made.settle()
    yield made
    made.close()


def hang_up(place: Place, month: str, points: int) -> str:
    """One award of this month; the last day of its notice."""
    with place.by(GRID) as ledger:
        case = ledger.propose(Proposal(ZHAO, "E01", business_day(place.watch()), points))
    with place.by(REVIEWER) as ledger:
        ledger.sign(case)
    with place.by(OPENER) as ledger:
        notice = ledger.open_notice(VILLAGE, month, [case])
    row = place.house.read.notices.one(notice)
    assert row
    return str(row["closes_on"])


def test_january_february_and_march(place: Place) -> None:
    """Hung up on 29 January, 13 February and 27 March; `due` runs every morning."""
    with place.by(MAKER) as ledger:  # the county has its office open on one more Saturday
        ledger.declare_day(date(2026, 3, 28), working=True, document="县办〔2026〕7号")
    hung = {
        "2026-01-29": ("2026-01", 21),
        "2026-02-13": ("2026-02", 22),
        "2026-03-27": ("2026-03", 23),
    }
    closes, posted = {}, {}
    day = date(2026, 1, 29)
    while day <= date(2026, 4, 10):
        place.watch.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        with place.by(Actor("job", "administrator", COUNTY)) as ledger:
            before = place.balance(ZHAO)
            ledger.close_and_post(day)
        if (gained := place.balance(ZHAO) - before) > 0:
            posted[gained] = day.isoformat()
        if (wish := hung.get(day.isoformat())) is not None:
            closes[wish[0]] = hang_up(place, *wish)
        day += timedelta(days=1)
    assert closes == {
        "2026-01": "2026-02-05",  # twenty points and more hang seven days
        "2026-02": "2026-02-25",  # three working days: 14 February is worked, then nine days off
        "2026-03": "2026-04-03",
    }
    assert posted == {21: "2026-02-06", 22: "2026-03-05", 23: "2026-04-05"}
    assert check(place.house.county) == []
