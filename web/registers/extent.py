"""How far the cells of a workbook reach, told before the whole of it is laid out in memory.

The reader of values makes a field of every sheet, from its first to its last cell: two cells in
opposite corners, a file of one kilobyte, would be seventeen thousand million of them, and the end
of the process. A part that is not what the list of parts says is no workbook either.
"""

from __future__ import annotations

import io
import zipfile
from xml.parsers.expat import ExpatError, ParserCreate

_AT_ONCE = 1 << 16
_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Sheet:
    """What one part says, element by element: the lowest row and the rightmost column so far."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.begun = False
        self._row = self._column = 0
        self._parser = ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._begin

    def feed(self, part: bytes, *, last: bool = False) -> None:
        self.begun = True
        self._parser.Parse(part, last)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "row":
                self._row = _number(attributes.get("r", ""), self._row + 1)
                self._column = 0
            case "c":
                self._at(attributes.get("r", ""))
            case "v" | "is" | "f":  # an empty cell with a border reaches nowhere
                self.rows = max(self.rows, self._row)
                self.columns = max(self.columns, self._column)

    def _at(self, place: str) -> None:
        letters = place.rstrip("0123456789")
        self._column = _column(letters) if letters else self._column + 1
        self._row = _number(place[len(letters) :], max(self._row, 1))


def cells(content: bytes) -> int:
    """How many cells the fields of a workbook have together.

    Raises `ValueError` or `zipfile.BadZipFile` for a file that is no workbook of XML.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if "xl/workbook.xml" not in packed.namelist():
            raise ValueError("another kind of workbook")
        sheets = [_read(packed, part) for part in packed.infolist()]
    return sum(sheet.rows * sheet.columns for sheet in sheets)


def _read(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Sheet:
    """Every part is read to its end, where its length and its sum are compared."""
    sheet, xml = Sheet(), False
    with packed.open(part) as reading:
        try:
            while some := reading.read(_AT_ONCE):
                xml = xml or (not sheet.begun and some.lstrip().startswith(_XML))
                sheet.feed(some if xml else b"")
            sheet.feed(b"", last=xml)
        except ExpatError as error:
            if not part.filename.endswith(".vml"):  # drawings of old are written loosely
                raise ValueError(str(error)) from None
    return sheet


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
