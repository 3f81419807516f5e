"""What stands on which shelf, and every movement that made it so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Table,
    Uuid,
    bindparam,
    func,
    select,
)

from points.clock import day_of
from points.stock import Stock
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.shops import shops
from points.views.tables import maybe, streamed, text, views

shelves = Table(
    "shelves",
    views,
    Column("stock_id", Uuid, primary_key=True),
    text("shop", index=True),
    text("sku"),
    Column("on_hand", Integer, nullable=False),
)

moves = Table(
    "stock_moves",
    views,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("stock_id", Uuid, nullable=False),
    text("at"),
    text("day"),
    text("kind"),
    Column("quantity", Integer, nullable=False),
    text("ref"),
    maybe("receipt_no"),
    maybe("source"),
    maybe("unit_cost_fen", Integer),
    maybe("best_before"),
    maybe("note"),
    maybe("actor"),
    Index("stock_moves_by_stock", "stock_id", "id"),
)
"""`quantity` is signed; `ref` names the lot received or the redemption."""

_open = shelves.insert()
_add = moves.insert()
_move = (
    shelves.update()
    .where(shelves.c.stock_id == bindparam("this"))
    .values(on_hand=shelves.c.on_hand + bindparam("change"))
)


@of(Stock)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case Stock.Created():
            row = {"stock_id": event.originator_id, "shop": event.shop, "sku": event.sku}
            sql.execute(_open, {**row, "on_hand": 0})
        case Stock.Received():
            _moved(sql, recorded, "received", event.quantity, event.lot)
        case Stock.Issued():
            _moved(sql, recorded, "issued", -event.quantity, event.redemption)
        case Stock.TakenBack():
            _moved(sql, recorded, "taken_back", event.quantity, event.redemption)


def _moved(sql: Sql, recorded: Recorded, kind: str, quantity: int, ref: str) -> None:
    event = recorded.event
    sql.execute(_move, {"this": event.originator_id, "change": quantity})
    optional = ("receipt_no", "source", "unit_cost_fen", "best_before", "note")
    sql.execute(
        _add,
        {
            "id": recorded.id,
            "stock_id": event.originator_id,
            "at": recorded.stamp.at,
            "day": day_of(recorded.stamp.at),
            "kind": kind,
            "quantity": quantity,
            "ref": ref,
            **{name: getattr(event, name, None) for name in optional},
            "actor": recorded.stamp.actor,
        },
    )


class Shelves:
    """Questions about goods in shops."""

    def __init__(self, county: County) -> None:
        self._county = county

    def levels(self, shop: str) -> dict[str, int]:
        """On-hand units by sku."""
        rows = select(shelves.c.sku, shelves.c.on_hand).where(shelves.c.shop == shop)
        with self._county.read() as sql:
            return dict(map(tuple, sql.execute(rows.order_by(shelves.c.sku))))

    def low(self, place: str, at_most: int) -> list[dict[str, Any]]:
        """Goods of which a shop of the place has so few units left: shop, sku, on_hand."""
        rows = (
            select(shelves.c.shop, shelves.c.sku, shelves.c.on_hand)
            .join(shops, shops.c.code == shelves.c.shop)
            .where(shops.c.village.startswith(place, autoescape=True))
            .where(shelves.c.on_hand <= at_most)
            .order_by(shelves.c.shop, shelves.c.on_hand, shelves.c.sku)
        )
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]

    def movements(
        self, shop: str, sku: str | None = None, limit: int = 100, *, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Movements of a shop's goods, newest first; `before` pages on."""
        rows = (
            select(moves, shelves.c.shop, shelves.c.sku)
            .join(shelves, shelves.c.stock_id == moves.c.stock_id)
            .where(shelves.c.shop == shop)
        )
        if sku is not None:
            rows = rows.where(shelves.c.sku == sku)
        if before:
            rows = rows.where(moves.c.id < before)
        with self._county.read() as sql:
            found = sql.execute(rows.order_by(moves.c.id.desc()).limit(limit)).mappings()
            return [dict(row) for row in found]

    def all(self, place: str = "", shop: str | None = None) -> list[dict[str, Any]]:
        """What stands on the shelves of a place's shops, or of one of them."""
        rows = (
            select(shelves.c.shop, shelves.c.sku, shelves.c.on_hand)
            .join(shops, shops.c.code == shelves.c.shop)
            .where(shops.c.village.startswith(place, autoescape=True))
            .order_by(shelves.c.shop, shelves.c.sku)
        )
        if shop is not None:
            rows = rows.where(shelves.c.shop == shop)
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]

    def every(
        self, place: str = "", shop: str | None = None, sku: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Movements of a place's shops, of one shop or one good; newest first."""
        rows = (
            select(moves, shelves.c.shop, shelves.c.sku)
            .join(shelves, shelves.c.stock_id == moves.c.stock_id)
            .join(shops, shops.c.code == shelves.c.shop)
            .where(shops.c.village.startswith(place, autoescape=True))
        )
        if shop is not None:
            rows = rows.where(shelves.c.shop == shop)
        if sku is not None:
            rows = rows.where(shelves.c.sku == sku)
        return streamed(self._county, rows.order_by(moves.c.id.desc()))

    def totals(self, place: str) -> list[dict[str, Any]]:
        """What moved in and out of a place's shops since they opened, by kind and source: units,
        and the value in fen of those whose cost is known."""
        value = func.coalesce(func.sum(moves.c.quantity * moves.c.unit_cost_fen), 0)
        rows = (
            select(
                moves.c.kind,
                moves.c.source,
                func.sum(moves.c.quantity).label("units"),
                value.label("fen"),
            )
            .join(shelves, shelves.c.stock_id == moves.c.stock_id)
            .join(shops, shops.c.code == shelves.c.shop)
            .where(shops.c.village.startswith(place, autoescape=True))
            .group_by(moves.c.kind, moves.c.source)
            .order_by(moves.c.kind, moves.c.source)
        )
        with self._county.read() as sql:
            return [
                dict(row) | {"units": int(row["units"]), "fen": int(row["fen"])}
                for row in sql.execute(rows).mappings()
            ]

    def sums(self, shop: str) -> dict[str, int]:
        """The sum of movements by sku: what on-hand must be."""
        rows = (
            select(shelves.c.sku, func.coalesce(func.sum(moves.c.quantity), 0))
            .join(moves, moves.c.stock_id == shelves.c.stock_id, isouter=True)
            .where(shelves.c.shop == shop)
            .group_by(shelves.c.sku)
        )
        with self._county.read() as sql:
            return {sku: int(n) for sku, n in sql.execute(rows)}
