"""Where the data of a sheet is: any order of columns, and what is no data counts nowhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter

from tests.support.xls import xls
from web.registers.cells import Formula
from web.registers.layout import Column, HeaderNotFound, Row, data_rows
from web.registers.workbook import FileTooLarge, FileUnreadable, Sheet, read_sheets

COLUMNS = (
    Column("number", ("户编号", "户号"), required=True),
    Column("head", ("户主姓名",), required=True),
    Column("village", ("村(社区)",), shared=True),
    Column("size", ("家庭人口",)),
)
HEADER = ["序号", "户编号", "户主\n姓名", "村（社区）", "家庭人口（人）"]


def rows_of(*rows: Sequence[Any], merged: Sequence[Any] = ()) -> list[Row]:
    return data_rows([Sheet("一", rows, merged)], COLUMNS)


def numbers(rows: list[Row]) -> list[int]:
    return [row.number for row in rows]


def test_the_header_is_found_by_its_words_and_rows_are_numbered_as_in_excel() -> None:
    found = rows_of(["登记表"], [], HEADER, [1, "A001", "徐斌", "示例01村", 3.0])

    assert numbers(found) == [4]
    assert found[0].text("head") == "徐斌"
    assert found[0].text("size") == "3"


def test_columns_may_stand_in_any_order_and_be_missing() -> None:
    found = rows_of(["户主姓名", "备注", "户 号"], ["徐斌", "低保户", "A001"])

    assert (found[0].text("number"), found[0].text("head")) == ("A001", "徐斌")
    assert found[0].text("village") == ""
    assert "低保户" not in str(found[0])


def test_titles_totals_notes_and_blanks_count_nowhere() -> None:
    found = rows_of(
        ["登记表"],
        HEADER,
        [1, "A001", "徐斌", "示例01村", 3],
        ["", " ", None, "", ""],
        [2, "", "", "", ""],  # numbered in advance, never filled
        ["合计", "", "", "", Formula(0)],
        ["", "", "", "本页小计", 12],
        ["", "", "合 计", "", 12],
        HEADER,  # printed again on the next page
        [3, "A002", "刘兰花", "示例01村", 5],
        ["注：户编号由村妇联统一编排"],
        ["填表人：王桂兰", "", "审核人：李秀英"],
        ["说明", "", ""],
        ["", "", "", "", Formula(8)],
    )

    assert numbers(found) == [3, 10]


def test_a_row_that_lacks_what_it_needs_is_data_all_the_same() -> None:
    found = rows_of(
        HEADER, ["", "", "周梅", "", ""], [62, "A099", "", "", ""], [1, "", "", "", "三"]
    )

    assert numbers(found) == [2, 3, 4]


def test_a_heading_across_the_sheet_counts_nowhere() -> None:
    found = rows_of(HEADER, ["第二村民小组"], [1, "A001", "徐斌", "", 3], merged=[((1, 0), (1, 4))])

    assert numbers(found) == [3]


def test_a_merged_village_holds_for_every_row_it_covers() -> None:
    found = rows_of(
        HEADER,
        [1, "A001", "徐斌", "示例01村", 3],
        [2, "A002", "刘兰花", "", ""],
        [3, "A003", "朱霞", "", ""],
        merged=[((1, 3), (2, 3)), ((1, 4), (2, 4))],
    )

    assert [row.text("village") for row in found] == ["示例01村", "示例01村", ""]
    assert [row.text("size") for row in found] == ["3", "", ""]  # a number is nobody else's


def test_several_sheets_are_read_and_named() -> None:
    one = Sheet("一村", [HEADER, [1, "A001", "徐斌", "", 3]])
    other = Sheet("二村", [["标题"], HEADER, [1, "B001", "周红英", "", 5]])
    empty = Sheet("Sheet3", [])

    found = data_rows([one, other, empty], COLUMNS)
    assert [(row.sheet, row.number) for row in found] == [("一村", 2), ("二村", 3)]


def test_a_sheet_without_the_header_is_refused() -> None:
    with pytest.raises(HeaderNotFound) as refused:
        rows_of(["姓名", "电话"], ["徐斌", "138"])

    assert refused.value.facts == {"columns": "户编号、户主姓名"}


# Files.


def workbook(*sheets: tuple[str, list[list[Any]]], hidden: str = "") -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name == hidden:
                sheet.hide()
    return file.getvalue()


def test_a_real_formula_is_known_as_one() -> None:
    content = workbook(("A & B", [HEADER, [1, "A001", "徐斌", "村", "=1+4"]]))

    (row,) = data_rows(read_sheets(content), COLUMNS)
    assert row.formulas == ["size"]


def test_hidden_sheets_are_not_read() -> None:
    rows = [HEADER, [1, "A001", "徐斌", "村", 3]]
    content = workbook(("看得见", rows), ("藏起来", rows), hidden="藏起来")

    assert [sheet.name for sheet in read_sheets(content)] == ["看得见"]


def test_a_workbook_of_the_old_excel_is_read() -> None:
    content = xls("户籍", [["登记表"], [], HEADER, [1, "Ａ００５", "徐斌", "示例01村", 3.0]])

    (row,) = data_rows(read_sheets(content), COLUMNS)
    assert (row.number, row.text("number"), row.text("size")) == (4, "A005", "3")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("between", [",", "\t"])
def test_csv_is_read_in_the_encodings_that_excel_writes(encoding: str, between: str) -> None:
    lines = (["户编号", "户主姓名"], [], ["A001", '"徐\n斌"'], ["A002", "刘兰花"])
    content = "\r\n".join(between.join(line) for line in lines).encode(encoding)

    found = data_rows(read_sheets(content), COLUMNS)
    assert [(row.number, row.text("head")) for row in found] == [(3, "徐 斌"), (4, "刘兰花")]


@pytest.mark.parametrize(
    "content",
    [b"", b"  \n", b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x00\x01"],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read_sheets(content)


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(("一", [HEADER]))
    monkeypatch.setattr("web.registers.workbook.UNPACKED_BYTES_MAX", 1000)
    with pytest.raises(FileTooLarge):
        read_sheets(content)
    monkeypatch.setattr("web.registers.workbook.BYTES_MAX", 1000)
    with pytest.raises(FileTooLarge):
        read_sheets(content)


def two_corners(row: int, column: int) -> bytes:
    """A workbook of two cells, the second of them there."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "户编号")
        sheet.write(row, column, "x")
    return made.getvalue()


