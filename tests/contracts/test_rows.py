"""Every row of the list of features that is finished names the tests that prove it.

A test says so with `@pytest.mark.row("K2", "P3")`, a module with `pytestmark`. The tests are read,
not run, so that those of the night count too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.contracts.house import ROOT

FINISHED = """A1 A2 A3 A4 A5 B1 B2 B3 B4 B5 B6 I4 J1 J2 J3 J4 J5 J6 J7 J8 K1 K2 K3 O2 O3 O4
P1 P2 P3 P4 P6 Q2 Q3 Q4 Q5 Q6"""

AREAS = "A5 B6 C9 D4 E4 F6 G3 H4 I4 J8 K3 L4 M3 N4 O4 P6 Q7"
"""The list of features: each area and how many rows it has."""

ROWS = {f"{area[0]}{number}" for area in AREAS.split() for number in range(1, int(area[1:]) + 1)}

Test = ast.FunctionDef | ast.AsyncFunctionDef


def marked(code: str) -> Iterator[tuple[str, str]]:
    """Each test of a module with each row that it is said to prove."""
    body = ast.parse(code).body
    common = [
        row
        for node in body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for row in rows_in(node.value)
    ]
    for node in body:
        if isinstance(node, Test) and node.name.startswith("test_"):
            own = [row for decorator in node.decorator_list for row in rows_in(decorator)]
            for row in (*common, *own):
                yield node.name, row


def rows_in(node: ast.expr) -> Iterator[str]:
    """The rows of `pytest.mark.row("…")`, also where it stands in a list of marks."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.row":
            yield from (ast.literal_eval(each) for each in call.args)


def proofs() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT).as_posix()
        for test, row in marked(path.read_text("utf-8")):
            found.setdefault(row, []).append(f"{name}::{test}")
    return found


def test_every_finished_row_has_its_test() -> None:
    assert set(FINISHED.split()) - proofs().keys() == set()


def test_every_row_that_is_named_is_on_the_list() -> None:
    assert proofs().keys() - ROWS == set()


MODULE = """
pytestmark = [pytest.mark.nightly, pytest.mark.row("P3")]

@pytest.mark.row("J1", "K2")
@pytest.mark.parametrize("n", [1, 2])
def test_one(n): ...

def test_two(): ...

@pytest.mark.row("J3")
def told(): ...
"""


def test_a_mark_is_found_where_it_stands() -> None:
    assert list(marked(MODULE)) == [
        *(("test_one", row) for row in ("P3", "J1", "K2")),
        ("test_two", "P3"),
    ]
