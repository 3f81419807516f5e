"""Days that the county declared to be worked or free, against what the calendar says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import current
from points.refusals import Refusal


class DocumentMissing(Refusal):
    """Which notice of the State Council says so?"""

    code = "document-missing"


WORKED_AHEAD = timedelta(days=7)
"""A day that shall be worked is declared so long before: it makes notices shorter, so everybody can
read it on the village's page before a notice is hung up that counts it. No period that runs at that
time ends sooner, for its last day was fixed when it began."""


class DayTooNear(Refusal):
    """What makes periods shorter is told a week ahead; the facts say which day is the first."""

    code = "day-too-near"


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
        """`document`: its number, no person's name. Notices that are open keep their last day.

        Raises `DocumentMissing` or `DayTooNear`.
        """
        if not document.strip():
            raise DocumentMissing(day=day.isoformat())
        if working and day < (first := current().today + WORKED_AHEAD):
            raise DayTooNear(day=day.isoformat(), first=first.isoformat())
        self.record(self.DayDeclared, day=day.isoformat(), working=working, document=document)
