"""Writes put together leave the same rows as writes one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Table,
    bindparam,
    event,
    select,
)

from points.store.engine import open_scratch
from points.store.writes import Writes

shop = MetaData()
shelf = Table("shelf", shop, Column("sku", Integer, primary_key=True), Column("left", Integer))
log = Table("log", shop, Column("line", Integer, primary_key=True), Column("sku", Integer))

this = shelf.c.sku == bindparam("this")
OPEN = shelf.insert()
NOTE = log.insert()
MOVE = shelf.update().where(this).values(left=shelf.c.left + bindparam("change"))
DOUBLE = shelf.update().where(this).values(left=shelf.c.left * 2)
CLOSE = shelf.delete().where(this)

steps = st.lists(
    st.tuples(st.sampled_from(["move", "double", "close"]), st.integers(1, 4), st.integers(-9, 9)),
    max_size=30,
)


@settings(deadline=None)
@given(steps)
def test_the_same_rows_as_one_by_one(steps: list[tuple[str, int, int]]) -> None:
    changes = list(_sensible(steps))
    together = Writes()
    with open_scratch().begin() as first, open_scratch().begin() as second:
        for sql in (first, second):
            shop.create_all(sql)
        for statement, row in changes:
            first.execute(statement, row)
            together.execute(statement, row)
        together.flush(second)
        assert _rows(first) == _rows(second)


def test_a_statement_runs_once_for_all_rows() -> None:
    waiting, ran = Writes(), []
    for sku in range(3):
        waiting.execute(OPEN, {"sku": sku, "left": 0})
        waiting.execute(MOVE, {"this": sku, "change": 5})
        waiting.execute(NOTE, [{"line": 2 * sku, "sku": sku}, {"line": 2 * sku + 1, "sku": sku}])
    with open_scratch().begin() as connection:
        shop.create_all(connection)
        event.listen(connection, "before_cursor_execute", lambda *run: ran.append(len(run[3])))
        waiting.flush(connection)
        assert ran == [3, 3, 6]
        assert _rows(connection)[0] == [(0, 5), (1, 5), (2, 5)]


def test_a_type_that_needs_preparing_is_refused() -> None:
    dated = Table("dated", MetaData(), Column("day", Date))
    waiting = Writes()
    waiting.execute(dated.insert(), {"day": None})
    with open_scratch().begin() as connection, pytest.raises(TypeError, match="needs preparing"):
        waiting.flush(connection)


def _sensible(steps: list[tuple[str, int, int]]) -> Any:
    """As folds write: a row is put in before it is changed, and once."""
    there: set[int] = set()
    for line, (what, sku, change) in enumerate(steps):
        yield NOTE, {"line": line, "sku": sku}
        if what == "close":
            there.discard(sku)
            yield CLOSE, {"this": sku}
            continue
        if sku not in there:
            there.add(sku)
            yield OPEN, {"sku": sku, "left": 1}
        if what == "double":
            yield DOUBLE, {"this": sku}
        else:
            yield MOVE, {"this": sku, "change": change}


def _rows(sql: Connection) -> tuple[list[Any], list[Any]]:
    shelves = sql.execute(select(shelf).order_by(shelf.c.sku)).all()
    return [tuple(row) for row in shelves], [tuple(row) for row in sql.execute(select(log)).all()]
