"""A county: one history, in one PostgreSQL schema or one SQLite file (design §3, counties)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager

from eventsourcing.domain import Aggregate
from sqlalchemy import Connection, Engine, MetaData

from points.store.factory import HistoryFactory
from points.store.group import GroupCommitRecorder
from points.store.recorded import Fold
from points.store.recorder import HistoryRecorder
from points.store.schema import claim
from points.store.snapshots import SnapshotRecorder
from points.store.streams import Streams
from points.store.tables import history
from points.store.topics import Topics
from points.store.tracking import TrackingTable
from points.store.transactions import Transactions

_CODE = re.compile(r"[0-9]{6}")


def schema_of(code: str) -> str:
    """The PostgreSQL schema of a county; raises `ValueError` unless `code` is six digits."""
    if not _CODE.fullmatch(code):
        raise ValueError(f"a county code is six digits, not {code!r}")
    return f"c{code}"


def dsn_for(url: str, code: str) -> str:
    """Where a county's history lives: `{county}` in `url` stands for its code (rulings 20)."""
    schema_of(code)
    return url.replace("{county}", code)


class County:
    """The way to one county's tables. Nothing that it hands out sees another county's.

    One engine serves many counties on PostgreSQL; on SQLite each has its own.
    """

    def __init__(self, code: str, engine: Engine, group_commit: bool = True) -> None:
        self.code = code
        self.engine = engine
        self.schema = schema_of(code) if engine.dialect.name == "postgresql" else None
        self._group_commit = group_commit
        self._transactions = Transactions(engine, self.schema)

    def read(self) -> AbstractContextManager[Connection]:
        """A connection to read with."""
        return self._transactions.read()

    def moment(self) -> AbstractContextManager[Connection]:
        """A connection to read with for long, that sees one moment all the while."""
        return self._transactions.moment()

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction: durable when the block ends, or undone."""
        return self._transactions.write()

    def recorder(self, folds: Sequence[Fold] = ()) -> HistoryRecorder:
        """A recorder whose saves also apply `folds`, in their order, in the same transaction."""
        recorder = GroupCommitRecorder if self._group_commit else HistoryRecorder
        return recorder(self._transactions, folds)

    def snapshots(self) -> SnapshotRecorder:
        return SnapshotRecorder(self._transactions)

    def streams(self) -> Streams:
        return Streams(self._transactions)

    def tracking(self) -> TrackingTable:
        return TrackingTable(self._transactions)

    def factory(self, folds: Sequence[Fold] = (), topics: Topics | None = None) -> HistoryFactory:
        """What an `Application` returns from `construct_factory`.

        `topics`: the classes that stored rows may name; by default every aggregate defined.
        """
        return HistoryFactory(self, folds, topics or Topics(Aggregate))

    def create(self, *more: MetaData) -> None:
        """Make the schema and the tables of the history and of `more`, where they are missing.

        Two processes may start at once: the second waits, and finds everything there.
        """
        with self.write() as connection:
            claim(connection, self.schema)
            for metadata in (history, *more):
                metadata.create_all(connection)
