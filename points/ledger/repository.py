"""Aggregates from their streams: nothing is kept between two commands (design §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.persistence import EventStore, StoredEvent

from points.store.mapper import HistoryMapper
from points.store.streams import Stream, Streams

AT_ONCE = 40
"""Streams in one question."""


class StreamRepository(Repository[UUID]):
    """The library's repository, reading several streams at once and without protocol checks."""

    def __init__(
        self, events: EventStore[UUID], *, snapshots: EventStore[UUID], streams: Streams
    ) -> None:
        super().__init__(events, snapshot_store=snapshots)
        self._snapshots = snapshots
        self._streams = streams

    def get(self, aggregate_id: UUID, *, version: int | None = None, **kwargs: Any) -> Any:
        """The aggregate now or at a version; raises the library's `AggregateNotFoundError`."""
        if version is not None:
            return super().get(
                aggregate_id, **{**kwargs, "version": version, "projector_func": project}
            )
        found = self.get_all([aggregate_id])[aggregate_id]
        if found is None:
            raise AggregateNotFoundError(aggregate_id)
        return found

    def get_all(self, ids: Sequence[UUID]) -> dict[UUID, Any]:
        """The aggregates by id as they are now, None for those that are not there."""
        portions = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        return {
            stream.id: self._made(stream)
            for portion in portions
            for stream in self._streams.read(portion)
        }

    def _made(self, stream: Stream) -> Any:
        return project(self._snapshot(stream), self._events(stream))

    def _snapshot(self, stream: Stream) -> Any:
        if stream.snapshot is None:
            return None
        version, topic, state, _ = stream.snapshot
        stored = StoredEvent(stream.id, version, topic, state)
        snapshot: Any = self._snapshots.mapper.to_domain_event(stored)
        return snapshot.mutate(None)

    def _events(self, stream: Stream) -> Iterator[Any]:
        mapper = self.event_store.mapper
        assert isinstance(mapper, HistoryMapper)
        for version, topic, state, at in stream.events:
            yield mapper.event(stream.id, version, topic, state, at)


def project(aggregate: Any, events: Iterable[Any]) -> Any:
    """Replay, each event on the state before it."""
    for event in events:
        aggregate = event.mutate(aggregate)
    return aggregate
