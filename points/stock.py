"""One kind of goods in one shop: lots that were received, and what was taken from them.

On-hand is the sum of movements, never a number that somebody set (features G1). Goods that spoil
first go first; a redemption stores the lots it took, so that a donation can be followed.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.lots import NEVER
from points.refusals import Refusal

Take = list[Any]
"""`[stock lot, quantity]`, as JSON keeps it."""

SOURCES = (
    "donation",
    "purchase",
    "collective",
    "federation",
    "support_unit",
    "party_fee",
    "opening",
)
"""Where goods come from (domain.md §2.6)."""


class OutOfStock(Refusal):
    """The shelf holds less than was asked for."""

    code = "out-of-stock"


class BadQuantity(Refusal):
    """A quantity is a whole number from 1 to the limit named."""

    code = "bad-quantity"


class UnknownSource(Refusal):
    code = "source-unknown"


class Stock(LedgerAggregate):
    TOPIC = "stock"

    class Created(Aggregate.Created):
        TOPIC = "stock.opened"
        shop: str
        sku: str

    class Received(Aggregate.Event):
        TOPIC = "stock.received"
        lot: str
        quantity: int
        source: str
        unit_cost_fen: int | None
        best_before: str | None
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: Stock) -> None:
            aggregate.lots[self.lot] = {
                "left": self.quantity,
                "best_before": self.best_before,
                "seq": self.originator_version,
            }

    class Issued(Aggregate.Event):
        TOPIC = "stock.issued"
        redemption: str
        receipt_no: str
        quantity: int
        takes: list[Take]

        def apply(self, aggregate: Stock) -> None:
            for lot, quantity in self.takes:
                aggregate.lots[lot]["left"] -= quantity

    class TakenBack(Aggregate.Event):
        TOPIC = "stock.taken_back"
        redemption: str
        receipt_no: str
        quantity: int
        takes: list[Take]

        def apply(self, aggregate: Stock) -> None:
            for lot, quantity in self.takes:
                aggregate.lots[lot]["left"] += quantity

    @event(Created)
    def __init__(self, shop: str, sku: str) -> None:
        self.shop, self.sku = shop, sku
        self.lots: dict[str, dict[str, Any]] = {}

    @staticmethod
    def id_of(shop: str, sku: str) -> UUID:
        return stable_id("stock", shop, sku)

    @property
    def on_hand(self) -> int:
        return sum(lot["left"] for lot in self.lots.values())

    @classmethod
    def open(cls, shop: str, sku: str) -> Self:
        return cls.begin(cls.Created, cls.id_of(shop, sku), shop=shop, sku=sku)

    def receive(
        self,
        lot: str,
        quantity: int,
        *,
        source: str,
        unit_cost_fen: int | None,
        best_before: date | None,
        note: str | None,
        note_digest: str | None,
    ) -> None:
        """Put goods on the shelf; raises `BadQuantity` or `UnknownSource`."""
        if not 1 <= quantity <= 100_000:
            raise BadQuantity(sku=self.sku, quantity=quantity, limit=100_000)
        if source not in SOURCES:
            raise UnknownSource(source=source, known=list(SOURCES))
        self.record(
            self.Received,
            lot=lot,
            quantity=quantity,
            source=source,
            unit_cost_fen=unit_cost_fen,
            best_before=best_before.isoformat() if best_before else None,
            note=note,
            note_digest=note_digest,
        )

    def issue(self, quantity: int, *, redemption: str, receipt_no: str) -> list[Take]:
        """Take goods off the shelf, first to spoil first; raises `OutOfStock`."""
        if quantity > self.on_hand:
            raise OutOfStock(sku=self.sku, asked=quantity, on_hand=self.on_hand)
        takes: list[Take] = []
        rest = quantity
        for lot_id, lot in sorted(self.lots.items(), key=_soonest):
            part = min(rest, lot["left"])
            if part:
                takes.append([lot_id, part])
                rest -= part
        self.record(
            self.Issued,
            redemption=redemption,
            receipt_no=receipt_no,
            quantity=quantity,
            takes=takes,
        )
        return takes

    def take_back(self, takes: list[Take], *, redemption: str, receipt_no: str) -> None:
        """Put a redemption's goods back into the lots they came from."""
        self.record(
            self.TakenBack,
            redemption=redemption,
            receipt_no=receipt_no,
            quantity=sum(quantity for _, quantity in takes),
            takes=takes,
        )


def _soonest(item: tuple[str, dict[str, Any]]) -> tuple[str, int]:
    return item[1]["best_before"] or NEVER, item[1]["seq"]
