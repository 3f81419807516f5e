"""Goods and points: a redemption, the account's debit, the shelves and the receipt agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from points.account import PointsAccount
from points.checks.findings import Finding, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.checks.saves import Known, Save
from points.lots import total
from points.redemption import Redemption
from points.shop import ShopDay
from points.stock import Stock


@about(Redemption.Created, PointsAccount.Redeemed, Stock.Issued, ShopDay.ReceiptNumbered)
def look_at_redemptions(save: Save, known: Known) -> Iterator[Finding]:
    """One debit, one issue a line, one receipt number for each redemption, and none without."""
    completed = save.of(Redemption.Created)
    debits, issued = save.of(PointsAccount.Redeemed), save.of(Stock.Issued)
    numbers = save.of(ShopDay.ReceiptNumbered)
    lines = sum(len(read.event.lines) for read in completed)
    place = save.reads[0].place
    yield from unequal(
        "redemptions",
        place,
        debits_of_accounts=(len(debits), len(completed)),
        issues_of_goods=(len(issued), lines),
        receipt_numbers=(len(numbers), len(completed)),
    )
    if len(completed) == len(debits) == len(numbers) == 1:
        yield from _whole(completed[0], known)
        yield from _debit(completed[0], debits[0])
        yield from _goods(completed[0].event, completed[0], issued)
        yield from _numbered(completed[0], numbers[0])


def _whole(read: Read, known: Known) -> Iterator[Finding]:
    event = read.event
    cost = sum(line["points"] * line["quantity"] for line in event.lines)
    yield from unequal(
        "redemptions",
        read.place,
        points=(event.points, cost),
        points_taken=(total(event.takes), event.points),
        day=(event.day, read.day),
    )
    served = read.stamp is None or known.served(event.shop, event.keeper, read.stamp.instant)
    yield from unless("duties", read.place, the_keeper_served_in_that_shop=served)


def _debit(read: Read, debit: Read) -> Iterator[Finding]:
    event = read.event
    same = ("receipt_no", "shop", "day", "points", "takes")
    yield from unequal(
        "redemptions",
        debit.place,
        account=(debit.stream, PointsAccount.id_of(event.household)),
        redemption=(debit.event.redemption, str(read.stream)),
        **{name: (getattr(debit.event, name), getattr(event, name)) for name in same},
    )


def _goods(event: Any, redemption: Read, moved: list[Read]) -> Iterator[Finding]:
    """Each line of `event` against the movement of its shelf, in the same order."""
    for line, read in zip(event.lines, moved, strict=False):
        yield from unequal(
            "redemptions",
            read.place,
            good=(read.stream, Stock.id_of(event.shop, line["sku"])),
            quantity=(read.event.quantity, line["quantity"]),
            takes=(read.event.takes, line["takes"]),
            receipt_no=(read.event.receipt_no, event.receipt_no),
            redemption=(read.event.redemption, str(redemption.stream)),
        )


def _numbered(read: Read, number: Read) -> Iterator[Finding]:
    event = read.event
    receipt = f"{event.shop}-{event.day.replace('-', '')}-{number.event.number:04}"
    day = ShopDay.id_of(event.shop, date.fromisoformat(event.day))
    yield from unequal(
        "receipts", read.place, receipt_no=(event.receipt_no, receipt), day=(number.stream, day)
    )


@about(Redemption.Voided, Redemption.Returned, PointsAccount.Restored, Stock.TakenBack)
def look_at_returns(save: Save, known: Known) -> Iterator[Finding]:
    """What is voided or returned goes back to the lots and shelves that it came from."""
    undone = save.of(Redemption.Voided, Redemption.Returned)
    restored, taken_back = save.of(PointsAccount.Restored), save.of(Stock.TakenBack)
    firsts = [known.firsts.get(read.stream) for read in undone]
    lines = sum(len(first.event.lines) for first in firsts if first and first.event)
    yield from unequal(
        "redemptions",
        save.reads[0].place,
        points_given_back=(len(restored), len(undone)),
        goods_taken_back=(len(taken_back), lines),
    )
    if len(undone) == len(restored) == 1 and firsts[0] is not None and firsts[0].event:
        why = "void" if isinstance(undone[0].event, Redemption.Voided) else "return"
        yield from _restored(firsts[0], restored[0], why)
        yield from _goods(firsts[0].event, firsts[0], taken_back)


def _restored(first: Read, restored: Read, why: str) -> Iterator[Finding]:
    taken, event = first.event, restored.event
    yield from unequal(
        "redemptions",
        restored.place,
        account=(restored.stream, PointsAccount.id_of(taken.household)),
        redemption=(event.redemption, str(first.stream)),
        receipt_no=(event.receipt_no, taken.receipt_no),
        why=(event.why, why),
        points=(event.points, taken.points),
        lots=(_by_lot(*event.back, *event.settled), _by_lot(*taken.takes)),
    )


def _by_lot(*takes: Any) -> dict[str, int]:
    lots: dict[str, int] = {}
    for lot, points, _ in takes:
        lots[lot] = lots.get(lot, 0) + points
    return lots
