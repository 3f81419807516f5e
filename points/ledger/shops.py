"""Use cases of shops and of the goods on their shelves."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from points.envelope import current
from points.ledger.awards import Awards
from points.ledger.base import command, first_id, no_answer
from points.pricelist import UnknownGood
from points.refusals import Refusal
from points.shop import Shop, UnknownShop
from points.stock import Stock


class ShopOpen(Refusal):
    """There is a shop with this code already."""

    code = "shop-open"


class Shops(Awards):
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
        self.shop(shop)
        if sku not in self.goods_on(current().today)[1]:
            raise UnknownGood(sku=sku)
        written = self.note(f"shop:{shop}", note)
        with self.turn(f"{shop} {sku}"):
            stock = self.load(Stock, Stock.id_of(shop, sku)) or Stock.open(shop, sku)
            stock.receive(
                str(self.new_id()),
                quantity,
                source=source,
                unit_cost_fen=unit_cost_fen,
                best_before=best_before,
                note=written.id if written else None,
                note_digest=written.digest if written else None,
            )
            self.save(stock, also=[written.store] if written else [])
        return stock.id

    def shop(self, code: str) -> Shop:
        """Raises `UnknownShop`."""
        found = self.load(Shop, Shop.id_of(code))
        if found is None:
            raise UnknownShop(shop=code)
        return found
