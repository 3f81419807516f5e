"""When a village does what: its exchange days, and how many people come on them.

Source: domain.md §2.10 (the month of one village) and §6 (peaks of redemptions).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

EXCHANGE_DAY = 15
POSTING_DAY = 5
BATCH_DAY = 28
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


def posting_day(batch: date) -> date:
    """The 5th of the month after a batch was proposed (rulings 11)."""
    return (batch.replace(day=1) + timedelta(days=32)).replace(day=POSTING_DAY)
