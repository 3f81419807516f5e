"""Working days of China: public holidays, and the weekend days on which people work instead.

The State Council publishes each year in autumn for the next one. What the library knows is taken;
a day that it has wrong, or does not know yet, is declared by county staff (`points/calendar.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import holidays

A_DAY = timedelta(days=1)

Declared = Mapping[str, bool]
"""Days as text, and whether people work: stronger than what the library says."""

NOTHING: Declared = {}


@cache
def _china(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off of a year, and weekend days that are worked."""
    found = holidays.country_holidays("CN", years=[year])
    return frozenset(found), frozenset(found.weekend_workdays)


def is_working(day: date, declared: Declared = NOTHING) -> bool:
    if (told := declared.get(day.isoformat())) is not None:
        return told
    off, worked = _china(day.year)
    return day in worked or (day.weekday() < 5 and day not in off)


def after_working_days(day: date, count: int, declared: Declared = NOTHING) -> date:
    """The last of the next `count` working days after `day`."""
    while count:
        day += A_DAY
        count -= is_working(day, declared)
    return day
