"""The disk is full, or fails: a clear no, nothing half done, reading goes on, no restart (O2)."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from points.checks import check
from tests.support.house import SHOP, VILLAGE, ZHAO, Place, Program
from web.access.sessions import SEEN_EVERY

ENDLESS = 2**31


@contextmanager
def full(place: Place) -> Iterator[None]:
    """No connection may add a page to the database, as on a disk without room."""
    engine = place.house.county.engine
    with engine.connect() as connection:
        most = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limited(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={most}")

    event.listen(engine, "checkout", limited)
    yield
    most = ENDLESS


@contextmanager
def no_byte_more(place: Place) -> Iterator[None]:
    """The kernel lets no file of this process grow: every write to the log of SQLite fails."""
    file = Path(place.house.county.engine.url.database or "")
    longest = max(file.stat().st_size, file.with_name(f"{file.name}-wal").stat().st_size)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def till(place: Place) -> Program:
    place.earn(ZHAO, 100)
    return place.program("keeper", VILLAGE, SHOP)


def until_refused(till: Program, card: str) -> tuple[str, int, dict[str, str]]:
    """Redeem one toothbrush after another; the key, status and answer of the first no."""
    for number in range(40):
        answer = till.redeem(card, ("G01", 1), key=f"till {number}")
        if answer.status_code != 201:
            return f"till {number}", answer.status_code, answer.json
    raise AssertionError("the disk never was full")


@pytest.mark.parametrize(
    ("out_of_order", "status", "code"),
    [(full, 507, "disk-full"), (no_byte_more, 503, "disk-failing")],
    ids=["full", "failing"],
)
def test_a_disk_that_takes_nothing_more(
    place: Place, till: Program, out_of_order, status: int, code: str
) -> None:
    card = place.card(ZHAO).token
    clerk = place.signed_in("village", VILLAGE)
    place.watch.later(seconds=2 * SEEN_EVERY.total_seconds())  # a last use is to be noted
    with out_of_order(place):
        key, said, answer = until_refused(till, card)
        assert (said, answer["code"]) == (status, code)
        assert "重复" in answer["message"]
        before = place.balance(ZHAO)
        assert clerk.get("/own").status_code == 200
        assert clerk.get(f"/staff/households/{ZHAO}").status_code == 200
        assert place.browser().get("/readyz").status_code == 200

    again = till.redeem(card, ("G01", 1), key=key)
    assert again.status_code == 201
    assert place.balance(ZHAO) == before - again.json["points"]
    assert till.redeem(card, ("G01", 1), key=key).json == again.json
    assert check(place.house.county) == []
