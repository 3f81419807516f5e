"""Points counted from the events alone, without any view: by account, and of the whole county."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

from points.account import PointsAccount
from points.checks.findings import Finding, unequal
from points.checks.reads import Read
from points.lots import total


@dataclass
class Totals:
    """Issued = redeemed + outstanding + expired + reversed + deducted (rulings 6)."""

    issued: int = 0
    redeemed: int = 0
    outstanding: int = 0
    expired: int = 0
    reversed: int = 0
    deducted: int = 0

    def add(self, more: Totals) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(more, field.name))

    def numbers(self) -> dict[str, int]:
        return asdict(self)


def of_account(account: PointsAccount, reads: Iterable[Read]) -> Totals:
    """What happened to an account's points by its events; `outstanding` by its lots."""
    held = sum(lot["left"] for lot in account.lots.values())
    totals = Totals(outstanding=held - sum(account.owed.values()))
    for read in reads:
        _count(totals, read.event)
    return totals


def _count(totals: Totals, event: Any) -> None:
    match event:
        case PointsAccount.Credited():
            totals.issued += event.points
        case PointsAccount.Redeemed():
            totals.redeemed += event.points
        case PointsAccount.Restored():
            totals.redeemed -= event.points
        case PointsAccount.Expired():
            totals.expired += event.points
        case PointsAccount.Reversed():
            totals.reversed += event.points
        case PointsAccount.Deducted():
            totals.deducted += event.points
        case PointsAccount.DeductionReversed():
            totals.deducted -= event.points
            totals.reversed += total(event.cancelled)


def identity(place: str, totals: Totals) -> Iterator[Finding]:
    """Whether the identity holds."""
    numbers = totals.numbers()
    issued = numbers.pop("issued")
    yield from unequal("identity", place, issued=(issued, sum(numbers.values())))
