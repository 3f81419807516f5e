"""Lost connections, full pools, two programs that start at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import OperationalError
from sqlalchemy import Connection, event

from points.store.county import County
from points.store.engine import open_engine
from points.store.transactions import OutcomeUnknown
from tests.conftest import CountyMaker
from tests.points.store.jars import bare
from tests.support.postgres import OWNER, Cluster, cluster

CREATE = """
import sys
from points.store.county import County
from points.store.engine import open_engine
sys.stdin.readline()
county = County("999903", open_engine(sys.argv[1]))
county.create()
assert county.recorder().insert_events([]) is None
"""


def start_two(url: str) -> None:
    """Two programs make the same county at the same moment."""
    both = [
        subprocess.Popen([sys.executable, "-c", CREATE, url], stdin=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for each in both:
        each.stdin.write("go\n")
        each.stdin.flush()
        each.stdin.close()
    assert [each.wait(30) for each in both] == [0, 0]


def test_two_programs_may_start_at_once_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    start_two(url)
    _writes(url)


@pytest.mark.postgres
def test_two_programs_may_start_at_once_on_postgresql(postgres: Cluster) -> None:
    url = postgres.database("starting")
    start_two(url)
    _writes(url)


def _writes(url: str) -> None:
    engine = open_engine(url)
    assert County("999903", engine).recorder().insert_events([bare(uuid4())]) == [1]
    engine.dispose()


@pytest.mark.parametrize("group_commit", [False, True], ids=["alone", "grouped"])
def test_a_full_pool_does_not_end_writing(
    make_county: CountyMaker, group_commit: bool, tmp_path: Path
) -> None:
    """The library's own pool keeps its writer lock for ever after one such moment."""
    county = make_county()
    url = county.engine.url.render_as_string(hide_password=False)
    small = open_engine(url, pool_size=1, pool_timeout=0.05)
    recorder = County(county.code, small, group_commit).recorder()

    with small.connect(), small.connect(), pytest.raises(OperationalError, match="became free"):
        recorder.insert_events([bare(uuid4())])

    assert recorder.insert_events([bare(uuid4())]) == [1]
    small.dispose()


def test_writers_wait_for_readers_to_give_back(make_county: CountyMaker) -> None:
    """More threads than connections: everybody gets a turn."""
    county = make_county()
    small = open_engine(county.engine.url.render_as_string(hide_password=False), pool_size=1)
    recorder = County(county.code, small).recorder()

    def work() -> None:
        for _ in range(3):
            recorder.insert_events([bare(uuid4())])
            recorder.select_notifications(1, 5)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorder.max_notification_id() == 24
    small.dispose()


@pytest.fixture(scope="module")
def fragile() -> Cluster:
    """A server of its own, to be killed."""
    with cluster() as running:
        yield running


def lonely_county(server: Cluster, group_commit: bool) -> County:
    county = County("999904", open_engine(server.url(OWNER)), group_commit)
    county.create()
    return county


@pytest.mark.postgres
@pytest.mark.parametrize("group_commit", [False, True], ids=["alone", "grouped"])
def test_a_server_lost_before_commit_is_asked_again(fragile: Cluster, group_commit: bool) -> None:
    county = lonely_county(fragile, group_commit)
    recorder, stream, falls = county.recorder(), uuid4(), []
    before = recorder.max_notification_id() or 0

    def fall(connection: Connection) -> None:
        if not falls:
            falls.append(fragile.kill())
            fragile.start()
        connection.exec_driver_sql("SELECT 1")

    assert recorder.insert_events([bare(stream)], also=[fall]) == [before + 1]
    assert len(recorder.select_events(stream)) == 1
    county.engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("group_commit", [False, True], ids=["alone", "grouped"])
def test_a_server_lost_at_commit_is_an_unknown_outcome(
    fragile: Cluster, group_commit: bool
) -> None:
    county = lonely_county(fragile, group_commit)
    recorder, stream, falls = county.recorder(), uuid4(), []
    before = recorder.max_notification_id() or 0

    def fall(_: Connection) -> None:
        if not falls:
            falls.append(fragile.kill())
            fragile.start()

    event.listen(county.engine, "commit", fall)
    with pytest.raises(OutcomeUnknown):
        recorder.insert_events([bare(stream)])
    assert recorder.select_events(stream) == []
    assert recorder.insert_events([bare(stream)]) == [before + 1]
    county.engine.dispose()


@pytest.mark.postgres
def test_idle_connections_survive_a_restart(fragile: Cluster) -> None:
    county = lonely_county(fragile, group_commit=True)
    recorder = county.recorder()
    recorder.insert_events([bare(uuid4())])
    fragile.kill()
    fragile.start()
    assert recorder.max_notification_id() is not None
    assert recorder.insert_events([bare(uuid4())]) is not None
    county.engine.dispose()
