"""The library's own test cases for recorders, on ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    TrackingRecorderTestCase,
)

from points.store.county import County
from points.store.recorder import HistoryRecorder
from points.store.snapshots import SnapshotRecorder
from points.store.tracking import TrackingTable
from tests.conftest import CountyMaker


class OnSqlite:
    group_commit: ClassVar[bool] = False
    county: County

    @pytest.fixture(autouse=True)
    def _county(self, sqlite_county: CountyMaker) -> Iterator[None]:
        self.county = sqlite_county(group_commit=self.group_commit)
        yield
        _join_readers()


@pytest.mark.postgres
class OnPostgres:
    group_commit: ClassVar[bool] = False
    county: County

    @pytest.fixture(autouse=True)
    def _county(self, postgres_county: CountyMaker) -> Iterator[None]:
        self.county = postgres_county(group_commit=self.group_commit)
        yield
        _join_readers()


def _join_readers() -> None:
    """The library's concurrent test leaves its readers behind."""
    for thread in threading.enumerate():
        if "read_continuously" in thread.name:
            thread.join(timeout=5)


class Writes:
    def create_recorder(self) -> HistoryRecorder:
        return self.county.recorder()


class TakesSnapshots:
    def create_recorder(self) -> SnapshotRecorder:
        return self.county.snapshots()


class Tracks:
    def create_recorder(self) -> TrackingTable:
        return self.county.tracking()


class TestRecorderOnSqlite(OnSqlite, Writes, ApplicationRecorderTestCase):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestGroupCommitOnSqlite(TestRecorderOnSqlite):
    group_commit = True


class TestRecorderOnPostgres(OnPostgres, Writes, ApplicationRecorderTestCase):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestGroupCommitOnPostgres(TestRecorderOnPostgres):
    group_commit = True


class TestSnapshotsOnSqlite(OnSqlite, TakesSnapshots, AggregateRecorderTestCase):
    pass


class TestSnapshotsOnPostgres(OnPostgres, TakesSnapshots, AggregateRecorderTestCase):
    pass


class TestTrackingOnSqlite(OnSqlite, Tracks, TrackingRecorderTestCase):
    pass


class TestTrackingOnPostgres(OnPostgres, Tracks, TrackingRecorderTestCase):
    pass


class NonInterleaving(Writes, NonInterleavingNotificationIDsBaseCase):
    insert_num = 50


class TestNonInterleavingOnSqlite(OnSqlite, NonInterleaving):
    pass


class TestNonInterleavingGroupCommitOnSqlite(OnSqlite, NonInterleaving):
    group_commit = True


class TestNonInterleavingOnPostgres(OnPostgres, NonInterleaving):
    pass


class TestNonInterleavingGroupCommitOnPostgres(OnPostgres, NonInterleaving):
    group_commit = True


del (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleaving,
    NonInterleavingNotificationIDsBaseCase,
    TrackingRecorderTestCase,
)
