"""Statements that every save runs, worked out once as the text that the database reads.

SQLAlchemy Core writes them; what it would do anew at each run (look up its cache, put in the
county's schema, prepare each value) costs more than the database does. Values go to the driver
as they are, so a statement here holds no type that the driver cannot send by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ClauseElement,
    Connection,
    CursorResult,
    Dialect,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
)

from points.store.copying import copy, copy_text

sqlite3.register_adapter(UUID, lambda each: each.hex)  # as SQLAlchemy keeps them on SQLite

Row = Mapping[str, Any]

_PLAIN = (BigInteger, Boolean, Integer, LargeBinary, SmallInteger, Text, Uuid)
"""Types whose values the drivers take and give as they are (UUIDs: take)."""


class Prepared:
    """One statement for one dialect and schema. `names`: the values that each row brings.

    Raises `TypeError` for a table with a column whose values would need preparing.
    """

    def __init__(
        self, statement: ClauseElement, dialect: Dialect, schema: str | None, names: frozenset[str]
    ) -> None:
        for column in getattr(getattr(statement, "table", None), "columns", ()):
            if not isinstance(column.type, _PLAIN):
                raise TypeError(f"{column} needs preparing: {column.type!r}")
        compiled: Any = statement.compile(
            dialect=dialect,
            column_keys=sorted(names),
            schema_translate_map={None: schema},
            render_schema_translate=True,
        )
        self.text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if name not in names}
        self._values: Callable[[Row], Any] = dict
        plain = not self._fixed and not compiled.effective_returning
        self.copy = copy_text(statement, dialect, schema, sorted(names)) if plain else ""
        self.in_order = _tuple_of(sorted(names))
        if compiled.positional:
            self._values = _tuple_of(compiled.positiontup)

    def values(self, row: Row) -> Any:
        """A row as the driver takes it."""
        return self._values({**self._fixed, **row} if self._fixed else row)


def ask(connection: Connection, statement: ClauseElement, row: Row) -> CursorResult[Any]:
    """Run a constant statement with one row of values, and look at what comes back."""
    prepared = _prepared(connection, statement, row)
    return connection.exec_driver_sql(prepared.text, prepared.values(row))


def run(connection: Connection, statement: ClauseElement, rows: Sequence[Row]) -> None:
    """Run a constant statement with one row of values or several; all rows bring the same."""
    prepared = _prepared(connection, statement, rows[0])
    if len(rows) == 1:
        connection.exec_driver_sql(prepared.text, prepared.values(rows[0]))
    elif prepared.copy:
        copy(connection, prepared.copy, map(prepared.in_order, rows))
    else:
        connection.exec_driver_sql(prepared.text, [prepared.values(row) for row in rows])


def _prepared(connection: Connection, statement: ClauseElement, row: Row) -> Prepared:
    translated = connection.get_execution_options().get("schema_translate_map", {})
    return _made(statement, connection.dialect, translated.get(None), frozenset(row))


@lru_cache(maxsize=4096)
def _made(
    statement: ClauseElement, dialect: Dialect, schema: str | None, names: frozenset[str]
) -> Prepared:
    return Prepared(statement, dialect, schema, names)


def _tuple_of(names: Sequence[str]) -> Callable[[Row], Any]:
    match len(names):
        case 0:
            return lambda _: ()
        case 1:
            return lambda row: (row[names[0]],)
    return itemgetter(*names)
