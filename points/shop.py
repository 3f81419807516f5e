"""The shop, who keeps it, and the day's receipt numbers (domain.md §2.5; rulings 15)."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.refusals import Refusal


class UnknownShop(Refusal):
    code = "shop-unknown"


class NotTheKeeper(Refusal):
    """Only a keeper of this shop, or its enrolled device, serves here."""

    code = "not-the-keeper"


class Shop(LedgerAggregate):
    TOPIC = "shop"

    class Created(Aggregate.Created):
        TOPIC = "shop.opened"
        code: str
        name: str
        village: str

    class KeeperAssigned(Aggregate.Event):
        TOPIC = "shop.keeper_assigned"
        keeper: str

        def apply(self, aggregate: Shop) -> None:
            aggregate.keepers.append(self.keeper)

    class KeeperReleased(Aggregate.Event):
        TOPIC = "shop.keeper_released"
        keeper: str

        def apply(self, aggregate: Shop) -> None:
            aggregate.keepers.remove(self.keeper)

    @event(Created)
    def __init__(self, code: str, name: str, village: str) -> None:
        self.code, self.name, self.village = code, name, village
        self.keepers: list[str] = []

    @staticmethod
    def id_of(code: str) -> UUID:
        return stable_id("shop", code)

    @classmethod
    def open(cls, code: str, *, name: str, village: str) -> Self:
        return cls.begin(cls.Created, cls.id_of(code), code=code, name=name, village=village)

    def assign(self, keeper: str) -> None:
        if keeper not in self.keepers:
            self.record(self.KeeperAssigned, keeper=keeper)

    def release(self, keeper: str) -> None:
        if keeper in self.keepers:
            self.record(self.KeeperReleased, keeper=keeper)

    def check_keeper(self, keeper: str) -> None:
        """Whether this person or device serves here; raises `NotTheKeeper`."""
        if keeper not in self.keepers:
            raise NotTheKeeper(shop=self.code)


class ShopDay(LedgerAggregate):
    """One business day of one shop: it hands out receipt numbers, so that a gap shows.

    This is the one stream that every redemption of a shop passes through.
    """

    TOPIC = "shop_day"

    class Created(Aggregate.Created):
        TOPIC = "shop_day.opened"
        shop: str
        day: str

    class ReceiptNumbered(Aggregate.Event):
        TOPIC = "shop_day.receipt_numbered"
        number: int

        def apply(self, aggregate: ShopDay) -> None:
            aggregate.last = self.number

    @event(Created)
    def __init__(self, shop: str, day: str) -> None:
        self.shop, self.day = shop, day
        self.last = 0

    @staticmethod
    def id_of(shop: str, day: date) -> UUID:
        return stable_id("shop_day", shop, day.isoformat())

    @classmethod
    def open(cls, shop: str, day: date) -> Self:
        return cls.begin(cls.Created, cls.id_of(shop, day), shop=shop, day=day.isoformat())

    def next_receipt(self) -> str:
        """`shop-yyyymmdd-0001`: shop code, business day, running number of that day."""
        self.record(self.ReceiptNumbered, number=self.last + 1)
        return f"{self.shop}-{self.day.replace('-', '')}-{self.last:04}"
