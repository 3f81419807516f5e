"""Every setting is on the operator's page, with its usual value."""

from __future__ import annotations

import re

import pytest

from tests.contracts.house import ROOT, quoted, rows
from web.settings import read_settings

PAGE = {quoted(row[0])[0]: row for row in rows("docs/operations.md") if "`JIAMEI_" in row[0]}
READ = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "web/settings.py").read_text("utf-8"))


MAY_TOUCH_THE_ENVIRONMENT = {
    "web/settings.py",
    "web/cli/serving.py",  # hands the county on to the server's own process
}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert sorted(PAGE) == sorted(f"JIAMEI_{name}" for name in READ)


def test_a_setting_is_read_in_one_place_only() -> None:
    """What the environment says is known after start; nothing reads it later."""
    elsewhere = [
        str(module.relative_to(ROOT))
        for package in ("points", "volunteers", "web")
        for module in (ROOT / package).rglob("*.py")
        if module.relative_to(ROOT).as_posix() not in MAY_TOUCH_THE_ENVIRONMENT
        and re.search(r"os\.environ|os\.getenv|getenv\(", module.read_text("utf-8"))
    ]
    assert elsewhere == []


@pytest.mark.parametrize("name", sorted(PAGE))
def test_the_usual_value_is_the_documented_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting the documented value changes nothing."""
    for other in PAGE:
        monkeypatch.delenv(other, raising=False)
    usual = read_settings()
    values = quoted(PAGE[name][1])
    if not values:
        return  # "none", or said in words

    monkeypatch.setenv(name, values[0])

    assert read_settings() == usual


def test_the_readme_names_only_settings_that_exist() -> None:
    named = set(re.findall(r"JIAMEI_[A-Z_]+", (ROOT / "README.md").read_text("utf-8")))

    assert named
    assert named <= set(PAGE)
