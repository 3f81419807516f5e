"""Days that the county declared to be worked or free, against what the calendar says."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.refusals import Refusal


class DocumentMissing(Refusal):
    """Which notice of the State Council says so?"""

    code = "document-missing"


class Calendar(LedgerAggregate):
    TOPIC = "calendar"

    class Created(Aggregate.Created):
        TOPIC = "calendar.opened"

    class DayDeclared(Aggregate.Event):
        TOPIC = "calendar.day_declared"
        day: str
        working: bool
        document: str

        def apply(self, aggregate: Calendar) -> None:
            aggregate.days[self.day] = self.working

    @event(Created)
    def __init__(self) -> None:
        self.days: dict[str, bool] = {}

    @staticmethod
    def the_id() -> UUID:
        """There is one in a county."""
        return stable_id("calendar")

    @classmethod
    def start(cls) -> Self:
        return cls.begin(cls.Created, cls.the_id())

    def declare(self, day: date, *, working: bool, document: str) -> None:
        """`document`: its number, no person's name. Notices that are open keep their last day."""
        if not document.strip():
            raise DocumentMissing(day=day.isoformat())
        self.record(self.DayDeclared, day=day.isoformat(), working=working, document=document)
