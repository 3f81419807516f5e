"""One cell: five styles of dates, digits of any width, and nothing guessed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.registers.cells import (
    Cell,
    CellError,
    Formula,
    day,
    is_formula,
    text_of,
    whole_number,
)

TODAY = date(2026, 11, 24)
FULL_WIDTH = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")
STYLES = ("{y}.{m}.{d}", "{y}年{m}月{d}日", "{y}/{m}/{d}", "{y}-{m}-{d}", "{y}-{m:02}-{d:02}")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        ("  高\u3000花 ", "高 花"),
        ("Ａ００５", "A005"),
        (20.0, "20"),
        (2.5, "2.5"),
        (13800009143.0, "13800009143"),
        ("三\u200b人", "三人"),
        (True, "TRUE"),
        (date(2026, 3, 9), "2026-03-09"),
        (Formula(5.0), "5"),
    ],
)
def test_text(cell: Cell | Formula, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    "cell",
    [date(2026, 3, 9), datetime(2026, 3, 9, 8, 30)],  # noqa: DTZ001  # as Excel tells it
)
def test_a_date_cell_is_a_day(cell: Cell) -> None:
    assert day(cell, today=TODAY) == date(2026, 3, 9)


@given(st.dates(date(2000, 1, 1), TODAY), st.sampled_from(STYLES), st.booleans())
def test_every_style_of_date_is_read(the_day: date, style: str, wide: bool) -> None:
    written = style.format(y=the_day.year, m=the_day.month, d=the_day.day)

    assert day(written.translate(FULL_WIDTH) if wide else written, today=TODAY) == the_day


@pytest.mark.parametrize("written", ["2026-03-09 00:00:00", "2026-03-09T00:00:00", "2026-3-9 "])
def test_a_date_kept_as_text_with_midnight_is_a_day(written: str) -> None:
    assert day(written, today=TODAY) == date(2026, 3, 9)


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-13-9", "2026-2-30", "3月9日", "26.3.9", "2026.3/9", "2026-3", "20260309"),
        *("1026-3-9", "昨天", "2026-3-9 08:30", 46090.0, 20260309, True, "=TODAY()", "2026-3-9-1"),
    ],
)
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    with pytest.raises(CellError) as refused:
        day(cell, today=TODAY)

    assert refused.value.code == "date-invalid"


def test_tomorrow_is_in_the_future_and_today_is_not() -> None:
    assert day(TODAY, today=TODAY) == TODAY
    with pytest.raises(CellError) as refused:
        day((TODAY + timedelta(days=1)).isoformat(), today=TODAY)

    assert refused.value.code == "date-in-future"


@given(st.integers(-999_999, 999_999), st.booleans())
def test_a_whole_number_is_read_in_any_width(number: int, wide: bool) -> None:
    written = str(number)

    assert whole_number(written.translate(FULL_WIDTH) if wide else written, "no") == number
    assert whole_number(float(number), "no") == number


@pytest.mark.parametrize(
    "cell", ["三人", "5分", "2.5", 2.5, "", None, True, "1,000", "1e3", "=1+4"]
)
def test_what_is_no_whole_number_is_refused(cell: Cell) -> None:
    with pytest.raises(CellError) as refused:
        whole_number(cell, "size-not-a-number")

    assert refused.value.code == "size-not-a-number"


@pytest.mark.parametrize(
    ("cell", "computes"),
    [
        ("=1+4", True),
        ("＝1+4", True),
        (" =A1", True),
        (Formula(5), True),
        ("1+4", False),
        (5, False),
    ],
)
def test_a_formula_is_known_even_as_text(cell: Cell | Formula, computes: bool) -> None:
    assert is_formula(cell) is computes


@given(st.text())
def test_text_is_settled(text: str) -> None:
    assert text_of(text_of(text)) == text_of(text)


@given(st.text())
def test_any_text_is_a_value_or_refused(text: str) -> None:
    with suppress(CellError):
        whole_number(text, "points-not-a-number")
    with suppress(CellError):
        assert day(text, today=TODAY) <= TODAY
