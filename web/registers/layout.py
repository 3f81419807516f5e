"""Where the data of a sheet is: the header found by its words, columns in any order.

Title, header, total, note and blank rows count nowhere (rulings 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from points.refusals import Refusal
from web.registers.cells import Cell, Formula, is_formula, text_of
from web.registers.workbook import Sheet

_TOTAL = re.compile(r"(本[页月季年]|全[村组乡镇县年])?(合计|总计|小计|共计|累计)")
_NOTE = re.compile(r"(注|备注|附注|说明)([:\d一二三四五.、]|$)|[㐀-鿿]{2,8}:")
_AFTERWORD = re.compile(r"\([^()]*\)$")


class HeaderNotFound(Refusal):
    """No row of the file has the column titles that this register needs; the facts name them."""

    code = "header-not-found"


@dataclass(frozen=True)
class Column:
    """One thing that a register tells, and the words that people write above it. A `shared` one
    holds for every row that its merged cell covers."""

    key: str
    words: tuple[str, ...]
    required: bool = False
    shared: bool = False


@dataclass(frozen=True)
class Row:
    """One row of data; `number` is Excel's."""

    number: int
    cells: dict[str, Cell | Formula] = field(default_factory=dict)
    sheet: str | None = None

    def text(self, key: str) -> str:
        return text_of(self.cells.get(key))

    def cell(self, key: str) -> Cell:
        cell = self.cells.get(key)
        return cell.shown if isinstance(cell, Formula) else cell

    @property
    def formulas(self) -> list[str]:
        return [key for key, cell in self.cells.items() if is_formula(cell)]


def data_rows(sheets: Sequence[Sheet], columns: Sequence[Column]) -> list[Row]:
    """The rows of data of every sheet that has the header; raises `HeaderNotFound`."""
    placed = [(sheet, *found) for sheet in sheets if (found := _header(sheet, columns))]
    if not placed:
        needed = [column.words[0] for column in columns if column.required]
        raise HeaderNotFound(columns="、".join(needed))
    several = len(placed) > 1
    return [
        row
        for sheet, at, places in placed
        for row in _rows(sheet, at, places, columns, sheet.name if several else None)
    ]


def _header(sheet: Sheet, columns: Sequence[Column]) -> tuple[int, dict[str, int]] | None:
    for at, cells in enumerate(sheet.rows):
        places = _places(cells, columns)
        if all(column.key in places for column in columns if column.required):
            return at, places
    return None


def _places(cells: Sequence[Cell | Formula], columns: Sequence[Column]) -> dict[str, int]:
    titles = [_title(cell) for cell in cells]
    short = [_AFTERWORD.sub("", title) for title in titles]
    places: dict[str, int] = {}
    for column in columns:
        for word in column.words:
            for written in (titles, short):
                if word in written and column.key not in places:
                    places[column.key] = written.index(word)
    return places


def _title(cell: Cell | Formula) -> str:
    return text_of(cell).replace(" ", "")


def _rows(
    sheet: Sheet,
    header: int,
    places: dict[str, int],
    columns: Sequence[Column],
    name: str | None,
) -> Iterator[Row]:
    covered = _covered(sheet, {places[c.key] for c in columns if c.shared and c.key in places})
    headings = {a for (a, left), (_, right) in sheet.merged if right - left >= len(places) // 2}
    for at in range(header + 1, len(sheet.rows)):
        cells = sheet.rows[at]
        told = {key: cells[place] for key, place in places.items() if place < len(cells)}
        if _says_nothing(cells, told) or at in headings or _places(cells, columns) == places:
            continue
        for key, place in places.items():
            if (at, place) in covered:
                told[key] = sheet.rows[covered[at, place]][place]
        yield Row(at + 1, told, name)


def _says_nothing(cells: Sequence[Cell | Formula], told: dict[str, Cell | Formula]) -> bool:
    if all(isinstance(cell, Formula) or not text_of(cell) for cell in told.values()):
        return True
    firsts = [_first(cells), _first(list(told.values()))]
    return any(_TOTAL.match(first) or _NOTE.match(first) for first in firsts)


def _first(cells: Sequence[Cell | Formula]) -> str:
    return next((title for cell in cells if (title := _title(cell))), "")


def _covered(sheet: Sheet, shared: set[int]) -> dict[tuple[int, int], int]:
    """For cells under the first of a merged block of one shared column, the row that holds it.

    Each row is looked at once, however many blocks claim it and however far below they reach.
    """
    covered: dict[tuple[int, int], int] = {}
    reached: dict[int, int] = {}
    for (top, left), (bottom, right) in sorted(sheet.merged):
        if left == right and left in shared:
            last = min(bottom, len(sheet.rows) - 1)
            first = max(top, reached.get(left, top)) + 1
            covered |= {(at, left): top for at in range(first, last + 1)}
            reached[left] = max(last, first - 1)
    return covered
