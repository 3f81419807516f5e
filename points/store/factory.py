"""The library's infrastructure factory over one county, for `Application`s such as the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    EventStore,
    InfrastructureFactory,
    Mapper,
    Transcoder,
)
from eventsourcing.utils import Environment

from points.store.mapper import HistoryMapper, SnapshotMapper
from points.store.recorded import Fold
from points.store.recorder import HistoryRecorder
from points.store.snapshots import SnapshotRecorder, SnapshotStore
from points.store.topics import Topics
from points.store.tracking import TrackingTable

if TYPE_CHECKING:
    from points.store.county import County


class HistoryFactory(InfrastructureFactory[TrackingTable]):
    """Recorders, mappers and stores of one county. Snapshots are on."""

    def __init__(self, county: County, folds: Sequence[Fold], topics: Topics) -> None:
        super().__init__(Environment(env={}))
        self._county = county
        self._folds = folds
        self._topics = topics

    def mapper(  # type: ignore[override]  # the library is generic in ids; a history has UUIDs
        self,
        transcoder: Transcoder | None = None,  # noqa: ARG002
        mapper_class: type[Mapper[Any]] | None = None,  # noqa: ARG002
    ) -> HistoryMapper:
        return HistoryMapper(self._topics)

    def event_store(
        self, mapper: Mapper[Any] | None = None, recorder: AggregateRecorder | None = None
    ) -> EventStore[Any]:
        if isinstance(recorder, SnapshotRecorder):
            return SnapshotStore(SnapshotMapper(self._topics), recorder)
        return EventStore[UUID](mapper or self.mapper(), recorder or self.application_recorder())

    def application_recorder(self) -> HistoryRecorder:
        return self._county.recorder(self._folds)

    def aggregate_recorder(self, purpose: str = "snapshots") -> SnapshotRecorder:  # noqa: ARG002
        return self._county.snapshots()

    def tracking_recorder(
        self,
        tracking_recorder_class: type[TrackingTable] | None = None,  # noqa: ARG002
    ) -> TrackingTable:
        return self._county.tracking()

    def process_recorder(self) -> Any:
        raise NotImplementedError("follow the history with a tracking recorder instead")

    def is_snapshotting_enabled(self) -> bool:
        return True
