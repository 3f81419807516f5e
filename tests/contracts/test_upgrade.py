"""The county of every release, loaded by this one: same root, same balances, same books."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from points.checks import check
from points.rebuild import compare, rebuild
from points.views import views
from tests.conftest import CountyMaker
from tests.contracts.golden.stores import STORES, book, comes_to, is_released, load, releases
from tests.contracts.golden.stores.__main__ import made
from tests.contracts.house import ROOT
from tests.contracts.test_events import EVENTS
from tests.points.audit.export.strangers import by_hledger
from tests.points.audit.exported import MANDATE, TOPIC

pytestmark = pytest.mark.row("O4")

RELEASES = releases()
TO_COME = [release for release in RELEASES if not is_released(release)]


def told(release: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STORES / release / "county.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("release", RELEASES)
def test_an_old_county_comes_to_what_it_came_to(release: str, make_county: CountyMaker) -> None:
    expected = told(release)
    county = make_county(expected.pop("county"), views)
    load(county, STORES / release)

    done = rebuild(county)

    assert done.events == expected["events"]
    assert comes_to(county) == expected
    assert book(county) == (STORES / release / "book.journal").read_text("utf-8")
    assert check(county) == []
    assert list(compare(county)) == []


@pytest.mark.parametrize("release", RELEASES)
def test_its_books_are_those_that_hledger_reads(release: str) -> None:
    expected = told(release)
    held = by_hledger(STORES / release / "book.journal")

    for household, balance in expected["balances"].items():
        for bucket in ("gift", "earned", "base"):
            assert held.get(f"household:{household}:{bucket}", 0) == balance[bucket]
        assert held.get(f"household:{household}:receivable", 0) == -balance["receivable"]
    county = {name: n for name, n in held.items() if not name.startswith("household:")}
    sums = expected["accounts"].items()
    assert county == {n: p for n, p in sums if p and not n.startswith(("household:", "receivable"))}


def test_every_kind_of_event_is_in_a_county() -> None:
    logs = [(STORES / release / "events.log").read_bytes() for release in RELEASES]
    bodies = [orjson.loads(line.split(b"\t", 3)[3]) for log in logs for line in log.splitlines()]

    assert {body[TOPIC] for body in bodies} == set(EVENTS)
    assert any(body[MANDATE] for body in bodies)


def test_the_same_code_writes_the_same_county(tmp_path: Path) -> None:
    """In processes of their own, so that nothing of chance is shared."""
    code = (
        "import sys, pathlib; from tests.contracts.golden.stores.__main__ import made;"
        "[sys.stdout.buffer.write(each) for each in made(pathlib.Path(sys.argv[1])).values()]"
    )
    written = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        command = [sys.executable, "-c", code, str(folder)]
        written.append(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)

    assert written[0] == written[1]
    assert written[0]


@pytest.mark.parametrize("release", TO_COME)
def test_the_county_of_the_next_release_is_what_is_written_now(
    release: str, tmp_path: Path
) -> None:
    """After a change: `python -m tests.contracts.golden.stores 0.1` once more."""
    for name, content in made(tmp_path).items():
        assert (STORES / release / name).read_bytes() == content, name
