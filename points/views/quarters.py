"""What a village did in a span of days, for the report to the township (domain.md §1, no. 20).

Sums of villages only: no person, no household, and nobody is put in an order by points.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from points.objection import DISMISSED, UPHELD
from points.store.county import County
from points.views.accounts import accounts
from points.views.cases import VILLAGE_DIGITS
from points.views.entries import entries
from points.views.notices import notice_lines, notices
from points.views.objections import objections
from points.views.redemptions import redemptions

Pair = tuple[int, int]
"""How many, and points."""


@dataclass(frozen=True)
class Did:
    """One village's span. `credits` by rule and `redeemed`: how many, and points; `notices`: how
    many, and lines; `days`: from each objection to the answer in force."""

    credits: Mapping[str, Pair] = field(default_factory=dict)
    redeemed: Pair = (0, 0)
    notices: Pair = (0, 0)
    objections: int = 0
    upheld: int = 0
    dismissed: int = 0
    days: tuple[int, ...] = ()

    @property
    def waiting(self) -> int:
        return self.objections - self.upheld - self.dismissed


class Quarters:
    """One question: what was done where."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(self, place: str, start: date, end: date) -> dict[str, Did]:
        """By village; those where nothing was done are left out."""
        span = (start.isoformat(), end.isoformat())
        credits = self._credits(place, span)
        redeemed = self._redeemed(place, span)
        hung = self._notices(place, span)
        asked = self._objections(place, span)
        villages = credits.keys() | redeemed.keys() | hung.keys() | asked.keys()
        return {
            village: Did(
                credits.get(village, {}),
                redeemed.get(village, (0, 0)),
                hung.get(village, (0, 0)),
                **asked.get(village, {}),
            )
            for village in sorted(villages)
        }

    def _credits(self, place: str, span: tuple[str, str]) -> dict[str, dict[str, Pair]]:
        """Credits and deductions by rule; opening entries are no credits of the span."""
        rows = (
            select(accounts.c.village, entries.c.rule, func.count(), func.sum(entries.c.points))
            .join(accounts, accounts.c.account_id == entries.c.account_id)
            .where(accounts.c.village.startswith(place, autoescape=True))
            .where(entries.c.kind.in_(("credit", "deduction")), entries.c.day.between(*span))
            .group_by(accounts.c.village, entries.c.rule)
        )
        found: dict[str, dict[str, Pair]] = defaultdict(dict)
        for village, rule, count, points in self._ask(rows):
            found[village][rule] = (int(count), int(points))
        return found

    def _redeemed(self, place: str, span: tuple[str, str]) -> dict[str, Pair]:
        village = func.substr(redemptions.c.household, 1, VILLAGE_DIGITS)
        rows = (
            select(village, func.count(), func.sum(redemptions.c.points))
            .where(redemptions.c.household.startswith(place, autoescape=True))
            .where(redemptions.c.state == "completed", redemptions.c.day.between(*span))
            .group_by(village)
        )
        return {code: (int(count), int(points)) for code, count, points in self._ask(rows)}

    def _notices(self, place: str, span: tuple[str, str]) -> dict[str, Pair]:
        rows = (
            select(
                notices.c.village,
                func.count(notices.c.notice_id.distinct()),
                func.count(notice_lines.c.line),
            )
            .join(notice_lines, notice_lines.c.notice_id == notices.c.notice_id)
            .where(notices.c.village.startswith(place, autoescape=True))
            .where(notices.c.opens_on.between(*span))
            .group_by(notices.c.village)
        )
        return {code: (int(hung), int(lines)) for code, hung, lines in self._ask(rows)}

    def _objections(self, place: str, span: tuple[str, str]) -> dict[str, dict[str, Any]]:
        """Those filed in the span, with the answer in force."""
        rows = (
            select(
                objections.c.village,
                objections.c.outcome,
                objections.c.filed_on,
                objections.c.decided_on,
            )
            .where(objections.c.village.startswith(place, autoescape=True))
            .where(objections.c.filed_on.between(*span))
            .order_by(objections.c.filed_on, objections.c.objection_id)
        )
        outcomes: dict[str, Counter[str | None]] = defaultdict(Counter)
        days: dict[str, list[int]] = defaultdict(list)
        for village, outcome, filed_on, decided_on in self._ask(rows):
            outcomes[village][outcome] += 1
            if decided_on is not None:
                took = date.fromisoformat(decided_on) - date.fromisoformat(filed_on)
                days[village].append(took.days)
        return {
            village: {
                "objections": each.total(),
                "upheld": each[UPHELD],
                "dismissed": each[DISMISSED],
                "days": tuple(days[village]),
            }
            for village, each in outcomes.items()
        }

    def _ask(self, rows: Any) -> list[Any]:
        with self._county.read() as sql:
            return list(sql.execute(rows))
