"""Decisions are numbered, listed, and say context, decision and consequences."""

from __future__ import annotations

import re

import pytest

from tests.contracts.house import ROOT, rows

FOLDER = ROOT / "docs/decisions"
PAGES = sorted(path.name for path in FOLDER.glob("[0-9]*.md"))


def test_each_number_is_used_once_without_a_gap() -> None:
    assert [int(name[:4]) for name in PAGES] == list(range(1, len(PAGES) + 1))


def test_the_list_names_every_decision_as_its_page_does() -> None:
    listed = {}
    for number_and_page, title in rows("docs/decisions/README.md"):
        match = re.fullmatch(r"\[(\d{4})\]\((.+)\)", number_and_page)
        assert match
        listed[match[2]] = f"# {match[1]} {title}"
    heads = {name: (FOLDER / name).read_text("utf-8").splitlines()[0] for name in PAGES}

    assert listed == heads


@pytest.mark.parametrize("name", PAGES)
def test_it_says_why(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")

    assert re.findall(r"^\*\*(Context|Decision|Consequences)\.\*\*", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
    ]
