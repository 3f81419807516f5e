"""Time is passed in: a `Clock` tells it, and a business day is a day in Shanghai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """The real clock. Everything else takes a `Clock` as an argument."""
    return datetime.now(UTC)


def business_day(at: datetime) -> date:
    """The day on which `at` falls for the people of the village."""
    return at.astimezone(SHANGHAI).date()


@lru_cache
def instant(at: datetime) -> str:
    """`at` as UTC text of fixed width, so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache
def day_of(stamp: str) -> str:
    """The business day, as text, of an `instant`."""
    return business_day(datetime.fromisoformat(stamp)).isoformat()
