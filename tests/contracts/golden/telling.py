"""A story as it is told to aggregates, and the rows that a history would hold of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import Actor, Envelope, opened
from points.store.mapper import HistoryMapper
from points.store.topics import Topics

START = datetime(2026, 3, 15, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 15)
HOUSEHOLD, VILLAGE, SHOP = "999901100201-A001", "999901100201", "S01"
NOTE = {"note": str(stable_id("note", "1")), "note_digest": "0" * 64}


class Story:
    """Aggregates as they change, and the rows that a history would hold of it."""

    def __init__(self) -> None:
        self.mapper = HistoryMapper(Topics(LedgerAggregate), salt=lambda: bytes(16))
        self.rows: list[dict[str, Any]] = []
        self.streams: dict[str, LedgerAggregate] = {}
        self.commands = 0

    @contextmanager
    def told_by(self, person: str, role: str, *, later: timedelta = timedelta()) -> Iterator[None]:
        """What happens inside is one command by this person."""
        self.commands += 1
        at = START + timedelta(minutes=self.commands) + later
        actor = Actor(person, role, place=VILLAGE)
        with opened(Envelope(actor, at, "cli", f"golden-{self.commands}")):
            yield
            for aggregate in self.streams.values():
                self._keep(aggregate)

    def follow(self, aggregate: Any) -> Any:
        self.streams[str(aggregate.id)] = aggregate
        return aggregate

    def _keep(self, aggregate: LedgerAggregate) -> None:
        for event in aggregate.collect_events():
            stored = self.mapper.to_stored_event(event)
            assert stored.stamp is not None
            stamp = {
                k: v.hex() if isinstance(v, bytes) else v for k, v in stored.stamp._asdict().items()
            }
            self.rows.append(
                {
                    "stream": str(stored.originator_id),
                    "version": stored.originator_version,
                    "topic": stored.topic,
                    "state": stored.state.decode(),
                    "stamp": stamp,
                }
            )

    def kept(self) -> dict[str, Any]:
        states = {stream: plain_state(one) for stream, one in self.streams.items()}
        return {"events": self.rows, "states": states}


def plain_state(aggregate: LedgerAggregate) -> dict[str, Any]:
    """What an aggregate came to, as JSON, without the library's own bookkeeping."""
    return {
        name: value
        for name, value in sorted(vars(aggregate).items())
        if not name.startswith("_") and not isinstance(value, (UUID, datetime))
    }
