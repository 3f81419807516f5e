"""What several registers read alike: household numbers, heads of households, phones, sizes."""

from __future__ import annotations

import re

from volunteers.names import plain_name
from volunteers.numbers import is_local, plain_number, village_and_local
from web.registers.cells import CellError, text_of, whole_number
from web.registers.layout import Row

SIZE_MAX = 50
GROUP_MAX = 20
_PERSONAL = re.compile(r"1\d{10}|\d{15}|\d{17}[\dX]")  # a mobile's number, an identity card's
_DIGITS = re.compile(r"\d{5}")
_NAME = re.compile(r"[^\W\d_]+(·[^\W\d_]+)*")
_MOBILE = re.compile(r"1\d{10}")
_LANDLINE = re.compile(r"(0\d{2,3}-?)?\d{7,8}")


def no_formula(row: Row, titles: dict[str, str]) -> None:
    """Raises `CellError("formula")` for the first computing cell of the row."""
    for key in row.formulas:
        raise CellError("formula", column=titles[key])


def household_no(row: Row) -> str:
    """The number as written, in its plain form, local or external."""
    number = plain_number(row.text("number"))
    if not number:
        raise CellError("household-no-missing")
    if not is_local(number) and not village_and_local(number):
        raise CellError("household-no-invalid", value=row.text("number"))
    if _PERSONAL.fullmatch(local_no(number)):
        raise CellError("household-no-personal")
    return number


def local_no(number: str) -> str:
    parts = village_and_local(number)
    return parts[1] if parts else number


def group(row: Row) -> str:
    """The villagers' group, which the history keeps for ever: no place for anything else."""
    found = row.text("group")
    if len(found) > GROUP_MAX or _DIGITS.search(found):
        raise CellError("group-invalid")
    return found


def head(row: Row) -> str:
    name = plain_name(row.text("head"))
    if not name:
        raise CellError("head-name-missing")
    if not _NAME.fullmatch(name) or len(name) > 30:
        raise CellError("head-name-invalid", value=name[:30])
    return name


def size(row: Row) -> int | None:
    """People in the household; None where the cell is blank."""
    if not row.text("size"):
        return None
    found = whole_number(row.cell("size"), "size-not-a-number")
    if not 1 <= found <= SIZE_MAX:
        raise CellError("size-out-of-range", value=found)
    return found


def phone(row: Row) -> str:
    """A mobile or landline number as digits, or empty where the cell is blank."""
    written = text_of(row.cell("phone")).replace(" ", "")
    digits = written.replace("-", "").removeprefix("+86")
    if digits and not _MOBILE.fullmatch(digits) and not _LANDLINE.fullmatch(written):
        raise CellError("phone-invalid", value=written[:30])
    return digits
