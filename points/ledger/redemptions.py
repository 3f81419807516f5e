"""Use cases of redemptions: goods for points, all of it in one save (rulings 14 to 16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from points.account import PointsAccount
from points.clock import instant
from points.envelope import current, not_for_own
from points.ledger.base import LedgerBase, command
from points.ledger.shops import Shops
from points.pricelist import Good, PriceList, UnknownGood
from points.redemption import NothingTaken, Redemption, UnknownReceipt
from points.shop import Shop, ShopDay
from points.stock import BadQuantity, OutOfStock, Stock
from points.store.reading import streams
from points.store.recorded import Notified

QUANTITY_MAX = 99
"""Units of one good in one redemption (rulings 14)."""

PIN_ABOVE = 30
"""Points of one redemption up to which the card alone is enough (rulings 16)."""

WITHOUT_PIN_PER_DAY = 30
"""Points of one day that go without PIN (rulings 16)."""


@dataclass(frozen=True)
class CardUse:
    """A card as it was shown: by its token (scanned) or by its printed number (typed)."""

    household: str
    token_hash: str | None = None
    number_hash: str | None = None

    @property
    def typed(self) -> bool:
        return self.token_hash is None


@dataclass(frozen=True)
class Receipt:
    """What a redemption came to. `balance` and `version` are the account's right after it."""

    redemption: UUID
    receipt_no: str
    household: str
    points: int
    balance: int
    version: int
    state: str
    at: str
    lines: list[dict[str, Any]]

    @classmethod
    def of(cls, redemption: Redemption, account: PointsAccount) -> Receipt:
        shown = ("sku", "name", "unit", "quantity", "points")
        return cls(
            redemption=redemption.id,
            receipt_no=redemption.receipt_no,
            household=redemption.household,
            points=redemption.points,
            balance=account.balance,
            version=account.version,
            state=redemption.state,
            at=instant(redemption.modified_on),
            lines=[{name: line[name] for name in shown} for line in redemption.lines],
        )


def _receipt(ledger: LedgerBase, made: Sequence[Notified]) -> Receipt:
    """The first answer again: both aggregates as they stood after that command."""
    last = {event.originator_id: event.originator_version for event in made}
    redemption_id: Any = made[0].originator_id
    redemption = ledger.load(Redemption, redemption_id, version=last[redemption_id])
    assert redemption is not None
    account_id = PointsAccount.id_of(redemption.household)
    account = ledger.load(PointsAccount, account_id, version=last[account_id])
    assert account is not None
    return Receipt.of(redemption, account)


