"""What goes into the history and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.utils import get_topic
from sqlalchemy import Connection

from points.store.writes import Sql


class Stamp(NamedTuple):
    """The envelope beside one event, as its columns hold it, and the event's salt (16 bytes).

    `at` is UTC text of fixed width. `command_seq` counts the events of one command in one save.
    The first event of a save carries the `mandate` (what the person's own device signed, if it
    did) and the signature of the process for all of them.
    """

    salt: bytes
    at: str
    actor: str
    actor_role: str
    actor_place: str
    actor_household: str | None
    channel: str
    command_id: str
    command_seq: int
    request_id: str
    request_hash: str | None
    reason: str | None
    mandate: str | None = None
    key_id: str | None = None
    signature: bytes | None = None

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Stored(StoredEvent):
    """A stored event on its way in: with its envelope, and the event itself for the folds."""

    stamp: Stamp | None = None
    event: Any = None


@dataclass(frozen=True)
class Notified(Notification):
    """A stored event with its place in the county's order and its envelope."""

    stamp: Stamp | None = None


class Recorded(NamedTuple):
    """An event that has taken its place in the county's order: what a view is folded from."""

    id: int
    event: Any
    stamp: Stamp


Fold = Callable[[Sql, Recorded], None]
"""Applies one event to one view. It only writes, and may run twice for an event."""


def of(*aggregates: type) -> Callable[[Fold], Fold]:
    """A fold of the events of these aggregates only: others are not handed to it."""

    def mark(fold: Fold) -> Fold:
        vars(fold)["aggregates"] = {get_topic(aggregate) for aggregate in aggregates}
        return fold

    return mark


@lru_cache
def concerned(folds: tuple[Fold, ...], topic: str) -> tuple[Fold, ...]:
    """Those of `folds` that have to do with events of this topic."""
    aggregate = topic.partition(".")[0]
    return tuple(fold for fold in folds if aggregate in vars(fold).get("aggregates", {aggregate}))


Hook = Callable[[Connection], None]
"""Writes rows that belong to one save, in the same transaction. May run twice."""
