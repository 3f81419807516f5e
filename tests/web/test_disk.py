"""The disk is full, or fails: a clear no, nothing half done, reading goes on, no restart (O2)."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import event

from points.checks import check
from tests.support.house import SHOP, VILLAGE, ZHAO, Place, Program, settings_for
from tests.support.syscalls import injected
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
    try:
        yield
    finally:
        most = ENDLESS


@contextmanager
def no_byte_more(place: Place) -> Iterator[None]:
    """The kernel lets no file of this process grow: every write to the log of SQLite fails."""
    file = Path(place.house.county.engine.url.database or "")
    longest = max(file.stat().st_size, file.with_name(f"{file.name}-wal").stat().st_size)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def failing(place: Place, call: str, error: str) -> Iterator[None]:
    """The kernel answers a system call on the database's files with an error, each time."""
    file = str(place.house.county.engine.url.database)
    with injected([os.getpid()], call, error, "-f", f"-P{file}", f"-P{file}-wal"):
        yield


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def till(place: Place) -> Program:
    place.earn(ZHAO, 100)
    return place.program("keeper", VILLAGE, SHOP)


def until_refused(till: Program, card: str) -> tuple[int, int, dict[str, str]]:
    """Redeem one toothbrush after another; number, status and answer of the first no."""
    for number in range(40):
        answer = till.redeem(card, ("G01", 1), key=f"till {number}")
        if answer.status_code != 201:
            return number, answer.status_code, answer.json
    raise AssertionError("the disk never was full")


def says_no_and_recovers(
    place: Place, till: Program, out_of_order: AbstractContextManager[None], status: int, code: str
) -> None:
    card = place.card(ZHAO).token
    clerk = place.signed_in("village", VILLAGE)
    place.watch.later(seconds=2 * SEEN_EVERY.total_seconds())  # a last use is to be noted
    with out_of_order:
        number, said, answer = until_refused(till, card)
        assert (said, answer["code"]) == (status, code)
        assert "重复" in answer["message"]
        assert clerk.get("/own").status_code == 200
        assert clerk.get(f"/staff/households/{ZHAO}").status_code == 200
        assert place.browser().get("/readyz").status_code == 200
        again = till.redeem(card, ("G01", 1), key=f"till {number}")
        assert again.json["code"] == code, "not even an answer from what is half kept"

    again = till.redeem(card, ("G01", 1), key=f"till {number}")
    assert again.status_code == 201
    assert place.balance(ZHAO) == 100 - 2 * (number + 1)
    assert till.redeem(card, ("G01", 1), key=f"till {number}").json == again.json
    assert check(place.house.county) == []


@pytest.mark.parametrize(
    ("out_of_order", "status", "code"),
    [(full, 507, "disk-full"), (no_byte_more, 503, "disk-failing")],
    ids=["full", "failing"],
)
def test_a_disk_that_takes_nothing_more(
    place: Place, till: Program, out_of_order, status: int, code: str
) -> None:
    says_no_and_recovers(place, till, out_of_order(place), status, code)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("call", "error", "status", "code"),
    [
        ("fdatasync", "EIO", 503, "disk-failing"),
        ("fdatasync", "ENOSPC", 503, "disk-failing"),
        ("pwrite64", "EIO", 503, "disk-failing"),
        ("pwrite64", "ENOSPC", 507, "disk-full"),
        ("pwrite64", "EDQUOT", 503, "disk-failing"),
    ],
)
def test_every_call_on_the_way_of_a_commit(
    place: Place, till: Program, call: str, error: str, status: int, code: str
) -> None:
    says_no_and_recovers(place, till, failing(place, call, error), status, code)


@pytest.mark.nightly
def test_a_small_disk_that_is_full(settled: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        copyfile(settled, disk / "jiamei.db")
        place = Place(settings_for(f"sqlite:///{disk}/jiamei.db"))
        place.earn(ZHAO, 100)
        till = place.program("keeper", VILLAGE, SHOP)
        says_no_and_recovers(place, till, filled(disk), 507, "disk-full")
        place.close()


@contextmanager
def filled(disk: Path, leave: int = 0) -> Iterator[None]:
    """Somebody's film takes all the room, but for so many bytes; then it is deleted."""
    film = disk / "film"
    with film.open("wb", buffering=0) as file, suppress(OSError):
        for _ in range(shutil.disk_usage(disk).free - leave >> 12):
            file.write(bytes(4096))
    yield
    film.unlink()