class Redemptions(Shops):
    @command(_receipt)
    def redeem(
        self,
        *,
        shop: str,
        card: CardUse,
        lines: Sequence[tuple[str, int]],
        pin_checked: bool,
        pin_above: int = PIN_ABOVE,
        without_pin_per_day: int = WITHOUT_PIN_PER_DAY,
        collected_by: str | None = None,
    ) -> Receipt:
        """Goods for points, all of them or none: receipt, account and shelves in one save.

        `lines` holds (sku, quantity). Raises `NotTheKeeper`, `OwnHousehold`, `CardUnknown`,
        `CardBlocked`, `PinRequired`, `NothingTaken`, `BadQuantity`, `UnknownGood`, `OutOfStock`
        or `NotEnoughPoints`; each says which limit was met.
        """
        not_for_own(card.household)
        needed = _needed(shop, card.household, lines)
        with self.turn(card.household, f"day {shop}"), self.read_together(*needed):
            self.shop(shop).check_keeper(current().actor.id)
            wanted = {sku for sku, _ in lines}
            price_version, goods = self.goods_on(current().today, only=wanted)
            basket = _basket(lines, goods)
            points = sum(good.points * quantity for good, quantity in basket)
            account = self.account(card.household)
            account.check_card(token_hash=card.token_hash, number_hash=card.number_hash)
            if not pin_checked:
                account.check_pin(
                    points, typed=card.typed, above=pin_above, per_day=without_pin_per_day
                )
            return self._serve(
                account,
                shop,
                basket,
                points,
                pin=pin_checked,
                price_version=price_version,
                collected_by=collected_by,
            )

    def _serve(
        self,
        account: PointsAccount,
        shop: str,
        basket: list[tuple[Good, int]],
        points: int,
        *,
        pin: bool,
        price_version: int,
        collected_by: str | None,
    ) -> Receipt:
        today = current().today
        account.expire(today.isoformat())
        day = self.load(ShopDay, ShopDay.id_of(shop, today)) or ShopDay.open(shop, today)
        redemption_id, receipt_no = self.new_id(), day.next_receipt()
        reference = {"redemption": str(redemption_id), "receipt_no": receipt_no}
        takes = account.redeem(points, shop=shop, day=today.isoformat(), pin=pin, **reference)
        shelves = [self._shelf(shop, good.sku) for good, _ in basket]
        taken = [
            _line(good, quantity, shelf.issue(quantity, **reference))
            for shelf, (good, quantity) in zip(shelves, basket, strict=True)
        ]
        redemption = Redemption.complete(
            redemption_id,
            receipt_no=receipt_no,
            shop=shop,
            day=today.isoformat(),
            household=account.household,
            collected_by=collected_by,
            price_version=price_version,
            lines=taken,
            points=points,
            takes=takes,
        )
        self.save(redemption, day, account, *shelves)
        return Receipt.of(redemption, account)

    @command(_receipt)
    def void(self, receipt_no: str) -> Receipt:
        """The same keeper takes a redemption back within a minute (rulings 9).

        Raises `UnknownReceipt`, `AlreadyUndone`, `NotTheSameKeeper` or `VoidTooLate`.
        """
        with self.turn(self.redemption(receipt_no).household):
            redemption = self.redemption(receipt_no)
            redemption.void()
            account, shelves = self.give_back(redemption, why="void")
            self.save(redemption, account, *shelves)
        return Receipt.of(redemption, account)

    def give_back(self, redemption: Redemption, *, why: str) -> tuple[PointsAccount, list[Stock]]:
        """Points and goods of a redemption, back to the lots they came from; not saved yet.

        Points whose last day has passed meanwhile come back, and expire at once.
        """
        account = self.account(redemption.household)
        reference = {"redemption": str(redemption.id), "receipt_no": redemption.receipt_no}
        account.restore(redemption.takes, why=why, **reference)
        account.expire(current().today.isoformat())
        shelves = []
        for line in redemption.lines:
            shelf = self._shelf(redemption.shop, line["sku"])
            shelf.take_back(line["takes"], **reference)
            shelves.append(shelf)
        return account, shelves

    def redemption(self, receipt_no: str) -> Redemption:
        """Raises `UnknownReceipt`."""
        row = self.read.redemptions.by_receipt(receipt_no)
        found = self.load(Redemption, row["redemption_id"]) if row else None
        if found is None:
            raise UnknownReceipt(receipt_no=receipt_no)
        return found

    def records(
        self, redemptions: Iterable[UUID]
    ) -> dict[UUID, tuple[Notified, Redemption.Created]]:
        """Of each redemption its first event: as it is stored, and what it says."""
        with self.county.read() as sql:
            found = streams(sql, list(redemptions), lte=1)
        return {
            each: (first, cast(Redemption.Created, self.mapper.to_domain_event(first)))
            for each, (first, *_) in found.items()
        }

    def _shelf(self, shop: str, sku: str) -> Stock:
        found = self.load(Stock, Stock.id_of(shop, sku))
        if found is None:
            raise OutOfStock(sku=sku, asked=1, on_hand=0)
        return found


def _needed(shop: str, household: str, lines: Sequence[tuple[str, int]]) -> list[UUID]:
    """The streams of a redemption, known before anything is read; more goods read one by one."""
    skus = dict.fromkeys(sku for sku, _ in lines[:12])
    day = ShopDay.id_of(shop, current().today)
    account = PointsAccount.id_of(household)
    shelves = [Stock.id_of(shop, sku) for sku in skus]
    return [Shop.id_of(shop), PriceList.the_id(), account, day, *shelves]


def _line(good: Good, quantity: int, takes: list[Any]) -> dict[str, Any]:
    """What the redemption freezes of a good: name, unit and price of that day."""
    return {
        "sku": good.sku,
        "name": good.name,
        "unit": good.unit,
        "quantity": quantity,
        "points": good.points,
        "takes": takes,
    }


def _basket(lines: Sequence[tuple[str, int]], goods: dict[str, Good]) -> list[tuple[Good, int]]:
    """Each good once, quantities added up; raises `NothingTaken`, `BadQuantity`, `UnknownGood`."""
    wanted: dict[str, int] = {}
    for sku, quantity in lines:
        wanted[sku] = wanted.get(sku, 0) + quantity
        if quantity < 1 or wanted[sku] > QUANTITY_MAX:
            raise BadQuantity(sku=sku, quantity=wanted[sku], limit=QUANTITY_MAX)
    if not wanted:
        raise NothingTaken
    for sku in wanted:
        if sku not in goods:
            raise UnknownGood(sku=sku)
    return [(goods[sku], quantity) for sku, quantity in wanted.items()]
