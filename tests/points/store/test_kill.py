"""What was acknowledged is there after the program was killed in the middle of its work."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from points.store.county import County
from points.store.engine import open_engine
from tests.conftest import COUNTY, CountyMaker
from tests.support.postgres import APP, Cluster

ACKNOWLEDGED = 60

WRITER = """
import sys, threading
from uuid import uuid4
from eventsourcing.persistence import StoredEvent
from points.store.county import County
from points.store.engine import open_engine

recorder = County(sys.argv[2], open_engine(sys.argv[1])).recorder()

def write():
    while True:
        stream = uuid4()
        (id_,) = recorder.insert_events([StoredEvent(stream, 1, "topic1", b"state")])
        sys.stdout.write(f"{id_} {stream}\\n")
        sys.stdout.flush()

for _ in range(8):
    threading.Thread(target=write).start()
"""


def killed_while_writing(url: str) -> dict[int, str]:
    """What the writer said was stored, up to its sudden end."""
    command = [sys.executable, "-c", WRITER, url, COUNTY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(ACKNOWLEDGED)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
    said = [line.split() for line in lines if line.endswith("\n")]
    return {int(id_): stream for id_, stream in said}


def stored(county: County) -> dict[int, str]:
    found = county.recorder().select_notifications(1, 1_000_000)
    return {each.id: str(each.originator_id) for each in found}


def check(county: County, said: dict[int, str]) -> None:
    found = stored(county)
    assert len(said) >= ACKNOWLEDGED
    assert said.items() <= found.items()
    assert list(found) == list(range(1, len(found) + 1))


def test_a_killed_program_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/county.db"
    engine = open_engine(url)
    county = County(COUNTY, engine)
    county.create()
    check(county, killed_while_writing(url))
    engine.dispose()


@pytest.mark.postgres
def test_a_killed_program_on_postgresql(postgres: Cluster, postgres_county: CountyMaker) -> None:
    check(postgres_county(), killed_while_writing(postgres.url(APP)))
