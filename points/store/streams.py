"""Reading streams for replay: the newest snapshot of each and what came after it.

Several streams are one question, because a command knows beforehand which it needs, and every
question costs a round trip. Envelopes stay where they are; a replay needs the time alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Uuid,
    bindparam,
    literal_column,
    select,
    text,
    union_all,
)

from points.store.prepared import ask
from points.store.tables import events, snapshots
from points.store.transactions import Transactions, library_errors

_NOTHING: Mapping[UUID, int] = MappingProxyType({})


class Row(NamedTuple):
    """One event or snapshot as it is stored. `at` is None for a snapshot and a bare event."""

    version: int
    topic: str
    state: bytes
    at: str | None


class Stream(NamedTuple):
    """What an aggregate is made of again: perhaps a snapshot, and the events after it."""

    id: UUID
    snapshot: Row | None
    events: list[Row]


class Streams:
    """The streams of one county."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def read(self, ids: Sequence[UUID], known: Mapping[UUID, int] = _NOTHING) -> list[Stream]:
        """The streams of `ids`, in their order; a stream that is not there is empty.

        `known`: the version up to which the caller has a stream's events already.
        """
        found: list[list[Row]] = [[] for _ in ids]
        names = {f"id_{n}": id_ for n, id_ in enumerate(ids)}
        after: dict[str, Any] = {f"after_{n}": known.get(id_, 0) for n, id_ in enumerate(ids)}
        newest: list[Row | None] = [None] * len(ids)
        with library_errors(), self._transactions.read() as connection:
            for n, version, topic, state in _ask(connection, _newest(len(ids)), names):
                if version > after[f"after_{n}"]:
                    newest[n] = Row(version, topic, state, None)
                    after[f"after_{n}"] = version
            for n, *event in _ask(connection, _after(len(ids)), names | after):
                found[n].append(Row._make(event))
        return [Stream(*each) for each in zip(ids, newest, found, strict=True)]


def _ask(connection: Connection, question: CompoundSelect[Any], names: Mapping[str, Any]) -> Any:
    return ask(connection, question, names).all()


@cache
def _newest(count: int) -> CompoundSelect[Any]:
    """The last snapshot of each of `count` streams, with the stream's place in the question."""
    c = snapshots.c
    parts = (
        select(_place(n), c.originator_version, c.topic, c.state)
        .where(c.originator_id == bindparam(f"id_{n}", type_=Uuid))
        .order_by(c.originator_version.desc())
        .limit(literal_column("1"))
        .subquery()
        for n in range(count)
    )
    return union_all(*(select(part) for part in parts))


@cache
def _after(count: int) -> CompoundSelect[Any]:
    """The events of each stream after a version, in order."""
    c = events.c
    parts = (
        select(_place(n), c.originator_version, c.topic, c.state, c.at).where(
            c.originator_id == bindparam(f"id_{n}", type_=Uuid),
            c.originator_version > bindparam(f"after_{n}", type_=BigInteger),
        )
        for n in range(count)
    )
    return union_all(*parts).order_by(text("1, 2"))


def _place(n: int) -> Any:
    return literal_column(str(n)).label("place")
