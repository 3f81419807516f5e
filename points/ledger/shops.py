"""Use cases of shops and of the goods on their shelves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from points.envelope import current
from points.ledger.base import command, first_id, no_answer
from points.ledger.honouring import Honouring
from points.pricelist import UnknownGood
from points.refusals import Refusal
from points.shop import Shop, UnknownShop
from points.stock import Stock


class ShopOpen(Refusal):
    """There is a shop with this code already."""

    code = "shop-open"


@dataclass(frozen=True)
class Delivered:
    """One good of a delivery: units, what one unit cost in fen, its last good day."""

    sku: str
    quantity: int
    unit_cost_fen: int | None = None
    best_before: date | None = None


class Shops(Honouring):
    @command(first_id)
    def open_shop(self, code: str, *, name: str, village: str) -> UUID:
        """Open a shop; raises `ShopOpen`."""
        if self.load(Shop, Shop.id_of(code)) is not None:
            raise ShopOpen(shop=code)
        shop = Shop.open(code, name=name, village=village)
        self.save(shop)
        return shop.id

    @command(no_answer)
    def assign_keeper(self, shop: str, *, keeper: str) -> None:
        """Let a person or device serve in a shop."""
        found = self.shop(shop)
        found.assign(keeper)
        self.save(found)

    @command(no_answer)
    def release_keeper(self, shop: str, *, keeper: str) -> None:
        found = self.shop(shop)
        found.release(keeper)
        self.save(found)

    @command(first_id)
    def receive_stock(
        self,
        shop: str,
        *,
        sku: str,
        quantity: int,
        source: str,
        unit_cost_fen: int | None = None,
        best_before: date | None = None,
        note: str = "",
    ) -> UUID:
        """Put goods on a shop's shelf as one lot; returns the stock's id.

        Raises `UnknownShop`, `UnknownGood`, `BadQuantity` or `UnknownSource`.
        """
        goods = Delivered(sku, quantity, unit_cost_fen, best_before)
        return self._receive(shop, [goods], source=source, note=note)[0]

    @command(no_answer)
    def receive_delivery(
        self, shop: str, goods: Sequence[Delivered], *, source: str, note: str = ""
    ) -> None:
        """Put a whole delivery on the shelves, each good as a lot: all of it, or nothing.

        Raises like `receive_stock`.
        """
        self._receive(shop, goods, source=source, note=note)

    def _receive(
        self, shop: str, goods: Sequence[Delivered], *, source: str, note: str
    ) -> list[UUID]:
        self.shop(shop)
        listed = self.goods_on(current().today)[1]
        for each in goods:
            if each.sku not in listed:
                raise UnknownGood(sku=each.sku)
        written = self.note(f"shop:{shop}", note)
        sealed = {
            "note": written.id if written else None,
            "note_digest": written.digest if written else None,
        }
        with self.turn(*(f"{shop} {each.sku}" for each in goods)):
            shelves = {each.sku: self._shelf_for(shop, each.sku) for each in goods}
            for each in goods:
                shelves[each.sku].receive(
                    str(self.new_id()),
                    each.quantity,
                    source=source,
                    unit_cost_fen=each.unit_cost_fen,
                    best_before=each.best_before,
                    **sealed,
                )
            self.save(*shelves.values(), also=[written.store] if written else [])
        return [shelf.id for shelf in shelves.values()]

    def _shelf_for(self, shop: str, sku: str) -> Stock:
        return self.load(Stock, Stock.id_of(shop, sku)) or Stock.open(shop, sku)

    def shop(self, code: str) -> Shop:
        """Raises `UnknownShop`."""
        found = self.load(Shop, Shop.id_of(code))
        if found is None:
            raise UnknownShop(shop=code)
        return found
