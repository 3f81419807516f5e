"""Every refusal has a code of its own and a sentence that a villager understands."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from points.refusals import Refusal
from tests.contracts.house import ROOT, modules, subclasses
from web.words.sentences import SENTENCES

for package in ("points", "volunteers", "web"):
    list(modules(package))
REFUSALS = sorted(
    (
        refusal
        for refusal in subclasses(Refusal)
        if refusal.__module__.startswith(("points.", "volunteers.", "web."))
    ),
    key=lambda refusal: refusal.__qualname__,
)


def raised() -> Iterator[tuple[str, set[str]]]:
    """Class name and names of facts, for every place where the code makes a refusal."""
    names = {refusal.__name__ for refusal in REFUSALS}
    for top in ("points", "volunteers", "web"):
        for module in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    facts = {keyword.arg for keyword in node.keywords}
                    if node.func.id in names and None not in facts:
                        yield node.func.id, {fact for fact in facts if fact}


RAISED = list(raised())


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_it_has_a_sentence_of_the_facts_that_it_brings(refusal: type[Refusal]) -> None:
    sentence = SENTENCES[refusal.code]
    used = set(re.findall(r"\{(\w+)", sentence))

    for name, facts in RAISED:
        if name == refusal.__name__:
            assert used <= facts, f"{name} is made without {used - facts}"


def test_a_code_belongs_to_one_refusal() -> None:
    """The code is the contract with programs; `invalid` says the same wherever it stands."""
    shared = {code for code, n in Counter(one.code for one in REFUSALS).items() if n > 1}

    assert shared <= {"invalid"}


FOR_PROGRAMS = {"idempotency-key-missing", "key-reused"}
"""Said to who writes the program at the other end: the header's name is her word."""


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_plain_chinese(code: str) -> None:
    sentence = re.sub(r"\{[^}]*\}", "", SENTENCES[code])

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    assert re.search(r"[\u4e00-\u9fff]", sentence)
    assert sentence.endswith(("。", "？", "！"))
    assert code in FOR_PROGRAMS or not re.search(r"[A-Za-z]{5,}", sentence), "a word of the program"
    assert not re.search(r"[,;!?]", sentence), "Chinese signs"
