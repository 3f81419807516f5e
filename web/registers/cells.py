"""One cell of a workbook as text, a whole number or a day. Nothing is guessed.

People type full-width digits, spaces inside names and five styles of dates; those mean one thing
only and are read. What could mean two things is a `CellError`, with the code of the row's answer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None

YEAR_MIN = 2000
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|/(\d{1,2})/(\d{1,2}))")
_CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]")
_MIDNIGHT = re.compile(r"(.+?)[T ]00:00(:00(\.0+)?)?")
_WHOLE = re.compile(r"[+-]?\d{1,9}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


class CellError(Exception):
    """A cell that cannot be read; `code` is the row's answer, `facts` are for its sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Formula:
    """A cell that computes. What it shows may be stale, so it is never read as a value."""

    shown: Cell = None


def text_of(cell: Cell | Formula) -> str:
    """What stands in the cell: half-width, without invisible signs, single spaces, trimmed."""
    match cell:
        case None:
            return ""
        case Formula(shown=shown):
            return text_of(shown)
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return " ".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", str(cell))).split())


def is_formula(cell: Cell | Formula) -> bool:
    """A computing cell, or one that was meant to compute and is kept as text: `=1+4`."""
    return isinstance(cell, Formula) or text_of(cell).startswith("=")


def whole_number(cell: Cell, error: str) -> int:
    """A whole number, written as number or text in any width; raises `CellError(error)`."""
    text = "" if isinstance(cell, bool) else text_of(cell).translate(_DASHES).replace(" ", "")
    if not _WHOLE.fullmatch(text):
        raise CellError(error, value=text_of(cell))
    return int(text)


def day(cell: Cell, *, today: date) -> date:
    """A day, from a date cell or written 2026.3.18, 2026年3月19日, 2026/3/11 or 2026-03-02.

    Raises `CellError`: `date-invalid`, `date-in-future`.
    """
    found = _day(cell)
    if found is None or found.year < YEAR_MIN:
        raise CellError("date-invalid", value=text_of(cell))
    if found > today:
        raise CellError("date-in-future", value=found.isoformat())
    return found


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell).translate(_DASHES)
    midnight = _MIDNIGHT.fullmatch(text)
    text = (midnight[1] if midnight else text).replace(" ", "")
    written = _DAY.fullmatch(text) or _CHINESE_DAY.fullmatch(text)
    if not written:
        return None
    try:
        return date(*(int(part) for part in written.groups() if part is not None))
    except ValueError:
        return None
