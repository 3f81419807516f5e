"""Reading a whole history, in order or stream by stream, in bounded memory.

Rows are read as they lie there: a row that was tampered with is handed out too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection, Row, Select, select, tuple_, type_coerce
from sqlalchemy.types import NullType

from points.store.recorded import Notified, Stamp
from points.store.tables import events, snapshots

BATCH = 2_000
"""Rows that are held at once."""

COLUMNS = (
    events.c.id,
    type_coerce(events.c.originator_id, NullType()),  # as the driver has it: see `_id`
    events.c.originator_version,
    events.c.topic,
    events.c.state,
    *(events.c[name] for name in Stamp._fields),
)
"""A whole event: its place, its payload, its envelope."""

_AT = Stamp._fields.index("at")


def in_order(sql: Connection, after: int = 0, batch: int = BATCH) -> Iterator[list[Notified]]:
    """The history in the county's order, in batches; ids above `after`."""
    wanted = select(*COLUMNS).order_by(events.c.id).limit(batch)
    while found := notified(sql, wanted.where(events.c.id > after)):
        yield found
        after = found[-1].id


def by_stream(sql: Connection, batch: int = BATCH) -> Iterator[list[Notified]]:
    """The history stream by stream, each whole and by version."""
    rows = (event for some in _by_version(sql, batch) for event in some)
    for _, stream in groupby(rows, key=lambda event: event.originator_id):
        yield list(stream)


def streams(
    sql: Connection, ids: Sequence[UUID], *, lte: int | None = None
) -> dict[UUID, list[Notified]]:
    """Some streams by version, each whole or up to version `lte`."""
    wanted = select(*COLUMNS).where(events.c.originator_id.in_(ids))
    if lte is not None:
        wanted = wanted.where(events.c.originator_version <= lte)
    found: dict[UUID, list[Notified]] = {}
    for event in notified(sql, wanted.order_by(events.c.originator_version)):
        found.setdefault(event.originator_id, []).append(event)  # type: ignore[arg-type]  # ids here are UUIDs
    return found


def snapshots_of(sql: Connection, ids: Iterable[UUID]) -> dict[UUID, list[StoredEvent]]:
    """The snapshots of some streams, by version."""
    wanted = (
        select(snapshots)
        .where(snapshots.c.originator_id.in_(list(ids)))
        .order_by(snapshots.c.originator_version)
    )
    found: dict[UUID, list[StoredEvent]] = {}
    for row in sql.execute(wanted):
        found.setdefault(row.originator_id, []).append(StoredEvent(*row))
    return found


def _by_version(sql: Connection, batch: int) -> Iterator[list[Notified]]:
    key = tuple_(events.c.originator_id, events.c.originator_version)
    wanted = select(*COLUMNS).order_by(*key.clauses).limit(batch)
    page = wanted
    while found := notified(sql, page):
        yield found
        page = wanted.where(key > (found[-1].originator_id, found[-1].originator_version))


def notified(sql: Connection, wanted: Select[Any], **values: Any) -> list[Notified]:
    """What a query of `COLUMNS` finds, with these values for its parameters."""
    return [_read(row) for row in sql.execute(wanted, values)]


def _read(row: Row[*tuple[Any, ...]]) -> Notified:
    """Made without the field-by-field way of a frozen class: half of a check's time is reading."""
    id_, stream, version, topic, state, *envelope = row
    made = object.__new__(Notified)
    vars(made).update(
        id=id_,
        originator_id=_id(stream) if type(stream) is str else stream,
        originator_version=version,
        topic=topic,
        state=state,
        stamp=None if envelope[_AT] is None else Stamp._make(envelope),
    )
    return made


@lru_cache(maxsize=10_000)
def _id(text: str) -> UUID:
    """SQLite keeps text. A stream's id comes again and again."""
    return UUID(text)
