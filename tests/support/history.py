"""Given, when, then for aggregates: facts in, facts out, no ids or versions to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate
from eventsourcing.utils import get_topic

from points.envelope import Actor, Envelope, opened

STREAM = UUID(int=1)
DAWN = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Nine in the morning in Shanghai."""

Fact = tuple[type, dict[str, Any]]

_PLUMBING = {"originator_id", "originator_version", "originator_topic", "timestamp"}


def given(kind: type[Aggregate], *facts: Fact, at: datetime = DAWN) -> Any:
    """The aggregate as the repository would load it after these facts."""
    aggregate: Any = None
    for version, (event, fields) in enumerate(facts, start=1):
        born = {"originator_topic": get_topic(kind)} if version == 1 else {}
        happened = event(
            originator_id=STREAM, originator_version=version, timestamp=at, **born, **fields
        )
        aggregate = happened.mutate(aggregate)
    return aggregate


def news(aggregate: Aggregate) -> list[Fact]:
    """What the aggregate has decided since."""
    return [
        (type(event), {k: v for k, v in vars(event).items() if k not in _PLUMBING})
        for event in aggregate.collect_events()
    ]


@contextmanager
def acting(actor: Actor, at: datetime = DAWN) -> Iterator[None]:
    """What happens inside is done by this person at this time."""
    with opened(Envelope(actor, at, "page", "given-when-then")):
        yield
