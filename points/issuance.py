"""How much a village may give: its total for a quarter, and the worth of its shelves (积分总额控制;
domain.md §2.6, §2.9).

A village commits itself when it hangs a list up, so that is where both are asked. A quarter's
total counts what was posted and what hangs, by the month of its notice; deductions give nothing
back. Opening entries and base points come by no notice and count in no total.
"""

from __future__ import annotations

from dataclasses import dataclass

from points.policy import Policy
from points.refusals import Refusal

FULL = 100
"""Percent at which every point out finds goods on the shelves."""


class IssuanceCapReached(Refusal):
    """The village's total for the quarter does not hold these too; the facts have the figures."""

    code = "issuance-cap-reached"


class CoverExceeded(Refusal):
    """The shelves do not hold enough for the points that would be out then."""

    code = "cover-exceeded"


@dataclass(frozen=True)
class Cover:
    """Points of a place against its shelves. `out` may be spent now, `hanging` come when their
    notices are over; `stock`: units on hand at their price in points, a point being worth a yuan.
    Goods that the price list in force does not name buy nothing, and cover nothing."""

    out: int
    hanging: int
    stock: int

    @property
    def percent(self) -> int | None:
        """`out` of `stock`, rounded up; None where nothing stands on the shelves."""
        return -(-self.out * FULL // self.stock) if self.stock else None

    def above(self, percent: int, *, more: int = 0) -> bool:
        """Whether what is out, and so many points `more`, is above this part of the shelves."""
        return (self.out + more) * FULL > self.stock * percent


def quarter_of(month: str) -> str:
    """2026-11 is in 2026Q4."""
    return f"{month[:4]}Q{(int(month[5:7]) + 2) // 3}"


def months_of(quarter: str) -> tuple[str, str, str]:
    """The months of 2026Q4: 2026-10 and two more; raises `ValueError` where it is no quarter."""
    year, number = quarter[:4], quarter[5:]
    if len(quarter) != len("2026Q4") or quarter[4] != "Q" or number not in "1234":
        raise ValueError(quarter)
    first = int(number) * 3 - 2
    one, two, three = (f"{int(year):04}-{first + more:02}" for more in range(3))
    return one, two, three


def check_issuance(policy: Policy, quarter: str, *, used: int, asked: int) -> None:
    """Raises `IssuanceCapReached`."""
    cap = policy.issuance_cap
    if cap is not None and used + asked > cap:
        raise IssuanceCapReached(quarter=quarter, cap=cap, used=used, asked=asked)


def check_cover(policy: Policy, cover: Cover, *, asked: int) -> None:
    """What hangs already is as good as given; raises `CoverExceeded`."""
    limit = policy.cover_refuse_percent
    if limit is not None and cover.above(limit, more=cover.hanging + asked):
        used = cover.out + cover.hanging
        raise CoverExceeded(percent=limit, stock=cover.stock, used=used, asked=asked)
