"""The history as the signer reads it: in order, whole, and without a way to write to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import orjson
from sqlalchemy import Connection, make_url, select

from points.signing_key import SigningKey
from points.store.county import County
from points.store.engine import open_engine
from points.store.reading import in_order
from points.store.records import leaf, line
from points.store.tables import log_head


class Moment(Protocol):
    """The history as it is at one moment."""

    @property
    def last_id(self) -> int:
        """The last event id that was given out."""

    def leaves(self, after: int) -> Iterator[tuple[int, bytes]]:
        """Event id and leaf data of each event above `after`, in order."""

    def process_key(self) -> tuple[str, str] | None:
        """Id and public key (base64) of the key that signed the first save."""


class History(Protocol):
    def moment(self) -> AbstractContextManager[Moment]: ...


class CountyHistory:
    """One county's history behind an address that can only read it.

    `url`: on PostgreSQL that of a role with no other right, and its transactions are read-only
    whatever the role may do; a SQLite file is opened read-only whatever the address says.
    Raises `NoRecord` at an event without envelope.
    """

    def __init__(self, url: str, code: str) -> None:
        opened = open_engine(reading_only(url), pool_size=1)
        self._engine = opened.execution_options(postgresql_readonly=True)
        self._county = County(code, self._engine)

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        with self._county.moment() as sql:
            yield _Moment(sql)

    def close(self) -> None:
        self._engine.dispose()


class _Moment:
    def __init__(self, sql: Connection) -> None:
        self._sql = sql
        self.last_id: int = sql.execute(select(log_head.c.last_id)).scalar_one()

    def leaves(self, after: int) -> Iterator[tuple[int, bytes]]:
        for some in in_order(self._sql, after):
            for event in some:
                yield event.id, leaf(line(event))

    def process_key(self) -> tuple[str, str] | None:
        first = next(in_order(self._sql, batch=1), [])
        if not first or first[0].topic != SigningKey.Created.TOPIC:
            return None
        said = orjson.loads(first[0].state)
        return said["key_id"], said["public_key"]


def reading_only(url: str) -> str:
    """The same database; where it is a SQLite file, opened so that nothing can be written."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or (parts.database or "").startswith("file:"):
        return url
    return f"sqlite:///file:{parts.database}?mode=ro&uri=true"
