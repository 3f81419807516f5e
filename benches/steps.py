"""What is measured of proofs, each in a process of its own: `python -m benches.steps NAME FOLDER`.

`FOLDER` holds the store, the published log beside it, what was exported, a backup.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benches.county import COUNTY, KEY

if TYPE_CHECKING:
    from web.settings import Settings

ORIGIN = f"bench.example/jiamei/{COUNTY}"
STORE, LOG, OUT, BACKUP, THERE = "store.db", "log", "out", "backup", "there"


def views(folder: Path) -> None:
    """All views made anew, as a version with other views does when it starts."""
    from web.migrate import migrate_county

    raw = sqlite3.connect(folder / STORE)
    raw.execute("DELETE FROM view_state")
    raw.commit()
    raw.close()
    assert migrate_county(_settings(folder), COUNTY).folded


def sign(folder: Path, *, whole: bool = False) -> None:
    """Everything that is not in the log yet; or every leaf compared with the history first."""
    from points.audit.history import CountyHistory
    from points.audit.memory import Memory
    from points.audit.signed_note import PLAIN, Key
    from points.audit.signer import Signer
    from points.audit.tile_log import TileLog

    history = CountyHistory(_settings(folder).database_url, COUNTY)
    key = Key.of(ORIGIN, PLAIN, bytes(32))
    Signer(TileLog(folder / LOG), Memory(folder / "log.state"), key, history).sign(whole=whole)
    with history.moment() as moment:
        process = moment.process_key()
    assert process is not None
    lines = (f"# county {COUNTY}", f"log {key.vkey}", f"# process {' '.join(process)}")
    (folder / LOG / "policy").write_text("\n".join((*lines, "quorum none", "")))


def recompute(folder: Path) -> None:
    sign(folder, whole=True)


def export(folder: Path) -> None:
    from points.audit.export.events import export_events
    from points.audit.published import PublishedLog
    from web.backup.proving import county_at

    shutil.rmtree(folder / OUT, ignore_errors=True)
    with county_at(_settings(folder).database_url, COUNTY) as county:
        export_events(county, PublishedLog(folder / LOG, ORIGIN), folder / OUT)


def check(folder: Path) -> None:
    from points.checks import check as find
    from web.backup.proving import county_at

    with county_at(_settings(folder).database_url, COUNTY) as county:
        found = find(county)
    assert not found, found[0]


def restore(folder: Path) -> None:
    """From a backup to where the service may start: the root is the board's, balances hold."""
    from points.audit.checkpoint import Signed
    from web.backup.restoring import restore as put_back

    board = Signed.parse((folder / LOG / "checkpoint").read_text()).checkpoint
    shutil.rmtree(folder / THERE, ignore_errors=True)
    (done,) = put_back(folder / BACKUP, _settings(folder / THERE), [board], whole=False)
    assert done.compared
    assert done.root == b64encode(board.root).decode()


def backup(folder: Path) -> None:
    from points.clock import utc_now
    from web.backup.taking import take

    shutil.rmtree(folder / BACKUP, ignore_errors=True)
    take(_settings(folder), folder / BACKUP, utc_now())


def _settings(folder: Path) -> Settings:
    from web.settings import Settings

    url = f"sqlite:///{folder / STORE}"
    return Settings(database_url=url, county=COUNTY, vault_key=KEY)


STEPS: dict[str, Callable[[Path], None]] = {
    step.__name__: step for step in (views, sign, recompute, export, check, backup, restore)
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Path(sys.argv[2]))
