"""The samples in deploy/ start what exists."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.contracts.house import ROOT, committed
from web.cli import main

UNITS = sorted(path.name for path in (ROOT / "deploy").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_runs_commands_that_exist(unit: str) -> None:
    text = (ROOT / "deploy" / unit).read_text()
    commands = re.findall(r"^ExecStart=\S+/jiamei (\w+)", text, re.MULTILINE)

    assert commands
    assert set(commands) <= set(main.commands)


def test_the_timer_starts_its_service() -> None:
    timer = ConfigParser(strict=False)
    timer.read(ROOT / "deploy/jiamei-due.timer")

    assert timer["Timer"]["OnCalendar"].endswith("Asia/Shanghai")
    assert "jiamei-due.service" in UNITS


def test_the_image_copies_every_package_and_starts_the_server() -> None:
    text = (ROOT / "deploy/Dockerfile").read_text()
    copied = re.findall(r"^COPY (\w+) ", text, re.MULTILINE)
    (start,) = re.findall(r"^CMD (.+)$", text, re.MULTILINE)
    program, command, *options = json.loads(start)

    assert {"points", "volunteers", "web", "requirements"} <= set(copied)
    assert program == "jiamei"
    known = {option for one in main.commands[command].params for option in one.opts}
    assert {word for word in options if word.startswith("--")} <= known


@pytest.mark.nightly
def test_an_installed_package_holds_every_file(tmp_path: Path) -> None:
    """Templates, migrations, catalogues and starting content travel with the code."""
    kept = {path.relative_to(ROOT) for path in committed()}
    for path in kept:
        copy = tmp_path / "source" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / path).read_bytes())
    build = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-build-isolation", "--no-deps"]
    subprocess.run([*build, "-w", tmp_path, tmp_path / "source"], check=True)

    (wheel,) = tmp_path.glob("*.whl")
    packed = set(ZipFile(wheel).namelist())
    ours = {p.as_posix() for p in kept if p.parts[0] in {"points", "volunteers", "web"}}
    assert ours <= packed
