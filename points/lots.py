"""Lots: points that came together and go by one date. Pure arithmetic, no events.

A lot is one credit's points while they last. Debits eat open lots by bucket, then by expiry, then
by age (rulings 6). The event stores what was taken, so a replay never decides again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

BUCKETS = ("gift", "earned", "base")
"""The buckets in the order in which debits take from them (rulings 6)."""

Take = list[Any]
"""`[lot id, points, bucket]`, as JSON keeps it."""

Lot = dict[str, Any]
"""bucket, points (as credited), left, redeemable, expires_on (day or None), seq (age in the
account), rule, earner (or None), occurred_on (day), expired and deducted (points so far), reversed
(bool)."""

NEVER = "9999-12-31"


def lapsed(lot: Lot, today: str) -> bool:
    """A lot may be spent through its last day, and not after."""
    return lot["left"] > 0 and (lot["expires_on"] or NEVER) < today


def spendable(lots: Mapping[str, Lot]) -> int:
    """Points that goods can be had for."""
    return sum(lot["left"] for lot in lots.values() if lot["redeemable"])


def in_bucket(lots: Mapping[str, Lot], bucket: str) -> int:
    return sum(lot["left"] for lot in lots.values() if lot["bucket"] == bucket)


def take(lots: Mapping[str, Lot], points: int) -> list[Take]:
    """What a debit of `points` takes, soonest expiry first; less where there is less."""
    taken: list[Take] = []
    for lot_id, lot in sorted(lots.items(), key=_order):
        if points <= 0:
            break
        if lot["redeemable"] and lot["left"] > 0:
            part = min(points, lot["left"])
            taken.append([lot_id, part, lot["bucket"]])
            points -= part
    return taken


def total(takes: Iterable[Take]) -> int:
    return sum(take[1] for take in takes)


def _order(item: tuple[str, Lot]) -> tuple[int, str, int]:
    lot = item[1]
    return BUCKETS.index(lot["bucket"]), lot["expires_on"] or NEVER, lot["seq"]
