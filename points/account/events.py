"""What has happened to an account, and what it changed.

Replayed for ever, so there are no rules here. Points are whole numbers above zero unless a field
says otherwise; `takes`, `back`, `settled` and `cancelled` hold `[lot, points, bucket]`; days are
text (YYYY-MM-DD) in Shanghai.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventsourcing.domain import Aggregate

from points.lots import Take

if TYPE_CHECKING:
    from points.account.account import PointsAccount


class Event(Aggregate.Event):
    """The base of them all, so that the account takes the classes below as they stand here."""


class Created(Event, Aggregate.Created):
    TOPIC = "account.opened"
    household: str
    village: str
    group: str


class Credited(Event):
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
            "deducted": 0,
            "reversed": False,
        }


class Deducted(Event):
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
        aggregate.take_out(self.takes)
        for lot, points, _ in self.takes:
            aggregate.lots[lot]["deducted"] += points
        aggregate.deductions[self.case] = {"takes": self.takes, "reversed": False}


class DeductionReversed(Event):
    TOPIC = "account.deduction_reversed"
    undo: str
    case: str
    points: int
    back: list[Take]
    cancelled: list[Take]

    def apply(self, aggregate: PointsAccount) -> None:
        aggregate.put_back(self.back, settled=[])
        for lot, points, _ in (*self.back, *self.cancelled):
            aggregate.lots[lot]["deducted"] -= points
        aggregate.deductions[self.case]["reversed"] = True


class Redeemed(Event):
    TOPIC = "account.redeemed"
    redemption: str
    receipt_no: str
    shop: str
    day: str
    points: int
    takes: list[Take]
    pin: bool

    def apply(self, aggregate: PointsAccount) -> None:
        aggregate.take_out(self.takes)
        if aggregate.without_pin["day"] != self.day:
            aggregate.without_pin = {"day": self.day, "points": {}}
        if not self.pin:
            aggregate.without_pin["points"][self.redemption] = self.points


class Restored(Event):
    TOPIC = "account.restored"
    redemption: str
    receipt_no: str
    why: str
    points: int
    back: list[Take]
    settled: list[Take]

    def apply(self, aggregate: PointsAccount) -> None:
        aggregate.put_back(self.back, self.settled)
        aggregate.without_pin["points"].pop(self.redemption, None)


class Reversed(Event):
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


class Expired(Event):
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


class CardIssued(Event):
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


class CardReportedLost(Event):
    TOPIC = "account.card_reported_lost"
    token_hash: str

    def apply(self, aggregate: PointsAccount) -> None:
        assert aggregate.card is not None
        aggregate.card["blocked"] = True
