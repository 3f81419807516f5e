"""Views made anew from the events, and compared with the live ones (decision 0003).

The events are folded into a scratch database by the folds that every save runs. What differs
is told, and by `rebuild` taken over in one transaction: no reader sees a half-made view, and
writers wait only for the events that came in meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from eventsourcing.domain import Aggregate
from eventsourcing.utils import get_topic
from sqlalchemy import Connection, Table, select, update
from sqlalchemy.schema import CreateIndex, CreateTable

from points.differences import Difference, differences
from points.store.county import County
from points.store.engine import open_scratch
from points.store.mapper import HistoryMapper
from points.store.reading import in_order
from points.store.recorded import Notified, Recorded, concerned
from points.store.tables import log_head
from points.store.topics import Topics
from points.store.writes import Writes
from points.views import FOLDS, views

TOLD_MAX = 1_000
"""Differences that `rebuild` names; it counts the rest."""

COPIED = 5_000
"""Rows that are copied at once."""


class CannotFold(ValueError):
    """An event that no view can be made of: it was not written by the ledger as it stands."""


@dataclass
class Rebuilt:
    """`events`: how many there are; `differences`: what was wrong in the views, as far as told;
    `untold`: how many more; `tables`: those that were written anew."""

    events: int = 0
    differences: list[Difference] = field(default_factory=list)
    untold: int = 0
    tables: list[str] = field(default_factory=list)


def rebuild(county: County) -> Rebuilt:
    """Make every view of a county anew; returns what was wrong. Raises `CannotFold`.

    The first fold runs beside the shop. Then the log's head is held, the rest is folded, and
    every table that differs is emptied and filled.
    """
    with _scratch() as made:
        with county.moment() as live:
            reached = fold_all(live, made)
        with county.write() as live:
            live.execute(update(log_head).values(last_id=log_head.c.last_id))
            done = Rebuilt(events=fold_all(live, made, after=reached))
            for table in views.sorted_tables:
                if _take_over(table, live, made, done):
                    done.tables.append(table.name)
    return done


def compare(county: County) -> Iterator[Difference]:
    """Where the live views differ from a fresh fold; touches nothing. Raises `CannotFold`."""
    with _scratch() as made, county.moment() as live:
        fold_all(live, made)
        yield from compared(live, made)


def compared(live: Connection, made: Connection) -> Iterator[Difference]:
    """Every difference of every view."""
    for table in views.sorted_tables:
        yield from differences(table, live, made)


def fold_all(live: Connection, made: Connection, after: int = 0) -> int:
    """Fold the events above `after` into `made`; returns the last id. Raises `CannotFold`."""
    mapper = HistoryMapper(Topics(Aggregate))
    for batch in in_order(live, after):
        recorded = [_decoded(mapper, each) for each in batch]
        try:
            with made.begin_nested():
                _fold(made, recorded)
        except Exception:
            _find_culprit(made, recorded)
            raise
        after = batch[-1].id
    return after


def _decoded(mapper: HistoryMapper, stored: Notified) -> Recorded:
    try:
        event = mapper.to_domain_event(stored)
    except Exception as error:
        raise CannotFold(f"event {stored.id} ({stored.topic}): {error}") from error
    if stored.stamp is None:
        raise CannotFold(f"event {stored.id} ({stored.topic}): it has no envelope")
    return Recorded(stored.id, event, stored.stamp)


def _fold(made: Connection, recorded: Sequence[Recorded]) -> None:
    writes = Writes()
    for each in recorded:
        for fold in concerned(FOLDS, get_topic(type(each.event))):
            fold(writes, each)
    writes.flush(made)


def _find_culprit(made: Connection, recorded: Sequence[Recorded]) -> None:
    """One by one: the first event that does not fold alone either is named."""
    for each in recorded:
        try:
            _fold(made, [each])
        except Exception as error:
            raise CannotFold(
                f"event {each.id} ({type(each.event).__qualname__}): {error}"
            ) from error


def _take_over(table: Table, live: Connection, made: Connection, done: Rebuilt) -> bool:
    found = 0
    for found, difference in enumerate(differences(table, live, made), start=1):  # noqa: B007
        if len(done.differences) < TOLD_MAX:
            done.differences.append(difference)
        else:
            done.untold += 1
    if found:
        live.execute(table.delete())
        rows = made.execute(select(table), execution_options={"yield_per": COPIED})
        for some in rows.mappings().partitions():
            live.execute(table.insert(), [dict(row) for row in some])
    return found > 0


def _create(made: Connection) -> None:
    """The tables as they are, without the indexes that only questions of people need."""
    for table in views.sorted_tables:
        made.execute(CreateTable(table))
        for index in table.indexes:
            if index.unique:
                made.execute(CreateIndex(index))


@contextmanager
def _scratch() -> Iterator[Connection]:
    engine = open_scratch()
    try:
        with engine.connect() as made:
            _create(made)
            yield made
    finally:
        with suppress(Exception):
            engine.dispose()
