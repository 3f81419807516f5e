"""A workbook of Excel 97 (.xls), small and made by hand: nothing on PyPI writes one any more.

A BIFF8 stream of labels and numbers inside a compound file of 512-byte sectors.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NUMBER, _LABEL, _BOF, _SHEET, _EOF = 0x0203, 0x0204, 0x0809, 0x0085, 0x000A


def xls(
    name: str,
    rows: Sequence[Sequence[str | float]],
    also: Sequence[tuple[int, int, str | float]] = (),
) -> bytes:
    """One sheet; empty text leaves the cell out. `also`: (row, column, value) somewhere else."""
    cells = b"".join(
        _cell(at, column, value)
        for at, row in enumerate(rows)
        for column, value in enumerate(row)
        if value != ""
    )
    cells += b"".join(_cell(*each) for each in also)
    sheet = _begin(0x0010) + cells + _record(_EOF)
    title = struct.pack("<BBB", 0, len(name), 1) + name.encode("utf-16-le")
    head_bytes = len(_begin(5)) + 4 + 5 + len(title) + len(_record(_EOF))
    bound = _record(_SHEET, struct.pack("<IB", head_bytes, 0) + title)
    return _compound(_begin(0x0005) + bound + _record(_EOF) + sheet)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _begin(kind: int) -> bytes:
    return _record(_BOF, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _cell(row: int, column: int, value: str | float) -> bytes:
    at = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
        return _record(_LABEL, at + text)
    return _record(_NUMBER, at + struct.pack("<d", value))


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(4096, b"\0")  # a shorter one would go to the mini stream
    stream += b"\0" * (-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    chain = [_FAT, _END, *range(3, count + 2), _END]
    assert len(chain) <= _SECTOR // 4
    chain += [_FREE] * (_SECTOR // 4 - len(chain))
    return b"".join(
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16),
            struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6),
            struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0),
            struct.pack("<109I", 0, *[_FREE] * 108),
            struct.pack(f"<{len(chain)}I", *chain),
            _entry("Root Entry", 5, child=1, start=_END, size=0),
            _entry("Workbook", 2, child=_FREE, start=2, size=len(stream)),
            _entry("", 0, child=_FREE, start=0, size=0) * 2,
            stream,
        )
    )


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    title = name.encode("utf-16-le")
    size_of_name = len(title) + 2 if name else 0
    head = title.ljust(64, b"\0") + struct.pack("<HBB", size_of_name, kind, 1)
    return head + struct.pack("<III36xIQ", _FREE, _FREE, child, start, size)
