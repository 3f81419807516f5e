"""Caps: how much one rule may bring to one person or household in one period (domain.md §2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from points.refusals import Refusal


class CapReached(Refusal):
    """The rule's cap for the period is used up; the facts say which."""

    code = "cap-reached"


@dataclass(frozen=True)
class Cap:
    """`limit` points or times (`of`) per `period` (month, quarter, year, event, ever) and `per`
    person or household. One event is one day of one rule."""

    limit: int
    of: str
    period: str
    per: str

    def weight(self, points: int) -> int:
        return points if self.of == "points" else 1

    def same_period(self, day: str, other: str) -> bool:
        return self._key(day) == self._key(other)

    def _key(self, day: str) -> str:
        match self.period:
            case "month":
                return day[:7]
            case "quarter":
                return f"{day[:4]}q{(int(day[5:7]) + 2) // 3}"
            case "year":
                return day[:4]
            case "event":
                return day
            case _:
                return ""


def used(
    lots: Iterable[dict[str, Any]], cap: Cap, rule: str, occurred_on: str, earner: str | None
) -> int:
    """What earlier credits by `rule` have used of `cap` in the period of `occurred_on`.

    Whose earner nobody named may have been anybody's: it counts for each person of the household,
    and everything counts for it.
    """
    return sum(
        cap.weight(lot["points"])
        for lot in lots
        if lot["rule"] == rule
        and not lot["reversed"]
        and cap.same_period(lot["occurred_on"], occurred_on)
        and (cap.per == "household" or earner is None or lot["earner"] in (None, earner))
    )
