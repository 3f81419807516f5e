"""A household's points account: lots in buckets, and every reason why they changed.

Source of the rules: design §4, rulings 6 to 9 and 13, domain.md §2.3.
"""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from points.account import events
from points.account.card import CardHolder
from points.aggregate import LedgerAggregate, stable_id
from points.caps import Cap, CapReached, used
from points.lots import Lot, Take, in_bucket, lapsed, spendable, take, total
from points.refusals import Refusal


class NotEnoughPoints(Refusal):
    """A balance never goes below zero."""

    code = "not-enough-points"


class AlreadyReversed(Refusal):
    """An entry is reversed once (design §1, promise 2)."""

    code = "already-reversed"


class UnknownEntry(Refusal):
    code = "unknown-entry"


class PointsAccount(LedgerAggregate, CardHolder):
    TOPIC = "account"

    Event = events.Event
    Created = events.Created
    Credited = events.Credited
    Deducted = events.Deducted
    DeductionReversed = events.DeductionReversed
    Redeemed = events.Redeemed
    Restored = events.Restored
    Reversed = events.Reversed
    Expired = events.Expired
    CardIssued = events.CardIssued
    CardReissued = events.CardReissued
    CardReportedLost = events.CardReportedLost

    @event(events.Created)
    def __init__(self, household: str, village: str, group: str) -> None:
        self.household, self.village, self.group = household, village, group
        self.lots: dict[str, Lot] = {}
        self.deductions: dict[str, dict[str, Any]] = {}
        self.owed: dict[str, int] = {}
        self.without_pin: dict[str, Any] = {"day": "", "points": {}}
        self.card: dict[str, Any] | None = None

    def take_out(self, takes: list[Take]) -> None:
        for lot, points, _ in takes:
            self.lots[lot]["left"] -= points

    def put_back(self, back: list[Take], settled: list[Take]) -> None:
        for lot, points, _ in back:
            self.lots[lot]["left"] += points
        for lot, points, _ in settled:
            self.owed[lot] -= points
            if not self.owed[lot]:
                del self.owed[lot]

    # What it comes to.

    @staticmethod
    def id_of(household: str) -> UUID:
        return stable_id("account", household)

    @property
    def balance(self) -> int:
        """Points that can be spent today (rulings 6)."""
        return spendable(self.lots)

    @property
    def receivable(self) -> int:
        """What the household owes since a credit was reversed after it was spent."""
        return sum(self.owed.values())

    def bucket(self, name: str) -> int:
        return in_bucket(self.lots, name)

    # What may be asked of it. Every rule lives here.

    @classmethod
    def open(cls, household: str, *, village: str, group: str) -> Self:
        account_id = cls.id_of(household)
        return cls.begin(cls.Created, account_id, household=household, village=village, group=group)

    def credit(self, lot: str, *, cap: Cap | None = None, **facts: Any) -> None:
        """Add one lot, once per lot id; raises `CapReached` where the rule has a cap."""
        if lot in self.lots:
            return
        if cap is not None:
            self.check_cap(
                cap, facts["rule"], facts["points"], facts["occurred_on"], facts["earner"]
            )
        self.record(self.Credited, lot=lot, **facts)

    def check_cap(
        self, cap: Cap, rule: str, points: int, occurred_on: str, earner: str | None
    ) -> None:
        """Whether one more credit by `rule` fits below its cap; raises `CapReached`."""
        before = used(self.lots.values(), cap, rule, occurred_on, earner)
        if before + cap.weight(points) > cap.limit:
            raise CapReached(
                rule=rule, limit=cap.limit, of=cap.of, period=cap.period, per=cap.per, used=before
            )

    def deduct(self, points: int, *, case: str, **facts: Any) -> None:
        """Take what is there, and note the rest as not taken (rulings 8)."""
        if case in self.deductions:
            return
        takes = take(self.lots, points)
        taken = total(takes)
        self.record(
            self.Deducted, case=case, points=taken, not_taken=points - taken, takes=takes, **facts
        )

    def redeem(
        self, points: int, *, redemption: str, receipt_no: str, shop: str, day: str, pin: bool
    ) -> list[Take]:
        """Pay for goods from open lots, and say which. A balance never goes below zero."""
        if points > self.balance:
            raise NotEnoughPoints(needed=points, balance=self.balance)
        takes = take(self.lots, points)
        self.record(
            self.Redeemed,
            redemption=redemption,
            receipt_no=receipt_no,
            shop=shop,
            day=day,
            points=points,
            takes=takes,
            pin=pin,
        )
        return takes

    def restore(self, takes: list[Take], *, redemption: str, receipt_no: str, why: str) -> None:
        """Give a redemption's points back to the lots they came from, with the same dates."""
        back, settled = self._split(takes)
        self.record(
            self.Restored,
            redemption=redemption,
            receipt_no=receipt_no,
            why=why,
            points=total(takes),
            back=back,
            settled=settled,
        )

    def reverse_credit(self, lot: str, *, undo: str) -> None:
        """Undo one credit: what is left of it goes, what was spent becomes receivable.

        What a deduction had taken of it stays taken: a deduction never makes a receivable
        (rulings 8).
        """
        found = self._lot(lot)
        if found["reversed"]:
            raise AlreadyReversed(entry=lot)
        spent = found["points"] - found["left"] - found["expired"] - found["deducted"]
        self.record(
            self.Reversed,
            undo=undo,
            lot=lot,
            bucket=found["bucket"],
            redeemable=found["redeemable"],
            points=found["left"] + spent,
            taken=found["left"],
            receivable=spent,
        )

    def reverse_deduction(self, case: str, *, undo: str) -> None:
        """Give a deduction's points back to the lots they came from.

        Those of a credit that was reversed meanwhile are cancelled with the rest of it.
        """
        found = self.deductions.get(case)
        if found is None:
            raise UnknownEntry(entry=case)
        if found["reversed"]:
            raise AlreadyReversed(entry=case)
        takes = found["takes"]
        self.record(
            self.DeductionReversed,
            undo=undo,
            case=case,
            points=total(takes),
            back=[each for each in takes if not self.lots[each[0]]["reversed"]],
            cancelled=[each for each in takes if self.lots[each[0]]["reversed"]],
        )

    def expire(self, today: str) -> int:
        """Write off every lot past its last day; returns how many."""
        gone = [(lot_id, lot) for lot_id, lot in self.lots.items() if lapsed(lot, today)]
        for lot_id, lot in gone:
            self.record(
                self.Expired,
                lot=lot_id,
                bucket=lot["bucket"],
                redeemable=lot["redeemable"],
                points=lot["left"],
                expires_on=lot["expires_on"],
            )
        return len(gone)

    def _lot(self, lot: str) -> Lot:
        if lot not in self.lots:
            raise UnknownEntry(entry=lot)
        return self.lots[lot]

    def _split(self, takes: list[Take]) -> tuple[list[Take], list[Take]]:
        """What goes back to the lots, and what settles a receivable of a reversed lot first."""
        back: list[Take] = []
        settled: list[Take] = []
        for lot, points, bucket in takes:
            owed = min(points, self.owed.get(lot, 0))
            if owed:
                settled.append([lot, owed, bucket])
            if points > owed:
                back.append([lot, points - owed, bucket])
        return back, settled
