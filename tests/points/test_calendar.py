"""What the county declares about working days, told before it counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points import calendar
from points.calendar import WORKED_AHEAD, DayTooNear
from points.checks import check
from points.ledger import Proposal
from tests.support.cast import ADA, BEN, FAYE, TINA, VILLAGE, ZHAO
from tests.support.town import Town

pytestmark = pytest.mark.row("B2")

FRIDAY = date(2026, 11, 27)


def hung(town: Town) -> str:
    """The last day of a notice of today."""
    case = town.by(ADA).propose(Proposal(ZHAO, "G01", town.today, 6))
    town.by(BEN).sign(case)
    notice = town.by(FAYE).open_notice(VILLAGE, town.today.isoformat()[:7], [case])
    found = town.read.notices.one(notice)
    assert found
    return str(found["closes_on"])


def test_nobody_shortens_the_next_notice_over_night(town: Town) -> None:
    """A weekend is declared to be worked, on the day before a notice is hung up over it."""
    town.household(ZHAO)
    saturday = FRIDAY + timedelta(days=1)
    for day in (saturday, saturday + timedelta(days=1), town.today + timedelta(days=6)):
        with pytest.raises(DayTooNear) as no:
            town.by(TINA).declare_day(day, working=True, document="县办7号")
        assert no.value.facts["first"] == (town.today + WORKED_AHEAD).isoformat()

    town.later(days=3)
    assert town.today == FRIDAY
    assert hung(town) == "2026-12-02"


def test_a_week_ahead_a_day_may_be_worked_and_any_day_may_be_free(town: Town) -> None:
    town.household(ZHAO)
    town.by(TINA).declare_day(date(2026, 12, 5), working=True, document="县办7号")
    town.by(TINA).declare_day(date(2026, 11, 25), working=False, document="县办8号")

    town.later(days=9)
    assert hung(town) == "2026-12-07"
    assert check(town.county) == []


def test_a_day_that_was_declared_too_late_is_found(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "WORKED_AHEAD", timedelta())
    town.by(TINA).declare_day(date(2026, 11, 28), working=True, document="县办7号")

    [found] = check(town.county)
    assert found.check == "procedures"
