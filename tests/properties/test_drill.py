"""O2: the machine ends under load; what followed it is restored elsewhere and proven.

`make drill` runs it at full size and says how long it took and what was lost.
"""

from __future__ import annotations

import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from points.audit.checkpoint import Checkpoint, Signed, sign
from points.audit.signed_note import PLAIN, Key
from points.store.county import County
from points.store.engine import open_engine
from tests.conftest import COUNTY
from tests.properties.test_kill import ENDLESS, receipts, stocked
from tests.properties.tills import IDS_OF_A_LIFE, Answers, tills
from tests.support.town import Town
from web.backup import following
from web.backup.places import ALL, Places
from web.backup.proving import tree_of
from web.backup.restoring import Restored, restore
from web.migrate import migrate_county, migrate_shared
from web.settings import Settings

pytestmark = pytest.mark.row("O2")

ORIGIN = f"127.0.0.1:8000/jiamei/{COUNTY}"
LOG = Key.of(ORIGIN, PLAIN, bytes(32))


@dataclass(frozen=True)
class Drilled:
    """`lost`: acknowledged answers that are not in the copy; `lost_s`: how long before the end
    the first of them was given. `dead`: events on the machine that ended."""

    restored: Restored
    board: int
    dead: int
    acknowledged: int
    lost: int
    lost_s: float
    restore_s: float

    def __str__(self) -> str:
        return (
            f"{self.dead} events, {self.acknowledged} acknowledged; "
            f"restored and proven in {self.restore_s / 60:.2f} minutes, "
            f"root equals the board's at {self.board}; "
            f"{self.dead - self.restored.events} events lost, {self.lost} of them acknowledged, "
            f"the last {self.lost_s:.2f} s"
        )


@contextmanager
def followed(places: Places, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    following.begin(places, folder)
    command = [following.litestream(), "replicate", "-config", str(folder / "litestream.yml")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        yield process
        process.kill()


def signed(settings: Settings) -> Checkpoint:
    """What hangs on the wall from now on."""
    engine = open_engine(settings.database_url)
    tree = tree_of(County(COUNTY, engine))
    engine.dispose()
    return Signed.parse(sign(Checkpoint(ORIGIN, tree.size, tree.root), LOG)).checkpoint


def drill(tmp_path: Path, answered: int) -> Drilled:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/here/jiamei.db", county=COUNTY)
    there = Settings(database_url=f"sqlite:///{tmp_path}/there/jiamei.db", county=COUNTY)
    migrate_shared(settings)
    migrate_county(settings, COUNTY)
    engine = open_engine(settings.database_url)
    stocked(County(COUNTY, engine))
    engine.dispose()
    answers, heard = Answers(), {}
    with (
        followed(Places(settings, {COUNTY: ALL}), tmp_path / "copy") as copying,
        tills(settings.database_url, 1, answers) as (process, lines),
    ):
        for number in range(answered):
            answers.hear(lines, 1)
            heard |= dict.fromkeys(answers.receipts.keys() - heard, time.monotonic())
            if number == answered // 2:
                board = signed(settings)
        until = time.monotonic() + 3  # the board hangs a while before the end
        while time.monotonic() < until:
            answers.hear(lines, 1)
            heard |= dict.fromkeys(answers.receipts.keys() - heard, time.monotonic())
        process.kill()
        copying.kill()
        end = time.monotonic()
    began = time.monotonic()
    (restored,) = restore(tmp_path / "copy", there, [board])
    took = time.monotonic() - began

    engine = open_engine(there.database_url)
    kept = set(receipts(Town(County(COUNTY, engine), ids_from=ENDLESS * IDS_OF_A_LIFE)))
    engine.dispose()
    lost = [key for key, receipt in answers.receipts.items() if receipt not in kept]
    engine = open_engine(settings.database_url)
    dead = tree_of(County(COUNTY, engine), {restored.events})
    engine.dispose()
    assert b64encode(dead.roots[restored.events]).decode() == restored.root, "another history"
    return Drilled(
        restored,
        board.size,
        dead.size,
        len(answers.receipts),
        len(lost),
        max((end - heard.get(key, end) for key in lost), default=0.0),
        took,
    )


def test_a_machine_that_ends_under_load(tmp_path: Path) -> None:
    done = drill(tmp_path, answered=60)

    assert done.restored.compared == (done.board,)
    assert done.restored.missing == 0
    assert done.lost_s < 10


@pytest.mark.nightly
def test_a_machine_that_ends_under_load_at_full_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = drill(tmp_path, answered=5_000)

    with capsys.disabled():
        print(f"\n{done}")  # noqa: T201
    assert done.restored.compared == (done.board,)
    assert done.lost_s <= 1
    assert done.restore_s <= 60
