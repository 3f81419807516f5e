"""P1: the sheet for the village board from the command line."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.web.cli.conftest import Line


def test_the_sheet_is_a_file_that_stands_alone(started: Line, tmp_path: Path) -> None:
    sheet = tmp_path / "board.html"

    assert started.json("board", str(sheet), exits=1)["code"] == "not-published"
    assert not sheet.exists()
    size = started.json("log", "sign")["size"]
    told = started.json("board", str(sheet))

    assert (told["size"], told["stale"]) == (size, False)
    assert told["root"] in sheet.read_text("utf-8")
    assert "积分公开账" in sheet.read_text("utf-8")


def test_a_stale_sheet_is_written_and_told(started: Line, tmp_path: Path) -> None:
    sheet = tmp_path / "board.html"
    folder = Path(started.json("log", "status")["folder"])
    started("log", "sign")
    old = time.time() - 26 * 3600 - 60
    os.utime(folder / "checkpoint", (old, old))

    told = started.json("board", str(sheet), exits=1)

    assert told["code"] == "board-stale"
    assert "已经过期" in sheet.read_text("utf-8")
