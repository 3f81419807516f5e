"""What a database says when the disk under it is full or fails: the same words for each of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Literal

Trouble = Literal["disk-full", "disk-failing"]

_SQLITE: dict[int, Trouble] = {
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_IOERR: "disk-failing",
}
_POSTGRESQL: dict[str, Trouble] = {
    "53100": "disk-full",  # disk_full
    "58030": "disk-failing",  # io_error
}


def trouble(error: BaseException) -> Trouble | None:
    """Whether the disk is behind an error of the store, and in which way."""
    for each in _behind(error):
        code = getattr(each, "sqlite_errorcode", None)
        found = _SQLITE.get(code & 0xFF) if isinstance(code, int) else None
        found = found or _POSTGRESQL.get(getattr(each, "sqlstate", None) or "")
        if found:
            return found
    return None


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those that it comes from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__
