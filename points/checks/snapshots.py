"""A snapshot is what the events up to its version come to, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eventsourcing.domain import Aggregate, Snapshot
from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection, select

from points.checks.findings import Finding
from points.store.mapper import SnapshotMapper
from points.store.tables import events, snapshots
from points.store.topics import Topics


def same_snapshot(aggregate: Any, stored: StoredEvent, name: str) -> Iterator[Finding]:
    """Compares a stored snapshot with the aggregate as its events have it."""
    place = f"snapshot of {name} at version {stored.originator_version}"
    taken: Any = Snapshot.take(aggregate)
    try:
        found: Any = SnapshotMapper(Topics(Aggregate)).to_domain_event(stored)
    except Exception as error:  # noqa: BLE001  what was tampered with may raise anything
        yield Finding("snapshots", place, f"cannot be read: {type(error).__name__} {error}")
        return
    if found.topic != taken.topic:
        yield Finding("snapshots", place, f"topic is {found.topic!r}, not {taken.topic!r}")
    for field, value, wanted in unlike(found.state, taken.state):
        yield Finding("snapshots", place, f"{field} is {value!r}, the events say {wanted!r}")


def unlike(found: Any, wanted: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two plain values differ: the path through dicts, and both sides."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in sorted(found.keys() | wanted.keys()):
            inside = f"{path}/{key}" if path else str(key)
            yield from unlike(found.get(key), wanted.get(key), inside)
    elif found != wanted or type(found) is not type(wanted):
        yield path or "state", found, wanted


def snapshots_of_nothing(sql: Connection) -> Iterator[Finding]:
    """Snapshots of streams that have no such version."""
    known = (events.c.originator_id == snapshots.c.originator_id) & (
        events.c.originator_version == snapshots.c.originator_version
    )
    lost = (
        select(snapshots.c.originator_id, snapshots.c.originator_version)
        .join(events, known, isouter=True)
        .where(events.c.id.is_(None))
    )
    for stream, version in sql.execute(lost):
        place = f"snapshot of stream {stream} at version {version}"
        yield Finding("snapshots", place, "there is no such event")
