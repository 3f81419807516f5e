"""The arrow web -> volunteers -> points, as pyproject.toml says it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.house import ROOT

LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)


def test_all_import_contracts_are_kept() -> None:
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("points/account/planted.py", "import sqlalchemy"),
        ("points/shop.py", "import points.ledger"),
        ("points/ledger/planted.py", "import volunteers"),
        ("volunteers/planted.py", "import points.account"),
        ("volunteers/planted.py", "import flask"),
        ("web/pages/planted.py", "import sqlalchemy"),
        ("web/api/planted.py", "import eventsourcing"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, where: str, what: str) -> None:
    """A contract that nothing can break would prove nothing."""
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for package in ("points", "volunteers", "web"):
        for module in (ROOT / package).rglob("*.py"):
            copy = tmp_path / module.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(module.read_bytes())
    planted = tmp_path / where
    before = planted.read_text() if planted.exists() else ""
    planted.write_text(f"{before}\n{what}\n")

    done = lint(tmp_path)

    assert done.returncode == 1
    assert "BROKEN" in done.stdout
