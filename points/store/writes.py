"""The rows of many events and saves, brought to the database together.

A statement that many events hand in, each with its own row, is run once with all rows. Folds
therefore keep their statements as constants, and name the rows they change by key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Delete, Insert, Update

from points.store.prepared import run as run_prepared

Change = Insert | Update | Delete
Row = Mapping[str, Any]


class Sql(Protocol):
    """Where a fold writes to: `Writes`, or a bare connection."""

    def execute(self, statement: Any, rows: Any = None, /) -> Any: ...


class Writes:
    """Statements that wait for `flush`. They come out as if run one by one.

    Tables are independent of each other. On one table statements keep their order, but a new
    row is put in before rows are changed: no change can have meant a row that was not there yet.
    """

    def __init__(self) -> None:
        self._tables: dict[Any, list[_Run]] = {}

    def execute(self, statement: Change, rows: Row | Sequence[Row] | None = None, /) -> None:
        """Note a statement with one row of parameters, several, or none."""
        runs = self._tables.setdefault(statement.table, [])
        run = _joined(runs, statement)
        if rows is None or isinstance(rows, Mapping):
            run.rows.append(rows or {})
        else:
            run.rows.extend(rows)

    def flush(self, connection: Connection) -> None:
        """Run everything that waits, in `connection`'s transaction."""
        for runs in self._tables.values():
            for run in runs:
                run_prepared(connection, run.statement, run.rows)
        self._tables.clear()


class _Run:
    """One statement and its rows."""

    __slots__ = ("rows", "statement")

    def __init__(self, statement: Change) -> None:
        self.statement = statement
        self.rows: list[Row] = []


def _joined(runs: list[_Run], statement: Change) -> _Run:
    """The run that `statement` belongs to: the last one, or for a new row the last INSERT of it
    that no DELETE follows; else a run of its own, INSERT before every UPDATE."""
    place = len(runs)
    for index in range(len(runs) - 1, -1, -1):
        run = runs[index]
        if run.statement is statement:
            return run
        if not statement.is_insert or run.statement.is_delete:
            break
        place = index
    run = _Run(statement)
    runs.insert(place if statement.is_insert else len(runs), run)
    return run
