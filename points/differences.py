"""Row by row: what one set of view tables holds that another does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, Text, select, type_coerce
from sqlalchemy.types import NullType

PAGE = 1_000
"""Rows of each side that are held at once."""


@dataclass(frozen=True)
class Difference:
    """One value that differs, or, where `column` is "*", a whole row that one side lacks (None)."""

    table: str
    key: str
    column: str
    live: Any
    rebuilt: Any

    @property
    def place(self) -> str:
        return f"{self.table} {self.key}"

    @property
    def detail(self) -> str:
        if self.column != "*":
            return f"{self.column} is {self.live!r}, the events say {self.rebuilt!r}"
        return "the row is missing" if self.live is None else "there should be no such row"

    def __str__(self) -> str:
        return f"{self.place}: {self.detail}"


def differences(table: Table, live: Connection, made: Connection) -> Iterator[Difference]:
    """Where the rows of `table` differ, both sides read in the order of their keys."""
    if _same(table, live, made):
        return
    key = [column.name for column in table.primary_key]
    ours, theirs = _rows(table, live), _rows(table, made)
    mine, fresh = next(ours, None), next(theirs, None)
    while mine is not None or fresh is not None:
        side = _first(mine, fresh, key)
        if side == 0:
            assert mine is not None
            assert fresh is not None
            yield from _unlike(table, mine, fresh, key)
        elif side < 0:
            yield Difference(table.name, _named(mine, key), "*", _plain(mine), None)
        else:
            yield Difference(table.name, _named(fresh, key), "*", None, _plain(fresh))
        mine = next(ours, None) if side <= 0 else mine
        fresh = next(theirs, None) if side >= 0 else fresh


def _same(table: Table, live: Connection, made: Connection) -> bool:
    """Whether nothing differs at all: whole pages are compared, not row by row and value by
    value, and where both sides are SQLite what lies there is not even made into UUIDs."""
    ours, theirs = (
        _pages(table, sql, raw=live.dialect.name == made.dialect.name) for sql in (live, made)
    )
    return all(mine == fresh for mine, fresh in zip_longest(ours, theirs))


def _pages(table: Table, sql: Connection, *, raw: bool) -> Iterator[list[tuple[Any, ...]]]:
    columns = [type_coerce(each, NullType()) for each in table.columns] if raw else [table]
    with sql.execute(_in_order(select(*columns), table, sql)) as rows:
        for page in rows.partitions():
            yield [tuple(row) for row in page]


def _rows(table: Table, sql: Connection) -> Iterator[Row[Any]]:
    return iter(sql.execute(_in_order(select(table), table, sql)))


def _in_order(rows: Select[Any], table: Table, sql: Connection) -> Select[Any]:
    key = [_in_bytes(column, sql) for column in table.primary_key]
    return rows.order_by(*key).execution_options(yield_per=PAGE)


def _in_bytes(column: Column[Any], sql: Connection) -> Any:
    """Text in the order of its bytes on every database, as Python has it."""
    if sql.dialect.name == "postgresql" and isinstance(column.type, Text):
        return column.collate("C")
    return column


def _first(mine: Row[Any] | None, fresh: Row[Any] | None, key: list[str]) -> int:
    """Below 0 where only `mine` has this key, above 0 where only `fresh` has it."""
    if mine is None or fresh is None:
        return 1 if mine is None else -1
    left, right = _key(mine, key), _key(fresh, key)
    return (left > right) - (left < right)


def _key(row: Row[Any], key: list[str]) -> tuple[Any, ...]:
    return tuple(row._mapping[name] for name in key)


def _unlike(table: Table, mine: Row[Any], fresh: Row[Any], key: list[str]) -> Iterator[Difference]:
    if mine == fresh:
        return
    for column in table.columns:
        live, rebuilt = mine._mapping[column.name], fresh._mapping[column.name]
        if live != rebuilt:
            yield Difference(table.name, _named(mine, key), column.name, live, rebuilt)


def _named(row: Row[Any] | None, key: list[str]) -> str:
    assert row is not None
    return " ".join(f"{name}={row._mapping[name]}" for name in key)


def _plain(row: Row[Any] | None) -> dict[str, Any]:
    assert row is not None
    return dict(row._mapping)
