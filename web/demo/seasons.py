"""When a village does what: its month of awards, its exchange days, and how many come on them.

Source: domain.md §2.10 (the month of one village) and §6 (peaks of redemptions).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from points.workdays import is_working

EXCHANGE_DAY = 15
ENTERED_BY = (10, 18, 26)
"""Days by which what was registered so far is typed in."""
REVIEWED_AFTER, HUNG_UP_ON = 2, 29
VISIT_DAYS_A_YEAR = 48
"""Four days a month: the exchange day and three market days."""


def visit_day(day: date, village_no: int) -> bool:
    """Whether the shop gives out goods: on the 15th and on the village's market days."""
    return day.day == EXCHANGE_DAY or day.day in market_days(village_no)


def market_days(village_no: int) -> tuple[int, int, int]:
    """Villages hold their markets in turn: 2-12-22, 3-13-23 and so on, none on the exchange day."""
    first = (2, 3, 4, 6, 7, 8)[village_no % 6]
    return first, first + 10, first + 20


def rush(day: date) -> float:
    """How many come compared with a usual day."""
    if timedelta(0) <= spring_festival(day.year) - day <= timedelta(days=20):
        return 2.5
    if day.month == 3 and 4 <= day.day <= 10:  # 8 March
        return 1.6
    if day.month == 10 and day.day >= 8:  # about the Double Ninth
        return 1.4
    if day.month in {6, 7, 9}:  # wheat, then maize and potatoes
        return 0.5
    return 0.9


@cache
def spring_festival(year: int) -> date:
    """The first day of the lunar year."""
    known = holidays.country_holidays("CN", years=year, language="en_US")
    return min(day for day, name in known.items() if "Spring Festival" in name)


@dataclass(frozen=True)
class Month:
    """`batches`: when each part is typed in, and when another person reviews it; `hung_up`: when
    all of it is hung up, which may be in the next month already."""

    batches: tuple[tuple[date, date], ...]
    hung_up: date


def month_of(first: date) -> Month:
    """The month that begins on `first`; offices work on working days."""
    entered = [office_day(first.replace(day=day)) for day in ENTERED_BY]
    batches = tuple((day, office_day(day + timedelta(days=REVIEWED_AFTER))) for day in entered)
    hung_up = office_day(first + timedelta(days=HUNG_UP_ON - 1))
    return Month(batches, max(hung_up, batches[-1][1]))


def office_day(day: date) -> date:
    """This day, or the first working day after it."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def office_days_before(day: date, count: int) -> list[date]:
    """The last working days before `day`, the latest first."""
    found: list[date] = []
    while len(found) < count:
        day -= timedelta(days=1)
        if is_working(day):
            found.append(day)
    return found
