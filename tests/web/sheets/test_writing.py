"""What a spreadsheet makes of a file of ours: Chinese, and nothing that computes."""

from __future__ import annotations

import csv
import io

import pytest

from web.registers.cells import is_formula
from web.sheets.writing import Column, Sheet, Told, plain, safe, write

COMPUTES = [
    "=1+4",
    "+86",
    "-3",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "\rx",
    "\n=cmd|' /C calc'!A0",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
    "\u00a0=1",
]


@pytest.mark.parametrize("text", COMPUTES)
def test_what_would_compute_is_only_shown(text: str) -> None:
    shown = safe(text)

    assert shown == f"'{text}"
    assert not is_formula(str(shown))


@pytest.mark.parametrize("cell", ["", "清洁户", "999901100201-A001", "a=1", -3, 0, None, "1-2"])
def test_everything_else_stays_as_it_is(cell: object) -> None:
    assert safe(cell) is cell


def test_a_file_begins_with_its_mark_and_its_heads_and_says_its_sums() -> None:
    columns = (
        Column("事项", lambda row: row["item"]),
        Column("分", lambda row: row["points"], adds=True),
    )
    rows = [{"item": "=1", "points": 5}, {"item": '好"婆婆，\n好媳妇', "points": -2}]
    out = io.StringIO(newline="")

    told = write(Sheet("some", columns, rows), out)

    assert told == Told("some", 2, {"分": 3})
    assert out.getvalue().encode().startswith(b"\xef\xbb\xbf\xe4\xba\x8b")
    read = list(csv.reader(io.StringIO(out.getvalue().removeprefix("\ufeff"), newline="")))
    assert read == [["事项", "分"], ["'=1", "5"], ['好"婆婆，\n好媳妇', "-2"]]


def test_rows_that_are_there_already_are_written_alike() -> None:
    out = io.StringIO(newline="")
    plain(("a", "b"), [("@x", None)], out)

    assert out.getvalue() == "\ufeffa,b\n'@x,\n"
