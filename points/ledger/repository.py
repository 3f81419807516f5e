"""Aggregates from their streams: no aggregate is kept between two commands (design §3)."""

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
    """The library's repository, reading several streams at once and without protocol checks.

    `keep`: streams that nearly every command reads and that rarely grow. Their events, which never
    change, are kept as they were read, and only newer ones are asked for; the aggregate itself is
    made anew each time like any other.
    """

    def __init__(
        self,
        events: EventStore[UUID],
        *,
        snapshots: EventStore[UUID],
        streams: Streams,
        keep: Iterable[UUID] = (),
    ) -> None:
        super().__init__(events, snapshot_store=snapshots)
        self._snapshots = snapshots
        self._streams = streams
        self._kept: dict[UUID, tuple[Any, ...]] = dict.fromkeys(keep, ())

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
        return {id_: found for portion in portions for id_, found in self._read(portion)}

    def _read(self, ids: Sequence[UUID]) -> Iterator[tuple[UUID, Any]]:
        kept = {id_: self._kept[id_] for id_ in ids if id_ in self._kept}
        for stream in self._streams.read(ids, {id_: len(each) for id_, each in kept.items()}):
            before = kept.get(stream.id, ())
            events = [*before, *self._events(stream)]
            if stream.snapshot is not None:
                yield stream.id, project(self._snapshot(stream), events[len(before) :])
                continue
            if len(events) > len(before) and stream.id in kept:
                self._kept[stream.id] = tuple(events)
            yield stream.id, project(None, events)

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
