"""Opening a database so that what was acknowledged stays (design §3, SQLite)."""

from __future__ import annotations

import select
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eventsourcing.persistence import OperationalError
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

BUSY_TIMEOUT_MS = 10_000
CONNECT_TIMEOUT_S = 2
POOL_TIMEOUT_S = 10.0

SCRATCH_CACHE_KIB = 65_536

RESTED_S = 30.0
"""A connection that nobody used for so long is asked whether it is still alive."""

BEGIN = "jiamei_begin"
"""Execution option: the statement that opens a transaction on SQLite."""

REQUIRED: Mapping[str, object] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: NORMAL loses acknowledged commits when the power goes
    "foreign_keys": 1,
    "recursive_triggers": 1,  # else REPLACE takes an event away and no trigger hears of it
    "busy_timeout": BUSY_TIMEOUT_MS,
}


class UnsafeDatabase(RuntimeError):
    """This database could lose what it has acknowledged, so the house does not open on it."""


def open_engine(url: str, *, pool_size: int = 20, pool_timeout: float = POOL_TIMEOUT_S) -> Engine:
    """An engine for `url`. SQLite is opened at once and must be in WAL with synchronous=FULL.

    `pool_size` connections are kept, as many again may be opened in a rush; who finds none free
    for `pool_timeout` seconds gets an error. What a statement carried is told in no error: errors
    are logged, and rows hold hashes and names. Raises `UnsafeDatabase` where SQLite is not safe,
    for example in memory.
    """
    pool: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": pool_size,
        "pool_timeout": pool_timeout,
        "pool_use_lifo": True,  # few connections stay warm, with their prepared statements
    }
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url, pool)
    server = {"connect_timeout": CONNECT_TIMEOUT_S}
    engine = create_engine(url, connect_args=server, hide_parameters=True, **pool)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ask_whether_alive)
    return engine


def open_scratch() -> Engine:
    """A database of its own, on one connection, for copies that nobody will miss.

    It lives in memory up to `SCRATCH_CACHE_KIB`; beyond that SQLite spills to a nameless file.
    """
    engine = create_engine("sqlite://", creator=_scratch, poolclass=StaticPool)
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    return engine


def _scratch() -> sqlite3.Connection:
    connection = sqlite3.connect("", check_same_thread=False)
    connection.execute(f"PRAGMA cache_size=-{SCRATCH_CACHE_KIB}")
    connection.execute("PRAGMA synchronous=OFF")
    return connection


def pragmas(connection: sqlite3.Connection | Any) -> dict[str, object]:
    """The settings of `REQUIRED` as this driver connection has them."""
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in REQUIRED}


def _open_sqlite(url: str, pool: dict[str, Any]) -> Engine:
    file = make_url(url).database
    if not file or file == ":memory:":
        raise UnsafeDatabase("a database in memory is lost when the program ends")
    if not file.startswith("file:"):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, **pool)
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "connect", _make_safe)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _reopen_after_io_error)
    engine.connect().close()
    _keep_recovered(engine, file)
    return engine


def _note_rest(_: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_whether_alive(
    connection: Any, record: ConnectionPoolEntry, _: PoolProxiedConnection
) -> None:
    """Raises `DisconnectionError`, and the pool opens another, where the server is gone."""
    rested = time.monotonic() - record.info.get("rests_since", 0)
    if rested < RESTED_S and not _has_news(connection.fileno()):
        return
    try:
        connection.execute("")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _has_news(socket: int) -> bool:
    """Whether a server says something unasked, such as good-bye."""
    looking = select.poll()
    looking.register(socket, select.POLLIN)
    return bool(looking.poll(0))


def _leave_transactions_to_us(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None


def _make_safe(connection: sqlite3.Connection, _: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _turn_to_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA recursive_triggers=ON")
    found = pragmas(connection)
    wrong = {name: found[name] for name in REQUIRED if found[name] != REQUIRED[name]}
    if wrong:
        raise UnsafeDatabase(f"this SQLite database will not be made safe: {wrong}")


def _turn_to_wal(connection: sqlite3.Connection) -> None:
    """Two programs that open a new file at once: this change alone does not wait by itself."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))


_BROKEN = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB}

_in_doubt: set[str] = set()
"""Files with commits that were perhaps not brought to the disk and yet can be read: the log was
written, its fdatasync failed, and whoever opens the file anew finds the commit in it."""


def _reopen_after_io_error(context: ExceptionContext) -> None:
    """After a failed read or write the file is opened anew: the old handle is not trusted."""
    code = getattr(context.original_exception, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _BROKEN:
        context.is_disconnect = True
        if context.engine is not None:
            _in_doubt.add(context.engine.url.database or "")


def make_sure(engine: Engine) -> None:
    """What is read now may be told as kept. Where a disk failed, the log is copied into the
    database file first, for a second fdatasync may hide that the first one lost something.

    Raises the library's `OperationalError` as long as that does not succeed.
    """
    file = engine.url.database or ""
    if file not in _in_doubt:
        return
    try:
        raw = engine.raw_connection()
        try:
            busy, pages, copied = _copy_log(raw.driver_connection)
        finally:
            raw.close()
    except (DBAPIError, sqlite3.Error) as error:
        raise OperationalError("the disk fails") from error
    if busy or pages != copied:
        raise OperationalError("the log is still being read: not yet copied")
    _in_doubt.discard(file)


def _keep_recovered(engine: Engine, file: str) -> None:
    """A program that was killed may have left commits in the log before they reached the disk."""
    raw = engine.raw_connection()
    try:
        _copy_log(raw.driver_connection)
    except sqlite3.OperationalError:
        _in_doubt.add(file)
    finally:
        raw.close()


def _copy_log(connection: Any) -> tuple[int, int, int]:
    """Waits for nobody; whether something was in the way, pages in the log, pages copied."""
    done: tuple[int, int, int] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return done
