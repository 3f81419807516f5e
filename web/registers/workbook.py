"""Opening a workbook or a CSV file into sheets of cells, rows counted as Excel counts them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from points.refusals import Refusal
from web.registers.cells import Cell, Formula
from web.registers.extent import cells
from web.registers.formulas import formula_cells
from web.registers.trial import survived

BYTES_MAX = 20 * 1024 * 1024
UNPACKED_BYTES_MAX = 200 * 1024 * 1024  # a workbook is a zip file, and zip files can be bombs
ROWS_MAX = 100_000
CELLS_MAX = 5_000_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class FileUnreadable(Refusal):
    """Neither an Excel workbook nor a CSV file in UTF-8 or GB 18030, or one with a password."""

    code = "file-unreadable"


class FileTooLarge(Refusal):
    code = "file-too-large"


Block = tuple[tuple[int, int], tuple[int, int]]
"""Merged cells: first and last (row, column), from 0."""


@dataclass(frozen=True)
class Sheet:
    """`rows[0]` is row 1 of Excel; rows may differ in length."""

    name: str
    rows: Sequence[Sequence[Cell | Formula]]
    merged: Sequence[Block] = field(default=())


def read_sheets(content: bytes) -> list[Sheet]:
    """The visible sheets of a file, by what it is and not by its name.

    Raises `FileUnreadable`, `FileTooLarge`.
    """
    if len(content) > BYTES_MAX:
        raise FileTooLarge(megabytes_max=BYTES_MAX // 1024 // 1024)
    if content.startswith((_ZIP, _OLE)):
        sheets = _workbook(content)
    else:
        sheets = [Sheet("", _csv_rows(content))]
    if any(len(sheet.rows) > ROWS_MAX for sheet in sheets):
        raise FileTooLarge(rows_max=ROWS_MAX)
    return sheets


def _workbook(content: bytes) -> list[Sheet]:
    try:
        if content.startswith(_ZIP):
            _check_unpacked(content)
            _check_extent(content)
        elif not survived(content):
            raise FileTooLarge(cells_max=CELLS_MAX)
        computed = formula_cells(content) if content.startswith(_ZIP) else {}
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [
                _sheet(book, meta.name, computed.get(meta.name, frozenset()))
                for meta in book.sheets_metadata
                if meta.visible == SheetVisibleEnum.Visible
            ]
    except PasswordError:
        raise FileUnreadable(password=True) from None
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError):
        raise FileUnreadable from None


def _sheet(book: CalamineWorkbook, name: str, computed: frozenset[tuple[int, int]]) -> Sheet:
    found = book.get_sheet_by_name(name)
    rows: list[list[Cell | Formula]] = [
        list(row) for row in found.to_python(skip_empty_area=False, nrows=ROWS_MAX + 1)
    ]
    for row, column in computed:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = Formula(rows[row][column])  # type: ignore[arg-type]
    return Sheet(name, rows, found.merged_cell_ranges or ())


def _check_unpacked(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES_MAX:
            raise FileTooLarge(megabytes_max=UNPACKED_BYTES_MAX // 1024 // 1024)


def _check_extent(content: bytes) -> None:
    if cells(content) > CELLS_MAX:
        raise FileTooLarge(cells_max=CELLS_MAX)


def _csv_rows(content: bytes) -> list[list[Cell | Formula]]:
    text = _decoded(content)
    between = "\t" if text.count("\t") > text.count(",") else ","
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=between)]
    except csv.Error:
        raise FileUnreadable from None


def _decoded(content: bytes) -> str:
    if b"\0" in content or not content.strip():
        raise FileUnreadable
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable
