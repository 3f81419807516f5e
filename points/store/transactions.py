"""Reading and writing one county: who opens a transaction, and what a failure means."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from eventsourcing import persistence
from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from points.store.engine import BEGIN
from points.store.turns import turns_of

RECONNECT_PAUSE_S = 0.5


class OutcomeUnknown(persistence.OperationalError):
    """COMMIT was sent and not answered: it may have happened. Look before asking again."""


class NotCommitted(persistence.OperationalError):
    """The connection broke before COMMIT was sent: nothing happened."""


class NoConnection(persistence.OperationalError):
    """No connection became free in time: too much is going on at once. Nothing happened."""


class Transactions:
    """Connections that see one county's tables and no other's.

    `schema`: the PostgreSQL schema that the county's tables live in; None on SQLite.
    """

    def __init__(self, engine: Engine, schema: str | None) -> None:
        shared = "shared" if schema else None
        self.engine = engine.execution_options(
            schema_translate_map={None: schema, "shared": shared}
        )
        self._writer = self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        self._reader = self._isolated("AUTOCOMMIT") if schema else self.engine
        self._still = self._isolated("REPEATABLE READ") if schema else self.engine
        self._turn = turns_of(engine)

    def _isolated(self, level: IsolationLevel) -> Engine:
        return self.engine.execution_options(isolation_level=level)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that only reads: one moment's picture on SQLite. On PostgreSQL each
        statement sees what is committed, and a transaction around them would only cost time."""
        with _connected(self._reader) as connection:
            yield connection

    @contextmanager
    def moment(self) -> Iterator[Connection]:
        """A connection that sees one moment of the county, however long it reads."""
        with _connected(self._still) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose changes are durable when the block ends, or none of them are.

        Raises `OutcomeUnknown` where COMMIT itself failed.
        """
        with self._turn, _connected(self._writer) as connection:
            transaction = connection.begin()
            try:
                yield connection
            except BaseException:
                with suppress(DBAPIError):
                    transaction.rollback()
                raise
            try:
                transaction.commit()
            except DBAPIError as error:
                raise OutcomeUnknown(str(error)) from error


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A connection from the pool; a server that does not answer is asked once more."""
    try:
        connection = engine.connect()
    except OperationalError:
        if engine.dialect.name == "sqlite":
            raise
        time.sleep(RECONNECT_PAUSE_S)
        connection = engine.connect()
    with connection:
        yield connection


@contextmanager
def library_errors() -> Iterator[None]:
    """SQLAlchemy's errors by the names that the event-sourcing library gives them."""
    try:
        yield
    except PoolTimeoutError as error:
        raise NoConnection(f"no connection became free: {error}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise NotCommitted(str(error)) from error
        kind = getattr(persistence, type(error).__name__, persistence.DatabaseError)
        raise kind(str(error)) from error
