"""Events and snapshots to bytes and back: flat JSON, sorted keys, types from the event class."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
)

from points.clock import instant
from points.envelope import Envelope, current
from points.store.recorded import Stamp, Stored
from points.store.topics import Topics

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS

_readers: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "UUID": UUID,
}


def system_salt() -> bytes:
    """16 bytes that nobody can guess, so that an event's leaf does not give its content away."""
    return os.urandom(16)


class HistoryMapper(Mapper[UUID]):
    """Domain events to stored events with the open envelope beside them, and back.

    The event's own time is left out where it is the envelope's: it stands in its column.
    """

    def __init__(self, topics: Topics, salt: Callable[[], bytes] = system_salt) -> None:
        super().__init__(JSONTranscoder())
        self._topics = topics
        self._salt = salt

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> Stored:
        """Raises `NoEnvelope` outside an envelope and `UnknownTopic` for an unlisted class."""
        envelope = current()
        state = dict(vars(domain_event))
        originator_id, version = state.pop("originator_id"), state.pop("originator_version")
        if state.get("timestamp") == envelope.at:
            del state["timestamp"]
        class_version = getattr(type(domain_event), "class_version", 1)
        if class_version > 1:
            state["class_version"] = class_version
        return Stored(
            originator_id=originator_id,
            originator_version=version,
            topic=self._topics.topic_of(type(domain_event)),
            state=orjson.dumps(state, option=_OPTIONS),
            stamp=_stamp(envelope, self._salt()),
            event=domain_event,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Raises `UnknownTopic`, and the library's `MapperDeserialisationError` for bad bytes."""
        stamp = cast("Stamp | None", getattr(stored_event, "stamp", None))
        id_, version = stored_event.originator_id, stored_event.originator_version
        at = stamp.at if stamp else None
        return self.event(cast(UUID, id_), version, stored_event.topic, stored_event.state, at)

    def event(
        self, originator_id: UUID, version: int, topic: str, state: bytes, at: str | None
    ) -> DomainEventProtocol[UUID]:
        """The same from the columns of a row; `at` is the envelope's time."""
        cls = self._topics.class_of(topic)
        fields = _loaded(state, topic, originator_id, version)
        _upcast(cls, fields)
        if at is not None:
            fields.setdefault("timestamp", at)
        if "originator_topic" in fields:
            self._topics.class_of(fields["originator_topic"])
        return _made(cls, originator_id, version, fields)


class SnapshotMapper(Mapper[UUID]):
    """Snapshots of aggregates whose state is plain JSON, so that it reads as it was written."""

    def __init__(self, topics: Topics) -> None:
        super().__init__(JSONTranscoder())
        self._topics = topics

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Raises `ValueError` where the state would not come back as it is."""
        snapshot: Any = domain_event
        state = {key: _timeless(key, value) for key, value in snapshot.state.items()}
        encoded = orjson.dumps(state, option=_OPTIONS)
        if orjson.loads(encoded) != state:
            raise ValueError(f"the state of {snapshot.topic} is not plain JSON")
        whole = {"topic": snapshot.topic, "timestamp": snapshot.timestamp, "state": state}
        return StoredEvent(
            originator_id=snapshot.originator_id,
            originator_version=snapshot.originator_version,
            topic=self._topics.topic_of(type(snapshot)),
            state=orjson.dumps(whole, option=_OPTIONS),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        cls = self._topics.class_of(stored_event.topic)
        id_, version = cast(UUID, stored_event.originator_id), stored_event.originator_version
        whole = _loaded(stored_event.state, stored_event.topic, id_, version)
        self._topics.class_of(whole["topic"])
        for key in _TIMES & whole["state"].keys():
            whole["state"][key] = datetime.fromisoformat(whole["state"][key])
        return _made(cls, id_, version, whole)


_TIMES = {"_created_on", "_modified_on"}
"""The two datetimes that the library keeps in every aggregate."""


def _timeless(key: str, value: Any) -> Any:
    return instant(value) if key in _TIMES else value


def _stamp(envelope: Envelope, salt: bytes) -> Stamp:
    actor = envelope.actor
    return Stamp(
        salt=salt,
        at=instant(envelope.at),
        actor=actor.id,
        actor_role=actor.role,
        actor_place=actor.place,
        actor_household=actor.household,
        channel=envelope.channel,
        command_id=envelope.command_id,
        command_seq=0,
        request_id=envelope.request_id,
        request_hash=envelope.request_hash,
        reason=envelope.reason,
    )


def _loaded(state: bytes, topic: str, originator_id: object, version: int) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", orjson.loads(state))
    except orjson.JSONDecodeError as error:
        where = f"{topic} {originator_id} {version}"
        raise MapperDeserialisationError(f"cannot read {where}: {error}") from error


def _upcast(cls: type, state: dict[str, Any]) -> None:
    """An old event as the class of today wants it: `upcast_v1_v2(state)`, one step at a time."""
    version = state.pop("class_version", 1)
    for step in range(version, getattr(cls, "class_version", 1)):
        getattr(cls, f"upcast_v{step}_v{step + 1}")(state)


def _made(
    cls: type, originator_id: UUID, version: int, state: dict[str, Any]
) -> DomainEventProtocol[UUID]:
    for name, read in _typed(cls):
        if isinstance(state.get(name), str):
            state[name] = read(state[name])
    state["originator_id"], state["originator_version"] = originator_id, version
    made: DomainEventProtocol[UUID] = object.__new__(cls)
    object.__setattr__(made, "__dict__", state)
    return made


@cache
def _typed(cls: Any) -> tuple[tuple[str, Callable[[str], Any]], ...]:
    """Fields of `cls` that JSON keeps as text although they are not."""
    named = ((field.name, _plain_name(field.type)) for field in fields(cls))
    return tuple(
        (name, _readers[kind])
        for name, kind in named
        if kind in _readers and name != "originator_id"
    )


def _plain_name(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return text.removesuffix(" | None").rpartition(".")[2]
