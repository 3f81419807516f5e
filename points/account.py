"""A household's points account: lots in buckets, the card that opens it, every reason it changed.

Source of the rules: design §4, rulings 6 to 9, 13 and 16, domain.md §2.3.
"""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.caps import Cap, CapReached, used
from points.envelope import current
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


class CardUnknown(Refusal):
    """This is not the household's card of today."""

    code = "card-unknown"


class CardBlocked(Refusal):
    """The card was reported lost: it opens nothing any more."""

    code = "card-blocked"


class CardInUse(Refusal):
    """The household holds a card; report it lost before another is made."""

    code = "card-in-use"


class PinRequired(Refusal):
    """Above the threshold, above the day's sum without PIN, and for typed numbers (rulings 16)."""

    code = "pin-required"


class PointsAccount(LedgerAggregate):
    TOPIC = "account"

    # What has happened, and what it changed. Replayed for ever, so no rules here.

    class Created(Aggregate.Created):
        TOPIC = "account.opened"
        household: str
        village: str
        group: str

    class Credited(Aggregate.Event):
        TOPIC = "account.credited"
        lot: str
        points: int
        bucket: str
        redeemable: bool
        source: str
        rule: str
        rule_version: int
        item: str
        occurred_on: str
        expires_on: str | None
        earner: str | None
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: PointsAccount) -> None:
            aggregate.lots[self.lot] = {
                "bucket": self.bucket,
                "points": self.points,
                "left": self.points,
                "redeemable": self.redeemable,
                "expires_on": self.expires_on,
                "seq": self.originator_version,
                "rule": self.rule,
                "earner": self.earner,
                "occurred_on": self.occurred_on,
                "expired": 0,
                "reversed": False,
            }

    class Deducted(Aggregate.Event):
        TOPIC = "account.deducted"
        case: str
        points: int
        not_taken: int
        takes: list[Take]
        rule: str
        rule_version: int
        item: str
        occurred_on: str
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: PointsAccount) -> None:
            aggregate._take(self.takes)
            aggregate.deductions[self.case] = {"takes": self.takes, "reversed": False}

    class DeductionReversed(Aggregate.Event):
        TOPIC = "account.deduction_reversed"
        undo: str
        case: str
        points: int
        back: list[Take]
        settled: list[Take]

        def apply(self, aggregate: PointsAccount) -> None:
            aggregate._give_back(self.back, self.settled)
            aggregate.deductions[self.case]["reversed"] = True

    class Redeemed(Aggregate.Event):
        TOPIC = "account.redeemed"
        redemption: str
        receipt_no: str
        shop: str
        day: str
        points: int
        takes: list[Take]
        pin: bool

        def apply(self, aggregate: PointsAccount) -> None:
            aggregate._take(self.takes)
            if aggregate.without_pin["day"] != self.day:
                aggregate.without_pin = {"day": self.day, "points": {}}
            if not self.pin:
                aggregate.without_pin["points"][self.redemption] = self.points

    class Restored(Aggregate.Event):
        TOPIC = "account.restored"
        redemption: str
        receipt_no: str
        why: str
        points: int
        back: list[Take]
        settled: list[Take]

        def apply(self, aggregate: PointsAccount) -> None:
            aggregate._give_back(self.back, self.settled)
            aggregate.without_pin["points"].pop(self.redemption, None)

    class Reversed(Aggregate.Event):
        TOPIC = "account.reversed"
        undo: str
        lot: str
        bucket: str
        redeemable: bool
        points: int
        taken: int
        receivable: int

        def apply(self, aggregate: PointsAccount) -> None:
            lot = aggregate.lots[self.lot]
            lot["left"] -= self.taken
            lot["reversed"] = True
            if self.receivable:
                aggregate.owed[self.lot] = self.receivable

    class Expired(Aggregate.Event):
        TOPIC = "account.expired"
        lot: str
        bucket: str
        redeemable: bool
        points: int
        expires_on: str

        def apply(self, aggregate: PointsAccount) -> None:
            lot = aggregate.lots[self.lot]
            lot["left"] -= self.points
            lot["expired"] += self.points

    class CardIssued(Aggregate.Event):
        TOPIC = "account.card_issued"
        token_hash: str
        number_hash: str

        def apply(self, aggregate: PointsAccount) -> None:
            aggregate.card = {
                "token_hash": self.token_hash,
                "number_hash": self.number_hash,
                "blocked": False,
            }

    class CardReissued(CardIssued):
        TOPIC = "account.card_reissued"

    class CardReportedLost(Aggregate.Event):
        TOPIC = "account.card_reported_lost"
        token_hash: str

        def apply(self, aggregate: PointsAccount) -> None:
            assert aggregate.card is not None
            aggregate.card["blocked"] = True

    @event(Created)
    def __init__(self, household: str, village: str, group: str) -> None:
        self.household, self.village, self.group = household, village, group
        self.lots: dict[str, Lot] = {}
        self.deductions: dict[str, dict[str, Any]] = {}
        self.owed: dict[str, int] = {}
        self.without_pin: dict[str, Any] = {"day": "", "points": {}}
        self.card: dict[str, Any] | None = None

    def _take(self, takes: list[Take]) -> None:
        for lot, points, _ in takes:
            self.lots[lot]["left"] -= points

    def _give_back(self, back: list[Take], settled: list[Take]) -> None:
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
        """Undo one credit: what is left of it goes, what was spent becomes receivable."""
        found = self._lot(lot)
        if found["reversed"]:
            raise AlreadyReversed(entry=lot)
        spent = found["points"] - found["left"] - found["expired"]
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
        """Give a deduction's points back to the lots they came from."""
        found = self.deductions.get(case)
        if found is None:
            raise UnknownEntry(entry=case)
        if found["reversed"]:
            raise AlreadyReversed(entry=case)
        back, settled = self._split(found["takes"])
        self.record(
            self.DeductionReversed,
            undo=undo,
            case=case,
            points=total(found["takes"]),
            back=back,
            settled=settled,
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

    def issue_card(self, *, token_hash: str, number_hash: str) -> None:
        """The first card, or another after the last was reported lost."""
        if self.card is None:
            self.record(self.CardIssued, token_hash=token_hash, number_hash=number_hash)
        elif self.card["blocked"]:
            self.record(self.CardReissued, token_hash=token_hash, number_hash=number_hash)
        else:
            raise CardInUse(household=self.household)

    def report_card_lost(self) -> None:
        if self.card is None:
            raise CardUnknown(household=self.household)
        if not self.card["blocked"]:
            self.record(self.CardReportedLost, token_hash=self.card["token_hash"])

    def check_card(self, *, token_hash: str | None, number_hash: str | None) -> None:
        """Whether this card opens the account today; raises `CardUnknown` or `CardBlocked`."""
        if self.card is None or (token_hash is None and number_hash is None):
            raise CardUnknown(household=self.household)
        if token_hash not in (None, self.card["token_hash"]) or number_hash not in (
            None,
            self.card["number_hash"],
        ):
            raise CardBlocked(household=self.household)
        if self.card["blocked"]:
            raise CardBlocked(household=self.household)

    def check_pin(self, points: int, *, typed: bool, above: int, per_day: int) -> None:
        """Whether `points` may go without PIN (rulings 16); raises `PinRequired`.

        `above`: points of one redemption; `per_day`: points of one day, both without PIN.
        """
        left = self.left_without_pin(per_day)
        if typed or points > above or points > left:
            raise PinRequired(points=points, above=above, left=left)

    def left_without_pin(self, per_day: int) -> int:
        """Points that may still go without PIN today."""
        today = current().today.isoformat()
        spent = self.without_pin["points"] if self.without_pin["day"] == today else {}
        gone: int = sum(spent.values())
        return max(0, per_day - gone)

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