def test_two_cells_far_apart_do_not_end_the_process() -> None:
    """The field between them would be laid out in memory: 17,179,869,184 cells."""
    with pytest.raises(FileTooLarge):
        read_sheets(two_corners(2**20 - 1, 2**14 - 1))

    with pytest.raises(FileTooLarge):
        read_sheets(xls("一", [["户编号"]], also=[(65535, 65535, "x")]))

    assert len(read_sheets(two_corners(999, 25))[0].rows) == 1000
    assert len(read_sheets(xls("一", [["户编号"]], also=[(999, 25, "x")]))[0].rows) == 1000


@pytest.mark.parametrize("odd", [b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
                                 b"<row r='1048576'>" + b"<c><v>1</v></c>" * 16384 + b"</row>",
                                 b"<row><c a='>' r='A1'><v>1</v></c></row><nothing>"])  # fmt: skip
def test_however_it_is_written(odd: bytes) -> None:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(two_corners(1, 1))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"</sheetData>", odd + b"</sheetData>"))

    with pytest.raises((FileTooLarge, FileUnreadable)):
        read_sheets(made.getvalue())


def test_blocks_that_overlap_are_looked_at_once() -> None:
    rows = [["日期", "户编号"], *(["2026-1-1", f"A{n:03}"] for n in range(300))]
    merged = [((top, 0), (2**20 - 1, 0)) for top in range(1, 301)] * 300

    found = data_rows([Sheet("一", rows, merged)], credit_columns())

    assert len(found) == 300


def credit_columns() -> tuple[Column, ...]:
    return (Column("date", ("日期",), required=True, shared=True), Column("number", ("户编号",)))
