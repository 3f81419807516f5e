"""What one event of an account changes, in points: the one reading that all views share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from points.account import PointsAccount
from points.lots import Take, total


@dataclass(frozen=True)
class Change:
    """`buckets`: signed points by bucket; `spendable`: the part that goods can be had for;
    `against`: the journal's other side, signed points by ledger account."""

    kind: str
    buckets: dict[str, int]
    spendable: int
    against: dict[str, int]
    lots: list[Take] = field(default_factory=list)
    receivable: int = 0

    @property
    def points(self) -> int:
        return sum(self.buckets.values())


def change_of(event: Any) -> Change | None:
    """The change of points that `event` records, None where it records none."""
    match event:
        case PointsAccount.Credited():
            points = event.points
            return Change(
                kind=event.source if event.source in ("opening", "base") else "credit",
                buckets={event.bucket: points},
                spendable=points if event.redeemable else 0,
                against={f"issued:{event.rule}": -points},
            )
        case PointsAccount.Deducted():
            return _taken("deduction", event.takes, "deducted")
        case PointsAccount.DeductionReversed():
            against = {"deducted": -event.points, "reversed": total(event.cancelled)}
            return _given("deduction_reversal", event.back, against)
        case PointsAccount.Redeemed():
            return _taken("redemption", event.takes, f"redeemed:{event.shop}")
        case PointsAccount.Restored():
            shop = event.receipt_no.rsplit("-", 2)[0]
            owed = total(event.settled)
            against = {f"redeemed:{shop}": -event.points, "receivable": owed}
            return _given(event.why, event.back, against, receivable=-owed)
        case PointsAccount.Reversed():
            return Change(
                kind="reversal",
                buckets={event.bucket: -event.taken},
                spendable=-event.taken if event.redeemable else 0,
                against={"reversed": event.points, "receivable": -event.receivable},
                lots=[[event.lot, -event.taken, event.bucket]],
                receivable=event.receivable,
            )
        case PointsAccount.Expired():
            return Change(
                kind="expiry",
                buckets={event.bucket: -event.points},
                spendable=-event.points if event.redeemable else 0,
                against={"expired": event.points},
                lots=[[event.lot, -event.points, event.bucket]],
            )
        case _:
            return None


def _taken(kind: str, takes: list[Take], account: str) -> Change:
    buckets = _by_bucket(takes, -1)
    points = sum(buckets.values())
    return Change(
        kind=kind,
        buckets=buckets,
        spendable=points,
        against={account: -points},
        lots=[[lot, -n, bucket] for lot, n, bucket in takes],
    )


def _given(kind: str, back: list[Take], against: dict[str, int], receivable: int = 0) -> Change:
    buckets = _by_bucket(back, 1)
    return Change(
        kind=kind,
        buckets=buckets,
        spendable=sum(buckets.values()),
        against=against,
        lots=back,
        receivable=receivable,
    )


def _by_bucket(takes: Iterable[Take], sign: int) -> dict[str, int]:
    buckets: dict[str, int] = {}
    for _, points, bucket in takes:
        buckets[bucket] = buckets.get(bucket, 0) + sign * points
    return buckets
