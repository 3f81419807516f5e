"""Many rows into one table of PostgreSQL by COPY: half the work of an INSERT for each row.

Measured for 48 events: 0.15 ms of the program's time against 0.46, and 0.3 ms of the server's
against 0.6. SQLite needs none of it: there an INSERT is no journey.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, Insert
from sqlalchemy.exc import DBAPIError


def copy_text(statement: Any, dialect: Dialect, schema: str | None, names: Sequence[str]) -> str:
    """The COPY that stands for a plain INSERT of these columns; empty where none does."""
    if dialect.name != "postgresql" or type(statement) is not Insert:
        return ""
    quote = dialect.identifier_preparer.quote
    table = quote(statement.table.name)
    columns = ", ".join(quote(name) for name in names)
    where = f"{quote(schema)}.{table}" if schema else table
    return f"COPY {where} ({columns}) FROM STDIN"


def copy(connection: Connection, text: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run a COPY in `connection`'s transaction; errors are SQLAlchemy's, as for any statement."""
    raw: Any = connection.connection.driver_connection
    dialect: Any = connection.dialect
    try:
        with raw.cursor() as cursor, cursor.copy(text) as copying:
            for row in rows:
                copying.write_row(row)
    except psycopg.Error as error:
        gone = dialect.is_disconnect(error, raw, None)
        if gone:
            connection.invalidate(error)
        base = psycopg.Error
        raise DBAPIError.instance(
            text, None, error, base, connection_invalidated=gone, dialect=dialect
        ) from error
