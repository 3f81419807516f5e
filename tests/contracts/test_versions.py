"""One version, said in three places."""

from __future__ import annotations

import re
import tomllib

from tests.contracts.house import ROOT
from web.settings import VERSION


def test_package_program_and_changelog_say_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert project["version"] == VERSION
    assert newest
    assert VERSION.startswith(newest[1])
