"""What all aggregates of the house share: names for ids, and time taken from the envelope."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import Aggregate

from points.envelope import current


@lru_cache(maxsize=4096)
def stable_id(*parts: str) -> UUID:
    """The id of a thing that its own name makes unique, e.g. `("account", "999901100201-A001")`.

    Ids are unique within one county's history; two counties are two histories.
    """
    return uuid5(NAMESPACE_URL, "jiamei:" + ":".join(parts))


class LedgerAggregate(Aggregate):
    """An aggregate whose public commands hold the rules and whose events hold the effects.

    A subclass sets `TOPIC` to its stored name; each of its event classes carries its own.
    Its state is plain JSON (text, whole numbers, lists, dicts), so that a snapshot reads
    exactly as the fold that it stands for.
    """

    def record(self, event: type[Any], **fields: Any) -> None:
        """It happened, at the envelope's time."""
        self.trigger_event(event, timestamp=current().at, **fields)

    @classmethod
    def begin(cls, event: type[Any], originator_id: UUID, **fields: Any) -> Self:
        """The first event of a stream, at the envelope's time."""
        return cls._create(event, id=originator_id, timestamp=current().at, **fields)
