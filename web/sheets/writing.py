"""A list as CSV that spreadsheets open as it is: a mark for Chinese, no cell that computes."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

MARK = "\ufeff"
"""At the beginning of a file: this is UTF-8."""

Row = Mapping[str, Any]
Cell = str | int | None


@dataclass(frozen=True)
class Column:
    """`adds`: a sum of it means something, and is told."""

    title: str
    of: Callable[[Row], Cell]
    adds: bool = False


@dataclass(frozen=True)
class Sheet:
    """`name`: of its file, without an ending; `rows` are read once."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]


@dataclass(frozen=True)
class Told:
    """What was written: how many `rows`, and the sums of columns by their title."""

    name: str
    rows: int
    totals: dict[str, int]


def write(sheet: Sheet, out: TextIO) -> Told:
    """`out` is open for text in UTF-8 without change of line ends."""
    totals = {column.title: 0 for column in sheet.columns if column.adds}
    rows = 0
    out.write(MARK)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.title for column in sheet.columns])
    for row in sheet.rows:
        rows += 1
        cells = [column.of(row) for column in sheet.columns]
        writer.writerow(map(safe, cells))
        for column, cell in zip(sheet.columns, cells, strict=True):
            if column.adds and isinstance(cell, int):
                totals[column.title] += cell
    return Told(sheet.name, rows, totals)


def safe(cell: object) -> object:
    """A text that a spreadsheet would compute, in any width of sign, shows its first sign only
    after an apostrophe. Numbers stay numbers."""
    if not isinstance(cell, str) or not cell:
        return cell
    first = unicodedata.normalize("NFKC", cell).lstrip()[:1]
    return f"'{cell}" if first in {"=", "+", "-", "@"} or cell[0] in "\t\r\n" else cell


def plain(titles: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO) -> None:
    """The same for rows that are there already, cell by cell."""
    out.write(MARK)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([safe(cell) for cell in row] for row in rows)
