"""The history stream by stream: each folds without a gap, and nothing contradicts it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection

from points.account import PointsAccount
from points.checks import accounts, duties, evaluated, frozen, procedures, sat
from points.checks.books import Books
from points.checks.findings import Finding
from points.checks.looks import at_event
from points.checks.reads import Read, Reader
from points.checks.rows import same_rows
from points.checks.snapshots import same_snapshot, snapshots_of_nothing
from points.checks.totals import Totals, identity, of_account
from points.store.reading import by_stream, snapshots_of
from points.store.recorded import Notified

Look = Callable[[Any, Read, Books], Iterator[Finding]]

LOOKS: tuple[Look, ...] = (
    accounts.look,
    accounts.look_at_cards,
    frozen.look,
    duties.look,
    procedures.look,
    procedures.look_at_shelves,
    procedures.look_at_receipts,
    evaluated.look_at_rounds,
    evaluated.look_at_honours,
    sat.look_at_bodies,
)
"""What looks at each event beside the aggregate before it."""

STREAMS = 50
"""Streams that are held at once."""


def check_streams(
    sql: Connection, reader: Reader, books: Books, counted: Totals
) -> Iterator[Finding]:
    """Fold every stream from its events alone, looking at each step; adds up `counted`."""
    for some in _portions(by_stream(sql), STREAMS):
        read = [[reader.read(each) for each in stream] for stream in some]
        taken = snapshots_of(sql, [reads[0].stream for reads in read])
        folded = []
        for reads in read:
            aggregate = yield from _fold(reads, books, taken.get(reads[0].stream, []))
            if aggregate is not None:
                folded.append(aggregate)
            if isinstance(aggregate, PointsAccount):
                mine = of_account(aggregate, reads)
                yield from identity(_name(aggregate), mine)
                counted.add(mine)
        yield from same_rows(sql, folded)
    yield from snapshots_of_nothing(sql)


def _fold(
    reads: Sequence[Read], books: Books, taken: Sequence[StoredEvent]
) -> Generator[Finding, None, Any]:
    """The aggregate, or None where the events do not come to one."""
    aggregate: Any = None
    by_version = {each.originator_version: each for each in taken}
    for expected, read in enumerate(reads, start=1):
        if read.version != expected:
            yield Finding("versions", read.place, f"version {expected} is missing before it")
            return None
        if read.problem is not None:
            yield Finding("readable", read.place, read.problem)
            return None
        try:
            kind: type = type(read.event)
            before: type = type(aggregate)
            for look in at_event(LOOKS, kind, before):
                yield from look(aggregate, read, books)
            aggregate = read.event.mutate(aggregate)
        except Exception as error:  # noqa: BLE001  what was tampered with may raise anything
            detail = f"does not follow from what was before: {type(error).__name__} {error}"
            yield Finding("folds", read.place, detail)
            return None
        if expected in by_version:
            yield from same_snapshot(aggregate, by_version[expected], _name(aggregate))
    return aggregate


def _name(aggregate: Any) -> str:
    kind = type(aggregate).TOPIC if hasattr(type(aggregate), "TOPIC") else type(aggregate).__name__
    told = ("household", "receipt_no", "shop", "sku", "code", "day")
    facts = [str(getattr(aggregate, name)) for name in told if hasattr(aggregate, name)]
    return " ".join([kind, *facts[:3]]) if facts else f"{kind} {aggregate.id}"


def _portions(streams: Iterable[list[Notified]], size: int) -> Iterator[list[list[Notified]]]:
    waiting = iter(streams)
    while some := list(islice(waiting, size)):
        yield some
