"""The six steps of a rule book as a file: what `init` and scripts hand in (四议两公开).

One row a step, in their order. A procedure is recorded whole, so one bad row holds all back.
"""

from __future__ import annotations

from datetime import date

from points.procedure import DELIBERATIONS, STEPS, Step
from web.registers.answers import RefusedRow
from web.registers.cells import CellError, day, whole_number
from web.registers.layout import Column, Row, data_rows
from web.registers.workbook import read_sheets
from web.words.facts import STEPS as STEP_WORDS

COLUMNS = (
    Column("step", ("step", "步骤"), required=True),
    Column("day", ("day", "日期"), required=True),
    Column("number", ("number", "编号", "记录编号"), required=True),
    Column("body", ("body", "会议", "组织")),
    Column("entitled", ("entitled", "应到")),
    Column("present", ("present", "实到")),
    Column("in_favour", ("in_favour", "同意")),
    Column("place", ("place", "公开地点")),
    Column("until", ("until", "公开到")),
    Column("note", ("note", "说明")),
)
PEOPLE = ("entitled", "present", "in_favour")
_BY_WORD = {words: step for step, words in STEP_WORDS.items()}


def read_procedure(content: bytes) -> tuple[list[Step], list[RefusedRow]]:
    """The steps of a file, and the rows that are none.

    Raises `FileUnreadable`, `FileTooLarge`, `HeaderNotFound`.
    """
    steps: list[Step] = []
    refused: list[RefusedRow] = []
    for row in data_rows(read_sheets(content), COLUMNS):
        try:
            steps.append(_step(row))
        except CellError as error:
            refused.append(RefusedRow(row.number, error.code, error.facts, row.sheet))
    return steps, refused


def _step(row: Row) -> Step:
    step = _BY_WORD.get(row.text("step"), row.text("step"))
    if step not in STEPS:
        raise CellError("step-unknown", value=row.text("step"))
    people = {
        name: whole_number(row.cell(name), "people-not-a-number") if row.text(name) else None
        for name in PEOPLE
    }
    if step in DELIBERATIONS and None in people.values():
        raise CellError("people-not-a-number", value="")
    return Step(
        step,
        day(row.cell("day"), today=date.max),
        row.text("number"),
        row.text("body"),
        **people,
        place=row.text("place"),
        until=day(row.cell("until"), today=date.max) if row.text("until") else None,
        note=row.text("note"),
    )
