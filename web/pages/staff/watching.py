"""What the pages of supervision share: the month and the number asked for, who proposed what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request

from points.audit.sample import first_and_last
from points.signoff import PeriodUnknown
from points.views.entries import Line
from web.pages.staff.shown import today
from web.supervision import SAMPLE
from web.wiring import house

SAMPLE_MAX = 50


def month_asked(*, last: bool = False) -> str:
    """`?month=2026-11`, else this month, or the last one that is over; raises `PeriodUnknown`."""
    first = today().replace(day=1)
    usual = first - timedelta(days=1) if last else first
    month = request.values.get("month", "").strip() or usual.isoformat()[:7]
    try:
        first_and_last(month)
    except ValueError:
        raise PeriodUnknown(period=month) from None
    return month


def count_asked() -> int:
    wish = request.values.get("n", type=int) or SAMPLE
    return min(max(wish, 1), SAMPLE_MAX)


def hands_of(lines: list[Line]) -> dict[str, dict[str, Any]]:
    """The award case behind each entry that has one, by the entry's `ref`: who proposed it."""
    ids = []
    for line in lines:
        try:
            ids.append(UUID(line["ref"]))
        except ValueError:
            continue
    return {str(case["case_id"]): case for case in house().read.cases.several(ids)}
