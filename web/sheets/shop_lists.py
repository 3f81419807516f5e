"""Lists of the shops: what is there, what moved, what was taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from web.sheets.columns import adds, moment, text, word
from web.sheets.source import Source
from web.sheets.writing import Cell, Column, Row, Sheet
from web.words import codes as words


def redemptions(source: Source, rows: Iterable[Row] | None = None) -> Sheet:
    """Goods that were taken, a line each; what was voided or returned used no points."""
    columns = (
        text("回执号", "receipt_no"),
        text("店号", "shop"),
        moment("时间", "at"),
        *source.whose(),
        text("物资编号", "sku"),
        text("物资", "name"),
        text("单位", "unit"),
        text("每件积分", "points"),
        word("状态", "state", words.REDEMPTIONS),
        text("数量", "quantity"),
        Column("用掉的积分", _used, adds=True),
    )
    if rows is None:
        rows = source.read.redemptions.every(source.place)
    return Sheet("redemptions", columns, rows)


def _used(row: Row) -> int:
    return int(row["quantity"] * row["points"]) if row["state"] == "completed" else 0


def shops(source: Source, only: str | None = None) -> Sheet:
    """The shops of the place, or one of them."""
    units: dict[str, int] = {}
    for each in source.read.stock.all(source.place):
        units[each["shop"]] = units.get(each["shop"], 0) + each["on_hand"]
    columns = (
        text("店号", "code"),
        text("店名", "name"),
        Column("村", lambda row: source.villages.get(row["village"], "")),
        Column("店主和设备", lambda row: len(source.read.shops.keepers(row["code"])), adds=True),
        Column("现存件数", lambda row: units.get(row["code"], 0), adds=True),
    )
    found = source.read.shops.all(source.place)
    return Sheet("shops", columns, [row for row in found if only in (None, row["code"])])


def stock(source: Source, shop: str | None = None) -> Sheet:
    """What stands on the shelves."""
    columns = (
        text("店号", "shop"),
        *_good(source),
        Column("分值", lambda row: good.points if (good := source.goods.get(row["sku"])) else None),
        adds("现存", "on_hand"),
    )
    return Sheet("stock", columns, source.read.stock.all(source.place, shop))


def moves(source: Source, shop: str | None = None, sku: str | None = None) -> Sheet:
    """What came in and went out, each delivery with its lot; it adds up to what is there."""
    columns = (
        text("编号", "id"),
        moment("时间", "at"),
        text("店号", "shop"),
        *_good(source),
        word("事由", "kind", words.MOVES),
        word("来源", "source", words.SOURCES),
        Column("批次", lambda row: row["ref"] if row["kind"] == "received" else None),
        Column("单价（元）", _yuan),
        text("保质期", "best_before"),
        text("回执号", "receipt_no"),
        adds("数量", "quantity"),
    )
    return Sheet("moves", columns, source.read.stock.every(source.place, shop, sku))


def _good(source: Source) -> tuple[Column, Column, Column]:
    def told(row: Row, what: str) -> Cell:
        good = source.goods.get(row["sku"])
        return getattr(good, what) if good else ""

    return (
        text("物资编号", "sku"),
        Column("物资", lambda row: told(row, "name")),
        Column("单位", lambda row: told(row, "unit")),
    )


def _yuan(row: Row) -> str | None:
    fen = row["unit_cost_fen"]
    return None if fen is None else f"{fen // 100}.{fen % 100:02d}"


def goods(source: Source) -> Sheet:
    """The price list in force."""
    columns = (
        text("物资编号", "sku"),
        text("物资", "name"),
        text("单位", "unit"),
        text("分值", "points"),
        text("条码", "barcode"),
    )
    return Sheet("goods", columns, map(asdict, source.goods.values()))
