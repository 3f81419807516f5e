"""Writers to SQLite take turns in the order in which they came."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import create_engine, text

from points.store.county import County
from points.store.engine import open_engine
from points.store.turns import Turns, turns_of


def test_nobody_overtakes() -> None:
    turns, came, served = Turns(), [], []

    def write(name: int) -> None:
        came.append(name)
        with turns:
            served.append(name)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(20)]
    with turns:
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            until(lambda waiting=waiting: len(turns._waiting) == waiting)
        assert served == []
    for thread in threads:
        thread.join()
    assert served == came == list(range(20))


def test_an_error_inside_gives_the_turn_back() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns:
        _ = 1 / 0
    with turns:
        assert turns._taken
    assert not turns._taken


def test_who_leaves_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted before she was called, or just when she was."""
    turns = Turns()
    with turns:
        waits, called = threading.Lock(), threading.Lock()
        turns._waiting.append(waits)
        turns._leave(waits)
        assert not turns._waiting
    turns._taken = True
    turns._leave(called)
    assert not turns._taken


def test_a_rare_writer_is_served_among_busy_ones(tmp_path: Path) -> None:
    """Eight threads commit without a pause, for as long as the ninth needs for fifty rows."""
    county = County("999901", open_engine(f"sqlite:///{tmp_path}/busy.db"))
    with county.write() as sql:
        sql.execute(text("CREATE TABLE t (n INTEGER)"))
    over = threading.Event()
    before_me: list[int] = []
    done = [0]

    def keep_writing() -> None:
        while not over.is_set():
            with county.write() as sql:
                sql.execute(text("INSERT INTO t VALUES (1)"))
                done[0] += 1

    threads = [threading.Thread(target=keep_writing) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        came = done[0]
        with county.write() as sql:
            before_me.append(done[0] - came)
            sql.execute(text("INSERT INTO t VALUES (2)"))
    over.set()
    for thread in threads:
        thread.join()
    assert max(before_me) <= 2 * len(threads) + 2


def test_one_database_has_one_queue_and_postgresql_none(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/one.db")
    assert turns_of(engine) is turns_of(engine.execution_options(isolation_level="AUTOCOMMIT"))
    assert turns_of(engine) is not turns_of(open_engine(f"sqlite:///{tmp_path}/two.db"))
    elsewhere = create_engine("postgresql+psycopg://nobody@127.0.0.1/none")
    assert isinstance(turns_of(elsewhere), nullcontext)


def until(holds: object) -> None:
    deadline = monotonic() + 10
    while not holds():  # type: ignore[operator]
        assert monotonic() < deadline
