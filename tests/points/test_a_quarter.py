"""A whole quarter in seconds, with the Spring Festival in it: time is a parameter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from points.checks import check
from points.clock import business_day
from points.envelope import Actor, Envelope, opened
from points.ledger import Answer, Proposal
from points.objection import DISMISSED
from tests.support.house import COUNTY, MAKER, QIAN, VILLAGE, ZHAO, Place, make_tables, settings_for

pytestmark = pytest.mark.row("B3")

GRID, REVIEWER, OPENER, DECIDER = (
    Actor(name, "village", VILLAGE) for name in ("grid", "look", "hang", "decide")
)
JOB = Actor("job", "administrator", COUNTY)
HUNG = {
    "2026-01-02": ("2026-01", {ZHAO: ("C01", 5)}),
    "2026-01-29": ("2026-01", {ZHAO: ("E01", 21)}),
    "2026-02-13": ("2026-02", {ZHAO: ("E01", 22), QIAN: ("E01", 40)}),
    "2026-03-27": ("2026-03", {ZHAO: ("E01", 23)}),
}
"""What is hung up on which day, for which month."""


@pytest.fixture
def place(tmp_path: Any) -> Iterator[Place]:
    settings = settings_for(f"sqlite:///{tmp_path}/quarter.db")
    make_tables(settings)
    made = Place(settings)
    made.watch.now = datetime(2026, 1, 1, 1, tzinfo=UTC)
    made.settle()
    yield made
    made.close()


def hang_up(place: Place, month: str, lines: dict[str, tuple[str, int]]) -> UUID:
    """Proposed, reviewed and hung up on one day."""
    today = business_day(place.watch())
    with place.by(GRID) as ledger:
        wishes = [Proposal(home, rule, today, points) for home, (rule, points) in lines.items()]
        cases = ledger.propose_batch(wishes)
    for case in cases:
        with place.by(REVIEWER) as ledger:
            ledger.sign(case)
    with place.by(OPENER) as ledger:
        notice: UUID = ledger.open_notice(VILLAGE, month, cases)
    return notice


def object_to(place: Place, notice: UUID, household: str) -> UUID:
    lines = place.house.read.notices.lines([notice])
    line = next(each["line"] for each in lines if each["household"] == household)
    nobody = Envelope(Actor("anonymous", "public"), place.watch(), "public", uuid4().hex)
    with opened(nobody):
        made: UUID = place.house.ledger.object_to(
            notice, about="line", line=line, text="没有", way="page"
        )
    return made


def test_a_whole_quarter_with_the_working_saturdays_of_spring_festival(place: Place) -> None:
    """`due` runs every morning from New Year to 10 April. Somebody objects on a Saturday that is
    worked, before nine days off; she is answered after the posting day of the month."""
    with place.by(MAKER) as ledger:  # the county has its office open on one more Saturday
        ledger.declare_day(date(2026, 3, 28), working=True, document="县办〔2026〕7号")
    closes: dict[str, str] = {}
    posted: list[tuple[str, str, int]] = []
    notices: dict[str, UUID] = {}
    objection: UUID | None = None
    day = date(2026, 1, 2)
    while day <= date(2026, 4, 10):
        place.watch.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        before = {home: place.balance(home) for home in (ZHAO, QIAN)}
        with place.by(JOB) as ledger:
            ledger.close_and_post(day)
        gains = [(home, place.balance(home) - had) for home, had in before.items()]
        posted += [(day.isoformat(), home, points) for home, points in gains if points]
        if (wish := HUNG.get(day.isoformat())) is not None:
            made = notices[day.isoformat()] = hang_up(place, *wish)
            row = place.house.read.notices.one(made)
            assert row
            closes[day.isoformat()] = row["closes_on"]
        if day == date(2026, 2, 14):
            objection = object_to(place, notices["2026-02-13"], QIAN)
        if day == date(2026, 3, 4) and objection:
            with place.by(DECIDER) as ledger:
                ledger.decide_objection(objection, Answer(DISMISSED, "有签到表。"))
        day += timedelta(days=1)
    assert closes == {
        "2026-01-02": "2026-01-06",  # Sunday the 4th is worked
        "2026-01-29": "2026-02-05",  # twenty points and more hang seven days
        "2026-02-13": "2026-02-25",  # 14 February is worked, then nine days off
        "2026-03-27": "2026-04-03",
    }
    assert posted == [
        ("2026-02-06", ZHAO, 26),  # the month waits for the last of its notices
        ("2026-03-05", ZHAO, 22),
        ("2026-03-10", QIAN, 40),  # until the 9th the answer could be taken to the township
        ("2026-04-05", ZHAO, 23),
    ]
    assert objection
    row = place.house.read.objections.one(objection)
    assert row
    assert (row["due_on"], row["appeal_until"]) == ("2026-02-26", "2026-03-09")
    assert check(place.house.county) == []
