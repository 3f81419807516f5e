"""Every command that a page tells somebody to type exists, with its options."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from tests.contracts.house import ROOT
from web.cli import main

PAGES = ["README.md", "CHANGELOG.md", "docs/operations.md", "Makefile"]


def typed() -> list[tuple[str, str]]:
    """Page and command line, for every `jiamei …` in a code block, in backticks or in a recipe."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8").replace("$(BIN)/", "")
        lines = re.findall(r"(?:^|[`\s(\[\"@])jiamei ((?:[a-z]|--)[^`#|\n)\]\"&]*)", text)
        found += [(page, line.strip().rstrip("\\").strip()) for line in lines]
    return sorted(set(found))


@pytest.mark.parametrize(("page", "line"), typed())
def test_the_command_exists(page: str, line: str) -> None:
    command: click.Command = main
    words = [word for word in shlex.split(line) if not word.startswith("$")]
    while words and isinstance(command, click.Group):
        assert words[0] in command.commands, f"{page}: jiamei {line}"
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}

    assert {word.split("=")[0] for word in words if word.startswith("--")} <= known | {"--help"}


def test_pages_do_name_commands() -> None:
    assert len(typed()) > 10
