"""Events to bytes and back, for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import orjson
import pytest
from eventsourcing.domain import Aggregate, Snapshot, event
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent

from points.envelope import opened
from points.store.mapper import HistoryMapper, SnapshotMapper
from points.store.topics import Topics, UnknownTopic
from tests.points.store.jars import DAWN, Jar, letter

JAR = UUID("6f2f6c62-4b0e-4f5e-9d0e-0d6d8b1a2c3d")
topics = Topics(Aggregate)


class Parcel(Aggregate):
    TOPIC = "parcel"

    class Created(Aggregate.Created):
        TOPIC = "parcel.packed"
        sent: datetime
        due: date
        box: UUID
        note: str | None

    @event(Created)
    def __init__(self, sent: datetime, due: date, box: UUID, note: str | None) -> None:
        self.contents = {"sizes": (1, 2)}


@pytest.fixture
def mapper() -> HistoryMapper:
    return HistoryMapper(topics, salt=lambda: bytes(16))


def test_the_payload_is_flat_json_with_sorted_keys(mapper: HistoryMapper) -> None:
    filled = Jar.Filled(originator_id=JAR, originator_version=2, timestamp=DAWN, beans=3, kind="红")
    with opened(letter("c1")):
        stored = mapper.to_stored_event(filled)

    assert stored.topic == "jar.filled"
    assert stored.state.decode() == '{"beans":3,"class_version":2,"kind":"红"}'
    assert mapper.to_domain_event(stored) == filled


def test_a_time_of_its_own_stays_with_the_event(mapper: HistoryMapper) -> None:
    earlier = DAWN - timedelta(days=3)
    filled = Jar.Filled(
        originator_id=JAR, originator_version=2, timestamp=earlier, beans=3, kind="white"
    )
    with opened(letter("c1")):
        stored = mapper.to_stored_event(filled)
    assert mapper.to_domain_event(stored) == filled
    assert stored.stamp is not None
    assert stored.stamp.instant == DAWN


def test_types_come_from_the_event_class(mapper: HistoryMapper) -> None:
    with opened(letter("c1")):
        (packed,) = Parcel(DAWN, date(2026, 11, 24), JAR, None).collect_events()
        again = mapper.to_domain_event(mapper.to_stored_event(packed))
    assert again == packed
    assert (type(again.sent), type(again.due), type(again.box)) == (datetime, date, UUID)


def test_an_old_event_is_read_as_the_class_of_today(mapper: HistoryMapper) -> None:
    old = StoredEvent(JAR, 2, "jar.filled", b'{"beans":3,"timestamp":"2020-01-01T00:00:00Z"}')
    read = mapper.to_domain_event(old)
    assert (read.beans, read.kind) == (3, "green")
    assert read.timestamp == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("topic", ["jar.unheard_of", "os:system", "tests.points.store.jars:Jar"])
def test_an_unknown_topic_is_refused_by_name(mapper: HistoryMapper, topic: str) -> None:
    with pytest.raises(UnknownTopic, match=topic):
        mapper.to_domain_event(StoredEvent(JAR, 1, topic, b"{}"))


def test_an_event_cannot_name_a_class_outside_the_list(mapper: HistoryMapper) -> None:
    state = orjson.dumps({"owner": "ada", "originator_topic": "subprocess:Popen"})
    with pytest.raises(UnknownTopic, match="subprocess:Popen"):
        mapper.to_domain_event(StoredEvent(JAR, 1, "jar.created", state))


def test_an_event_of_an_unlisted_class_is_not_stored() -> None:
    empty = HistoryMapper(Topics())
    with opened(letter("c1")), pytest.raises(UnknownTopic, match=r"jar\.created"):
        empty.to_stored_event(*Jar("ada").collect_events())


def test_a_class_defined_later_is_found() -> None:
    early = Topics(Aggregate)

    class Late(Aggregate):
        TOPIC = "late"

        class Created(Aggregate.Created):
            TOPIC = "late.created"

        @event(Created)
        def __init__(self) -> None:
            pass

    assert early.class_of("late.created") is Late.Created
    assert early.topic_of(Late) == "late"


def test_a_renamed_class_answers_to_its_old_name() -> None:
    old = Topics(Aggregate)
    old.also("jar.stuffed", Jar.Filled)
    read = HistoryMapper(old).to_domain_event(
        StoredEvent(JAR, 2, "jar.stuffed", b'{"beans":1,"kind":"x","class_version":2}')
    )
    assert isinstance(read, Jar.Filled)


def test_bytes_that_are_not_json_are_named(mapper: HistoryMapper) -> None:
    with pytest.raises(MapperDeserialisationError, match=f"jar.filled {JAR} 7"):
        mapper.to_domain_event(StoredEvent(JAR, 7, "jar.filled", b"\xff"))


def test_a_snapshot_reads_as_the_aggregate_was() -> None:
    snapshots = SnapshotMapper(topics)
    with opened(letter("c1")):
        jar = Jar("ada")
        jar.fill(3)
        jar.collect_events()
    stored = snapshots.to_stored_event(Snapshot.take(jar))

    again = snapshots.to_domain_event(stored).mutate(None)
    assert vars(again) == vars(jar)


def test_a_state_that_is_not_plain_json_is_no_snapshot() -> None:
    parcel = Parcel(DAWN, date(2026, 11, 24), uuid4(), None)
    with pytest.raises(ValueError, match="plain JSON"):
        SnapshotMapper(topics).to_stored_event(Snapshot.take(parcel))


def test_a_snapshot_cannot_name_a_class_outside_the_list() -> None:
    state = orjson.dumps({"topic": "subprocess:Popen", "state": {}, "timestamp": DAWN})
    topic = topics.topic_of(Snapshot)
    with pytest.raises(UnknownTopic, match="subprocess:Popen"):
        SnapshotMapper(topics).to_domain_event(StoredEvent(JAR, 1, topic, state))
