"""A redemption: goods taken for points in one shop, once, under one receipt number.

The same keeper may void it alone within a minute; later staff ask for a return that another
person signs (rulings 9, see `points/undo.py`). Points and goods go back to the lots they came from.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate
from points.envelope import current
from points.lots import Take
from points.refusals import Refusal

VOID_WITHIN = timedelta(seconds=60)
"""How long the same keeper may take a redemption back alone (rulings 9)."""


class NothingTaken(Refusal):
    """A redemption holds at least one good."""

    code = "nothing-taken"


class VoidTooLate(Refusal):
    """More than a minute has passed: staff ask for a return, another person signs it."""

    code = "void-too-late"


class NotTheSameKeeper(Refusal):
    """Only the keeper who served may void."""

    code = "not-the-same-keeper"


class AlreadyUndone(Refusal):
    """A redemption is voided or returned once."""

    code = "already-undone"


class UnknownReceipt(Refusal):
    code = "receipt-unknown"


class Redemption(LedgerAggregate):
    """`lines`: sku, name, unit, quantity, points (of one unit), takes ([stock lot, quantity]).
    `takes`: [points lot, points, bucket]."""

    TOPIC = "redemption"

    class Created(Aggregate.Created):
        TOPIC = "redemption.completed"
        receipt_no: str
        shop: str
        day: str
        household: str
        keeper: str
        collected_by: str | None
        price_version: int
        lines: list[dict[str, Any]]
        points: int
        takes: list[Take]

    class Voided(Aggregate.Event):
        TOPIC = "redemption.voided"

        def apply(self, aggregate: Redemption) -> None:
            aggregate.state = "voided"

    class Returned(Aggregate.Event):
        TOPIC = "redemption.returned"
        undo: str

        def apply(self, aggregate: Redemption) -> None:
            aggregate.state = "returned"

    @event(Created)
    def __init__(
        self,
        receipt_no: str,
        shop: str,
        day: str,
        household: str,
        keeper: str,
        collected_by: str | None,
        price_version: int,
        lines: list[dict[str, Any]],
        points: int,
        takes: list[Take],
    ) -> None:
        self.receipt_no, self.shop, self.day = receipt_no, shop, day
        self.household, self.keeper, self.collected_by = household, keeper, collected_by
        self.price_version, self.lines, self.points = price_version, lines, points
        self.takes = takes
        self.state = "completed"

    @classmethod
    def complete(cls, redemption: UUID, **facts: Any) -> Self:
        return cls.begin(cls.Created, redemption, keeper=current().actor.id, **facts)

    def void(self) -> None:
        """Take it back at the till; raises `AlreadyUndone`, `NotTheSameKeeper`, `VoidTooLate`."""
        self._standing()
        if current().actor.id != self.keeper:
            raise NotTheSameKeeper(receipt_no=self.receipt_no)
        if current().at - self.created_on > VOID_WITHIN:
            raise VoidTooLate(receipt_no=self.receipt_no, seconds=VOID_WITHIN.seconds)
        self.record(self.Voided)

    def give_back(self, *, undo: str) -> None:
        self._standing()
        self.record(self.Returned, undo=undo)

    def _standing(self) -> None:
        if self.state != "completed":
            raise AlreadyUndone(receipt_no=self.receipt_no, state=self.state)
