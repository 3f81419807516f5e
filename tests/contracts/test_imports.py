"""docs/imports.md names every answer a row may get, and every column that is needed."""

from __future__ import annotations

from tests.contracts.house import quoted, rows
from web.registers import contents, credit_rows, household_rows, score_rows
from web.registers.sentences import SENTENCES

PAGE = "docs/imports.md"


def test_every_code_is_explained_once() -> None:
    codes = [code for cells in rows(PAGE) if len(cells) == 2 for code in quoted(cells[0])]

    assert sorted(codes) == sorted(SENTENCES)


def test_the_needed_columns_are_those_of_the_code() -> None:
    needed = {cells[0].split()[0]: cells[1].split(", ") for cells in rows(PAGE) if len(cells) == 3}
    registers = {
        "households": household_rows.COLUMNS,
        "credits": credit_rows.COLUMNS,
        "goods": contents.GOODS,
        "rules": contents.RULES,
        "scores": score_rows.columns(by_item=False),
    }

    assert needed == {
        name: [column.words[0] for column in columns if column.required]
        for name, columns in registers.items()
    }
