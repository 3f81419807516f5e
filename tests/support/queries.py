"""How many statements a page asks the databases: each page has its budget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from sqlalchemy import event

from web.wiring import House


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    """The statements that this thread runs inside the block, transactions' ends left out.

    The access log writes in a thread of its own, a moment later.
    """
    heard: list[str] = []
    mine = get_ident()
    engines = {house.county.engine, house.shared.engine}

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        if get_ident() == mine and statement.split(None, 1)[0].upper() not in (
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "PRAGMA",
        ):
            heard.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", hear)
