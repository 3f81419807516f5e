"""The recorder of one county's history, behind the library's interface.

Ids come from one row that every writer locks to its commit: gapless, in commit order, and safe
for readers that follow along. Views are folded in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from sqlalchemy import Connection, Select, bindparam, insert, select, update

from points.store.prepared import ask, run
from points.store.reading import COLUMNS, notified
from points.store.recorded import Fold, Hook, Notified, Recorded, Stamp, Stored, concerned
from points.store.subscription import PollingSubscription, Wakeups
from points.store.tables import events, log_head
from points.store.transactions import NotCommitted, Transactions, library_errors
from points.store.writes import Sql, Writes

_take_ids = (
    update(log_head)
    .where(log_head.c.one == 1)
    .values(last_id=log_head.c.last_id + bindparam("count"))
    .returning(log_head.c.last_id)
)
_insert = insert(events)
_read = select(*COLUMNS)
_of_command = _read.where(events.c.command_id == bindparam("command")).order_by(
    events.c.command_seq
)
E = TypeVar("E", bound=StoredEvent)

_NO_STAMP: dict[str, None] = dict.fromkeys(Stamp._fields)


class HistoryRecorder(ApplicationRecorder):
    """Writes each save as one transaction: ids, events, folds, then the save's own hooks."""

    def __init__(self, transactions: Transactions, folds: Sequence[Fold] = ()) -> None:
        self._transactions = transactions
        self._folds = tuple(folds)
        self._wakeups = Wakeups()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        also: Sequence[Hook] = (),
        **library: Any,
    ) -> Sequence[int] | None:
        """The ids of the events, once durable. `also` writes further rows in the transaction.

        Raises the library's `IntegrityError` for a version or command that is already there,
        `OutcomeUnknown` where COMMIT was not answered.
        """
        refuse_unknown(library)
        try:
            ids = self._save(stored_events, also)
        except NotCommitted:
            ids = self._save(stored_events, also)
        self._wakeups.wake()
        return ids or None

    def _save(self, stored_events: Sequence[StoredEvent], also: Sequence[Hook]) -> list[int]:
        with library_errors(), self._transactions.write() as connection:
            return self._write(connection, stored_events, also)

    def _write(
        self, connection: Connection, stored: Sequence[StoredEvent], also: Sequence[Hook]
    ) -> list[int]:
        numbered = numbered_by_command(stored)
        ids = self._insert(connection, numbered)
        writes = Writes()
        self._fold(writes, zip(ids, numbered, strict=True))
        writes.flush(connection)
        for hook in also:
            hook(connection)
        return ids

    def _insert(self, connection: Connection, stored: Sequence[StoredEvent]) -> list[int]:
        if not stored:
            return []
        last = ask(connection, _take_ids, {"count": len(stored)}).scalar_one()
        ids = list(range(last - len(stored) + 1, last + 1))
        run(connection, _insert, [_row(*pair) for pair in zip(ids, stored, strict=True)])
        return ids

    def _fold(self, sql: Sql, stored: Iterable[tuple[int, StoredEvent]]) -> None:
        for id_, each in stored:
            if isinstance(each, Stored) and each.stamp is not None:
                recorded = Recorded(id_, each.event, each.stamp)
                for fold in concerned(self._folds, each.topic):
                    fold(sql, recorded)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[Notified]:
        version = events.c.originator_version
        query = _read.where(events.c.originator_id == originator_id)
        if gt is not None:
            query = query.where(version > gt)
        if lte is not None:
            query = query.where(version <= lte)
        query = query.order_by(version.desc() if desc else version)
        if limit is not None:
            query = query.limit(limit)
        return self._found(query)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notified]:
        query = _read
        if start is not None:
            query = query.where(events.c.id >= start + (not inclusive_of_start))
        if stop is not None:
            query = query.where(events.c.id <= stop)
        if topics:
            query = query.where(events.c.topic.in_(topics))
        return self._found(query.order_by(events.c.id).limit(limit))

    def select_command(self, command_id: str) -> list[Notified]:
        """The events that a command made, in order; none if it never came to a save."""
        return self._found(_of_command, command=command_id)

    def max_notification_id(self) -> int | None:
        """The last id given out, or None: the head row is the log's length."""
        with library_errors(), self._transactions.read() as connection:
            return connection.scalar(select(log_head.c.last_id)) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        """New events as they come, by waking up and by asking: works on every database."""
        return PollingSubscription(self, self._wakeups, gt=gt, topics=topics)

    def _found(self, query: Select[Any], **values: Any) -> list[Notified]:
        with library_errors(), self._transactions.read() as connection:
            return notified(connection, query, **values)


def refuse_unknown(kwargs: dict[str, Any]) -> None:
    """The library always passes `tracking=None`; anything else would be lost without a word."""
    if kwargs.pop("tracking", None) is not None or kwargs:
        raise TypeError(f"a save does not know what to do with {kwargs or 'tracking'}")


def numbered_by_command(stored: Sequence[E]) -> list[E]:
    """Each command's events counted from 0 over the whole save."""
    counts: dict[str, int] = {}
    return [_numbered(each, counts) for each in stored]


def _numbered(stored: E, counts: dict[str, int]) -> E:
    if not isinstance(stored, Stored) or stored.stamp is None:
        return stored
    command = stored.stamp.command_id
    counts[command] = seq = counts.get(command, -1) + 1
    stamp = stored.stamp
    if stamp.command_seq == seq and (seq == 0 or stamp.mandate is None):
        return stored
    stamp = stamp._replace(command_seq=seq, mandate=None if seq else stamp.mandate)
    return replace(stored, stamp=stamp)


def _row(id_: int, stored: StoredEvent) -> dict[str, Any]:
    stamp = stored.stamp if isinstance(stored, Stored) else None
    return {
        "id": id_,
        "originator_id": stored.originator_id,
        "originator_version": stored.originator_version,
        "topic": stored.topic,
        "state": stored.state,
        **(stamp._asdict() if stamp else _NO_STAMP),
    }
