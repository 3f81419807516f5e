"""A stored event as it lies there, and what it says, if it says anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate

from points.clock import day_of
from points.store.mapper import HistoryMapper
from points.store.recorded import Notified, Stamp
from points.store.topics import Topics

_KINDS: dict[str, type] = {"str": str, "int": int, "bool": bool, "list": list, "dict": dict}


@dataclass(slots=True, eq=False)
class Read:
    """`event` is None where `problem` says why it cannot be read. Never changed once made."""

    id: int
    stream: UUID
    version: int
    topic: str
    stamp: Stamp | None
    event: Any
    problem: str | None
    stored: Notified
    _place: str = ""

    @property
    def place(self) -> str:
        self._place = self._place or self._told()
        return self._place

    def _told(self) -> str:
        return f"event {self.id} ({self.topic}, version {self.version} of stream {self.stream})"

    @property
    def day(self) -> str:
        """The business day on which it was recorded, "" for an event without envelope."""
        return day_of(self.stamp.at) if self.stamp else ""


class Reader:
    """Reads events by the allow-list, and compares their fields with what their class declares."""

    def __init__(self) -> None:
        self._mapper = HistoryMapper(Topics(Aggregate))

    def read(self, stored: Notified) -> Read:
        event, problem = None, None
        try:
            event = self._mapper.to_domain_event(stored)
        except Exception as error:  # noqa: BLE001  a row that was tampered with may raise anything
            problem = f"{type(error).__name__}: {error}"
        else:
            problem = None if _fits(event) else next(_unfit(event), None)
        stream: Any = stored.originator_id
        version, topic = stored.originator_version, stored.topic
        return Read(stored.id, stream, version, topic, stored.stamp, event, problem, stored)


def _fits(event: Any) -> bool:
    """Whether `_unfit` has nothing to say."""
    cls: Any = type(event)
    declared, found = _declared(cls), vars(event)
    if declared.keys() != found.keys():
        return False
    for name, (kind, may_be_none) in declared.items():
        value = found[name]
        if kind is not None and type(value) is not kind and not (value is None and may_be_none):
            return False
    return True


def _unfit(event: Any) -> Iterator[str]:
    cls: Any = type(event)
    declared, found = _declared(cls), vars(event)
    for name in declared.keys() - found.keys():
        yield f"the field {name} is missing"
    for name in found.keys() - declared.keys():
        yield f"nobody knows the field {name}"
    for name, (kind, may_be_none) in declared.items():
        value = found[name]
        if value is None and may_be_none:
            continue
        if kind is not None and type(value) is not kind:
            yield f"the field {name} is {value!r}, no {kind.__name__}"


@cache
def _declared(cls: Any) -> dict[str, tuple[type | None, bool]]:
    """Fields of an event class: the JSON kind of each, and whether it may be empty."""
    declared = {}
    for field in fields(cls):
        text = field.type if isinstance(field.type, str) else field.type.__name__
        kind = text.removesuffix(" | None").partition("[")[0]
        declared[field.name] = (_KINDS.get(kind), text.endswith(" | None"))
    return declared
