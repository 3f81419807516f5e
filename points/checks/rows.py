"""What the views say of an account or a shelf is what its events come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from points.account import PointsAccount
from points.checks.findings import Finding, unequal
from points.lots import BUCKETS
from points.stock import Stock
from points.views.accounts import accounts
from points.views.stock import shelves


def same_rows(sql: Connection, aggregates: Sequence[Any]) -> Iterator[Finding]:
    """Compares the live rows of these accounts and shelves with their folds."""
    mine = [each for each in aggregates if isinstance(each, PointsAccount)]
    rows = _rows(sql, accounts, "account_id", mine)
    for account in mine:
        row = rows.get(account.id)
        wanted = {
            "household": account.household,
            "version": account.version,
            "balance": account.balance,
            **{bucket: account.bucket(bucket) for bucket in BUCKETS},
            "receivable": account.receivable,
        }
        yield from _same(f"accounts household={account.household}", row, wanted)
    goods = [each for each in aggregates if isinstance(each, Stock)]
    rows = _rows(sql, shelves, "stock_id", goods)
    for stock in goods:
        wanted = {"shop": stock.shop, "sku": stock.sku, "on_hand": stock.on_hand}
        yield from _same(f"shelves {stock.shop} {stock.sku}", rows.get(stock.id), wanted)


def _rows(sql: Connection, table: Table, key: str, aggregates: Sequence[Any]) -> dict[Any, Any]:
    ids = [each.id for each in aggregates]
    found = sql.execute(select(table).where(table.c[key].in_(ids))).mappings() if ids else ()
    return {row[key]: row for row in found}


def _same(place: str, row: Any, wanted: dict[str, Any]) -> Iterator[Finding]:
    if row is None:
        yield Finding("balances", place, "the row is missing")
        return
    yield from unequal("balances", place, **{name: (row[name], n) for name, n in wanted.items()})
