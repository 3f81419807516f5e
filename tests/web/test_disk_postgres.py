"""A PostgreSQL whose disk fails or is full: it stops and recovers by design, the application finds
it again by itself (rulings 23), and nothing is lost or doubled (O2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from points.checks import check
from tests.support.house import COUNTY, SHOP, VILLAGE, ZHAO, Place, Program, settings_for
from tests.support.postgres import APP, OWNER, Cluster, cluster
from tests.support.syscalls import injected
from tests.web.test_disk import filled, small_disk, until_refused
from web.migrate import migrate_county, migrate_shared

pytestmark = [pytest.mark.nightly, pytest.mark.postgres]

TRIES = 60


@contextmanager
def settled(server: Cluster) -> Iterator[Place]:
    settings = settings_for(server.url(APP), migration_url=server.url(OWNER))
    migrate_shared(settings)
    migrate_county(settings, COUNTY)
    place = Place(settings)
    with place.by() as ledger:
        ledger.register_own_key()
    place.settle()
    place.earn(ZHAO, 100)
    yield place
    place.close()


def backends(server: Cluster) -> list[int]:
    """The server's processes, without the postmaster."""
    lines = (server.folder / "data/postmaster.pid").read_text().splitlines()
    return [process.pid for process in psutil.Process(int(lines[0])).children()]


def served_in_the_end(till: Program, card: str, key: str) -> None:
    for _ in range(TRIES):
        answer = till.redeem(card, ("G01", 1), key=key)
        if answer.status_code == 201:
            return
        assert answer.status_code in (503, 507), answer.json
    raise AssertionError("it never recovered")


@pytest.mark.parametrize(
    ("call", "error"),
    [("fdatasync", "EIO"), ("fdatasync", "ENOSPC"), ("pwrite64", "EIO"), ("pwrite64", "ENOSPC")],
)
def test_a_call_that_fails_on_the_way_of_a_commit(call: str, error: str) -> None:
    with cluster() as server, settled(server) as place:
        till, card = place.program("keeper", VILLAGE, SHOP), place.card(ZHAO).token
        served_in_the_end(till, card, "before")
        with injected(backends(server), call, error):
            answer = till.redeem(card, ("G01", 1), key="meanwhile")
            assert answer.status_code in (201, 503, 507), answer.json
        served_in_the_end(till, card, "meanwhile")
        served_in_the_end(till, card, "after")
        assert place.balance(ZHAO) == 100 - 2 * 3
        assert place.browser().get("/readyz").status_code == 200
        assert check(place.house.county) == []


def test_a_small_disk_that_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "200m") as disk:
        disk.chmod(0o755)
        for parent in disk.parents:
            if parent.name.startswith(("pytest-", "test_", "popen-")):
                parent.chmod(0o755)
        with cluster(beside=disk) as server, settled(server) as place:
            till, card = place.program("keeper", VILLAGE, SHOP), place.card(ZHAO).token
            with filled(disk):
                number, status, answer = until_refused(till, card)
                assert (status, answer["code"]) == (507, "disk-full")
                assert place.browser().get("/readyz").status_code == 200
            served_in_the_end(till, card, f"till {number}")
            assert place.balance(ZHAO) == 100 - 2 * (number + 1)
            assert check(place.house.county) == []
