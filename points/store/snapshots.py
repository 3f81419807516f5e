"""Snapshots: the same version taken twice is one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    AggregateRecorder,
    EventStore,
    IntegrityError,
    Recording,
    StoredEvent,
)
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from points.store.recorded import Hook
from points.store.tables import snapshots
from points.store.transactions import Transactions, library_errors

_inserts = {
    "postgresql": postgresql.insert(snapshots).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(snapshots).on_conflict_do_nothing(),
}
_payload = (snapshots.c.originator_version, snapshots.c.topic, snapshots.c.state)


class SnapshotRecorder(AggregateRecorder):
    """The library's aggregate recorder over `snapshots`; raises `IntegrityError` for a second."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        if stored_events:
            with library_errors(), self._transactions.write() as connection:
                connection.execute(insert(snapshots), [_row(each) for each in stored_events])

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        version = snapshots.c.originator_version
        query = select(*_payload).where(snapshots.c.originator_id == originator_id)
        if gt is not None:
            query = query.where(version > gt)
        if lte is not None:
            query = query.where(version <= lte)
        query = query.order_by(version.desc() if desc else version)
        if limit is not None:
            query = query.limit(limit)
        with library_errors(), self._transactions.read() as connection:
            return [StoredEvent(originator_id, *row) for row in connection.execute(query)]


class SnapshotStore(EventStore[UUID]):
    """What the application uses: two threads that take the same snapshot both succeed."""

    def put(
        self, domain_events: Sequence[DomainEventProtocol[UUID]], **kwargs: Any
    ) -> list[Recording[UUID]]:
        with suppress(IntegrityError):  # the same version of the same stream: the same state
            return super().put(domain_events, **kwargs)
        return []


def kept(taken: Sequence[StoredEvent]) -> Hook:
    """A hook that keeps snapshots in the transaction of the save that brought them about."""
    rows = [_row(snapshot) for snapshot in taken]

    def keep(connection: Connection) -> None:
        connection.execute(_inserts[connection.dialect.name], rows)

    return keep


def _row(snapshot: StoredEvent) -> dict[str, object]:
    return {
        "originator_id": snapshot.originator_id,
        "originator_version": snapshot.originator_version,
        "topic": snapshot.topic,
        "state": snapshot.state,
    }
