"""What the README tells somebody to type works, as it is typed there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.contracts.house import ROOT

HOUSEHOLD = "999901100201-A001"
JIAMEI = 'jiamei() { "$PYTHON" -c "from web.cli import main; main()" "$@"; }'
"""The command, also where the package is not installed."""


def test_a_villages_first_day(tmp_path: Path) -> None:
    """Everything but the server, which would not end."""
    readme = (ROOT / "README.md").read_text("utf-8")
    typed = re.findall(r"^jiamei (?!serve).+$", readme, re.MULTILINE)
    environment = {name: text for name, text in os.environ.items() if "JIAMEI" not in name} | {
        "JIAMEI_DATABASE_URL": f"sqlite:///{tmp_path / 'jiamei.db'}",
        "PYTHON": sys.executable,
    }

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join([JIAMEI, *typed])],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(typed) >= 8
    assert done.returncode == 0, done.stderr
    assert HOUSEHOLD in done.stdout
    assert "jm_" in done.stdout
