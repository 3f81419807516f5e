"""A household's statement: opening balance, every line with its reason, closing balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from points.store.county import County
from points.views.balances import Balances
from points.views.entries import Entries, Line


@dataclass(frozen=True)
class Statement:
    """Spendable points from `start` to `end`, both included: opening + lines = closing.
    `totals`: signed spendable points by kind of entry."""

    household: str
    start: str
    end: str
    opening: int
    lines: list[Line]
    closing: int
    totals: dict[str, int]


class Statements:
    """What happened to a household's points in a period, by recorded day."""

    def __init__(self, county: County) -> None:
        self._balances = Balances(county)
        self._entries = Entries(county)

    def of(self, household: str, start: date, end: date) -> Statement:
        opening = self._balances.before(household, start)
        lines = self._entries.of(household, start, end)
        totals: dict[str, int] = {}
        for line in lines:
            totals[line["kind"]] = totals.get(line["kind"], 0) + line["spendable"]
        return Statement(
            household=household,
            start=start.isoformat(),
            end=end.isoformat(),
            opening=opening,
            lines=lines,
            closing=opening + sum(totals.values()),
            totals=totals,
        )
