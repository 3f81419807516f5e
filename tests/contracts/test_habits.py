"""Habits of the house that no linter knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.contracts.house import ROOT

LINES_MAX = {"points": 300, "volunteers": 300, "web": 300, "tests": 600}
"""A folder is hiding in a module longer than this."""

CHANCE_AND_CLOCK = re.compile(
    r"\b(?:datetime\.now|date\.today|time\.time|uuid[14]|os\.urandom|random\.\w+|secrets\.\w+)\("
)
MAY_ASK = {
    ("points/clock.py", "datetime.now("),  # the real clock, for the one who wires the house
    ("points/store/mapper.py", "os.urandom("),  # the salt, unless another source is passed in
    ("points/ledger/base.py", "random.random("),  # how long to wait after a race
    ("points/audit/standalone/verify.py", "time.time("),  # no part of the ledger: a stranger's
    ("points/audit/standalone/verify.py", "random.random("),  # its sample of signatures
}
ONE_FILE = "points/audit/standalone/verify.py"  # has a limit of its own: tests/points/audit


def sources(*tops: str) -> Iterator[tuple[str, str]]:
    for top in tops:
        for module in sorted((ROOT / top).rglob("*.py")):
            yield module.relative_to(ROOT).as_posix(), module.read_text("utf-8")


def test_the_ledger_is_told_the_time_and_given_its_ids() -> None:
    """What a command decides can be decided again, to the letter."""
    asked = {
        (name, found)
        for name, code in sources("points")
        for found in CHANCE_AND_CLOCK.findall(code)
    }
    assert asked == MAY_ASK


def test_no_drawer_for_everything() -> None:
    drawers = re.compile(r"(utils?|helpers?|common|misc|managers?|base_?utils)")
    named = [name for name, _ in sources("points", "volunteers", "web", "tests")]

    assert [name for name in named if drawers.fullmatch(Path(name).stem)] == []


def test_a_module_can_be_read_in_one_go() -> None:
    long = [
        name
        for top, most in LINES_MAX.items()
        for name, code in sources(top)
        if len(code.splitlines()) > most and name != ONE_FILE
    ]
    assert long == []


def test_nothing_of_ours_is_mocked_and_no_test_sleeps() -> None:
    """A fake has behaviour; waiting is for something, not for some time.

    The one exception polls a server that is starting.
    """
    words = re.compile(r"unittest\.mock|\bMagicMock\b|\bmocker\b|\btime\.sleep\(|import sleep\b")
    found = [
        f"{name}: {word}"
        for name, code in sources("tests")
        if name not in {"tests/support/postgres.py", "tests/contracts/test_habits.py"}
        for word in words.findall(code)
    ]
    assert found == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    words = re.compile(r"pytest\.(?:mark\.skip|mark\.xfail|importorskip|xfail)")
    found = [
        name
        for name, code in sources("tests")
        if words.search(code) and name != "tests/contracts/test_habits.py"
    ]
    assert found == []


def test_a_lint_exception_says_which_rule() -> None:
    blank = re.compile(r"# (?:noqa|type: ignore|nosec)(?![:\[ ]\s?\[?[A-Za-z0-9])")
    found = [name for name, code in sources("points", "volunteers", "web") if blank.search(code)]
    assert found == []
