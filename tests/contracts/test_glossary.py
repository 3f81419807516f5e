"""One name per thing: docs/glossary.md and the code say the same words."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.contracts.house import ROOT, quoted, rows, texts

PAGE = "docs/glossary.md"
IN_USE = [cells for cells in rows(PAGE) if len(cells) == 4]
RESERVED = [cells for cells in rows(PAGE) if len(cells) == 3]
WORDS = {
    word
    for package in ("points", "volunteers", "web")
    for module in (ROOT / package).rglob("*.py")
    for word in re.findall(r"\w+", module.read_text("utf-8"))
}


@pytest.mark.parametrize("cells", IN_USE, ids=lambda cells: cells[1])
def test_the_name_is_in_the_code(cells: list[str]) -> None:
    names = quoted(cells[2])

    assert names
    assert set(names) <= WORDS
    assert cells[3], "say what it is"


def test_no_word_stands_for_two_things_and_no_thing_has_two_words() -> None:
    everything = IN_USE + RESERVED
    for column in (0, 1, 2):
        twice = [
            word for word, n in Counter(cells[column] for cells in everything).items() if n > 1
        ]
        assert twice == []


def test_a_reserved_name_that_was_built_moves_up() -> None:
    built = [cells[2] for cells in RESERVED if re.fullmatch("[A-Z].*", quoted(cells[2])[0])]
    classes = {
        name
        for package in ("points", "volunteers", "web")
        for module in (ROOT / package).rglob("*.py")
        for name in re.findall(r"^\s*class (\w+)", module.read_text("utf-8"), re.MULTILINE)
    }
    assert [name for name in built if quoted(name)[0] in classes] == []


def test_a_ruling_that_the_code_cites_can_be_read() -> None:
    numbers = {int(cells[0]) for cells in rows("docs/rulings.md")}
    cited = {
        int(number)
        for name, text in texts()
        if name.endswith((".py", ".md", ".html", ".js", ".css"))
        for citation in re.findall(r"rulings (\d+(?:(?:,| and| to) \d+)*)", text)
        for number in re.findall(r"\d+", citation)
    }
    assert cited
    assert cited <= numbers
