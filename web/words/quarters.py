"""Quarters as people say them, and as an address names them."""

from __future__ import annotations

from datetime import date

from points.issuance import months_of, quarter_of
from web.words.i18n import _

SHOWN = 8
"""Quarters that a page offers."""


def said(quarter: str) -> str:
    """2026Q4: 2026年第4季度."""
    return _("%(year)s年第%(number)s季度", year=quarter[:4], number=quarter[5:])


def quarter_on(day: date) -> str:
    return quarter_of(day.isoformat())


def latest(day: date) -> list[str]:
    """This quarter and those before it, newest first."""
    count = day.year * 4 + (day.month - 1) // 3
    return [f"{at // 4}Q{at % 4 + 1}" for at in range(count, count - SHOWN, -1)]


def span(quarter: str) -> tuple[date, date]:
    """First and last day; raises `ValueError` where it is no quarter."""
    months = months_of(quarter)
    first, last = (date.fromisoformat(f"{month}-01") for month in (months[0], months[2]))
    following = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)
