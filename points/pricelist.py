"""The price list: goods and what they cost in points (分值对应表; domain.md §2.5, §2.11).

Drafted by one person, adopted by another, in force from a day on. A redemption freezes the good's
name, unit, price and the version it was taken under.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import stable_id
from points.refusals import Refusal
from points.versions import POINTS_MAX, Adopting, BadLine, Drafting, VersionedBook


class UnknownGood(Refusal):
    """The price list in force has no such good."""

    code = "good-unknown"


@dataclass(frozen=True)
class Good:
    """One kind of goods. `points` is the price of one unit; `unit_cost_fen` what the unit cost,
    in fen; `barcode` the EAN-13 printed on it, if any."""

    sku: str
    name: str
    unit: str
    points: int
    unit_cost_fen: int | None = None
    barcode: str = ""


class PriceList(VersionedBook):
    TOPIC = "pricelist"

    class Created(Aggregate.Created):
        TOPIC = "pricelist.opened"

    class Drafted(Drafting):
        TOPIC = "pricelist.drafted"

    class Adopted(Adopting):
        TOPIC = "pricelist.adopted"

    @event(Created)
    def __init__(self) -> None:
        super().__init__()

    @staticmethod
    def the_id() -> UUID:
        """There is one in a county."""
        return stable_id("pricelist")

    @classmethod
    def start(cls) -> Self:
        return cls.begin(cls.Created, cls.the_id())

    def draft_goods(self, goods: Sequence[Good]) -> int:
        """Draft a version; raises `BadLine` for a good without a name or a price."""
        for good in goods:
            if not good.sku or not good.name or not good.unit:
                raise BadLine(key=good.sku, why="name-missing")
            if not 1 <= good.points <= POINTS_MAX:
                raise BadLine(key=good.sku, why="points-range")
            if good.unit_cost_fen is not None and good.unit_cost_fen < 0:
                raise BadLine(key=good.sku, why="cost-range")
        return self._draft(self.Drafted, [asdict(good) for good in goods], {}, key="sku")

    def adopt(self, version: int, *, effective_from: date) -> None:
        """Put a draft in force, signed by another person than its drafter.

        Raises `UnknownVersion`, `AlreadyAdopted`, `EffectiveInThePast` or `SamePerson`.
        """
        self._adopt(self.Adopted, version, effective_from)

    def goods_on(
        self, day: date, only: Collection[str] | None = None
    ) -> tuple[int, dict[str, Good]]:
        """Version number and goods by sku in force on `day`, perhaps `only` those of a basket.

        Raises `NothingInForce`.
        """
        number, found = self.in_force(day)
        lines = (line for line in found["lines"] if only is None or line["sku"] in only)
        return number, {line["sku"]: Good(**line) for line in lines}
