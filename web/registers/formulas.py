"""Which cells of an .xlsx file compute: the reader of values shows only their last result."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from html import unescape

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f[\s/>]')


def formula_cells(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """For each sheet by name, the (row, column) of its formulas, from 0."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = set(packed.namelist())
        if "xl/workbook.xml" not in parts:
            return {}  # another kind of workbook in a zip file
        relations = packed.read("xl/_rels/workbook.xml.rels")
        targets = {
            _attribute(tag, "Id"): posixpath.normpath(
                posixpath.join("/xl", _attribute(tag, "Target"))
            ).lstrip("/")
            for tag in _RELATION.findall(relations)
        }
        sheets = {
            _attribute(tag, "name"): targets.get(_attribute(tag, r"\w+:id"), "")
            for tag in _SHEET.findall(packed.read("xl/workbook.xml"))
        }
        return {name: _found(packed.read(at)) for name, at in sheets.items() if at in parts}


def _found(xml: bytes) -> frozenset[tuple[int, int]]:
    return frozenset(
        (int(row) - 1, _column(letters.decode())) for letters, row in _FORMULA.findall(xml)
    )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"'.encode(), tag)
    return unescape(found[1].decode()) if found else ""
