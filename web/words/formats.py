"""How numbers, days and instants are written for people: Jinja filters, all pure but for `today`.

Days and instants reach us as text ("2026-11-24", "2026-11-24T06:25:18.123456Z", UTC); people read
them in Asia/Shanghai. Points are integers; a change always carries its sign as well as its colour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask

from points.clock import SHANGHAI
from web.words.i18n import _

MINUS = "\N{MINUS SIGN}"  # as wide as the plus sign, so that columns of changes line up


def points(number: int) -> str:
    """With a comma for thousands, and a true minus: 1,286."""
    return f"{number:,}".replace("-", MINUS)


def signed(number: int) -> str:
    """A change, always with its sign: +20, −80; only nothing is plain 0."""
    return f"{number:+,}".replace("-", MINUS) if number else "0"


_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")


def in_order(groups: Iterable[str]) -> list[str]:
    """Villagers' groups once each, counted as people count: 二组 before 十组 and 十二组."""
    return sorted(set(groups) - {""}, key=lambda group: (_count(group), group))


def _count(group: str) -> int:
    """The number in a group's name up to 99, in digits or numerals; without one, the last."""
    found = re.search(r"\d+|[一二三四五六七八九十]+", group)
    if found is None:
        return 100
    tens, ten, ones = found[0].translate(_NUMERALS).partition("十")
    return int(tens or "1") * 10 + int(ones or "0") if ten else int(tens)


def yuan(fen: int) -> str:
    """Fen as yuan: 2600 is 26.00."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def as_date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value[:10])


def full_day(value: date | str) -> str:
    """The day with its year: 2026年11月24日."""
    at = as_date(value)
    return _("%(year)s年%(month)s月%(day)s日", year=at.year, month=at.month, day=at.day)


def full_month(value: str) -> str:
    """The month of "2026-11" or of a day in it: 2026年11月."""
    return _("%(year)s年%(month)s月", year=int(value[:4]), month=int(value[5:7]))


def near_day(value: date | str, today: date) -> str:
    """As people say it: "今天", "昨天", else the day, with its year where that is another one."""
    at = as_date(value)
    if at == today:
        return _("今天")
    if at == today - timedelta(days=1):
        return _("昨天")
    if at.year == today.year:
        return _("%(month)s月%(day)s日", month=at.month, day=at.day)
    return full_day(at)


def as_instant(value: datetime | str) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.astimezone(SHANGHAI)


def moment(value: datetime | str) -> str:
    """The instant on the wall clock: "2026年11月24日 14:25"."""
    at = as_instant(value)
    return f"{full_day(at.date())} {at:%H:%M}"


def clock_time(value: datetime | str) -> str:
    """The instant on the wall clock, without its day: "14:25"."""
    return f"{as_instant(value):%H:%M}"


def install(app: Flask, today: Callable[[], date]) -> None:
    """Give every template the filters; `today` is the business day in Asia/Shanghai."""
    filters: dict[str, Callable[..., Any]] = {
        "points": points,
        "signed": signed,
        "yuan": yuan,
        "full_day": full_day,
        "month": full_month,
        "day": lambda value: near_day(value, today()),
        "moment": moment,
        "clock_time": clock_time,
    }
    for name, made in filters.items():
        app.add_template_filter(made, name)
