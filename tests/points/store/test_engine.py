"""SQLite opens only where an acknowledged commit stays."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from sqlalchemy import text

from points.store.county import County
from points.store.engine import REQUIRED, UnsafeDatabase, open_engine, open_scratch
from points.store.transactions import NotCommitted, OutcomeUnknown
from tests.points.store.jars import bare


def test_every_connection_is_in_wal_with_full_synchronous(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new/jiamei.db")
    with engine.connect() as one, engine.connect() as another:
        for connection in (one, another):
            for pragma, wanted in REQUIRED.items():
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == wanted
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(UnsafeDatabase):
        open_engine(url)


def test_a_file_that_cannot_be_in_wal_is_refused(tmp_path: Path) -> None:
    """This way of locking has no shared memory, so SQLite stays in its old journal."""
    with pytest.raises(UnsafeDatabase, match="journal_mode"):
        open_engine(f"sqlite:///file:{tmp_path}/x.db?vfs=unix-dotfile&uri=true")


def test_a_scratch_database_may_be_in_memory() -> None:
    engine = open_scratch()
    county = County("999901", engine)
    county.create()
    assert county.recorder().insert_events([bare(uuid4())]) == [1]
    engine.dispose()


@contextmanager
def no_room_for_more_than(size: int) -> Iterator[None]:
    """The disk as it looks to this process: no file grows beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_file_is_opened_anew_after_a_failed_write(sqlite_county) -> None:
    county = sqlite_county()
    recorder = county.recorder()
    stream = uuid4()
    recorder.insert_events([bare(stream)])
    with county.read() as connection:
        before = connection.connection.driver_connection
        connection.execute(text("SELECT 1"))
    large = StoredEvent(stream, 2, "topic1", bytes(4_000_000))

    with no_room_for_more_than(1_000_000), pytest.raises((NotCommitted, OutcomeUnknown)):
        recorder.insert_events([large])

    assert recorder.insert_events([large]) == [2]
    with county.read() as connection:
        assert connection.connection.driver_connection is not before


@pytest.mark.parametrize("url", ["sqlite:///{}/x.db", "postgresql+psycopg://nobody@127.0.0.1/x"])
def test_errors_do_not_tell_what_was_written(tmp_path: Path, url: str) -> None:
    """They are logged, and rows hold names and hashes."""
    engine = open_engine(url.format(tmp_path))
    assert engine.hide_parameters
    engine.dispose()
