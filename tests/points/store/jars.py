"""A small aggregate to write histories with, and the envelope to write them in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Uuid, insert, update

from points.envelope import Actor, Envelope
from points.store.county import County
from points.store.recorded import Fold, Recorded
from points.store.topics import Topics

DAWN = datetime(2026, 11, 24, 6, 25, 18, 123456, tzinfo=UTC)

jars_view = MetaData()
beans = Table(
    "beans",
    jars_view,
    Column("jar", Uuid, primary_key=True),
    Column("count", Integer, nullable=False),
)


class Jar(Aggregate):
    TOPIC = "jar"

    class Created(Aggregate.Created):
        TOPIC = "jar.created"
        owner: str

    class Filled(Aggregate.Event):
        TOPIC = "jar.filled"
        class_version = 2
        beans: int
        kind: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["kind"] = "green"

        def apply(self, aggregate: Jar) -> None:
            aggregate.beans += self.beans

    @event(Created)
    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.beans = 0

    def fill(self, beans: int, kind: str = "white", at: datetime = DAWN) -> None:
        self.trigger_event(self.Filled, beans=beans, kind=kind, timestamp=at)


class Jars(Application[UUID]):
    """An application over one county, with the folds given."""

    def __init__(self, county: County, *folds: Fold) -> None:
        self._county, self._folds = county, folds
        super().__init__(env={})

    def construct_factory(self, env: Any) -> Any:
        return self._county.factory(self._folds, Topics(Aggregate))


def count_beans(connection: Connection, recorded: Recorded) -> None:
    """The view of all jars. A jar of 13 beans breaks it."""
    match recorded.event:
        case Jar.Created(originator_id=jar):
            connection.execute(insert(beans).values(jar=jar, count=0))
        case Jar.Filled(originator_id=jar, beans=13):
            raise ValueError(f"thirteen beans in {jar}")
        case Jar.Filled(originator_id=jar, beans=more):
            mine = update(beans).where(beans.c.jar == jar)
            connection.execute(mine.values(count=beans.c.count + more))


def letter(command: str, **more: Any) -> Envelope:
    """An envelope by Ada for one command."""
    ada = Actor("ada", "village", "999901100201", "999901100201-A001")
    return Envelope(ada, DAWN, "page", command, **more)


def bare(stream: UUID, version: int = 1) -> StoredEvent:
    return StoredEvent(stream, version, "topic1", b"state")
