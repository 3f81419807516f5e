"""A family's consent to be honoured by name (F01, F02; domain.md §2.4).

Honours are read out and hung up: the family says yes before it is proposed, and may take it back
until then. What it said is sealed; the record says who wrote it down and when.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.clock import business_day
from points.envelope import current
from points.refusals import Refusal

CONSENT = "consent"
"""Kind of proof of the rules that need one."""

CONSENT_LASTS = timedelta(days=366)
"""A consent is for one year's honour."""


class ConsentMissing(Refusal):
    """The family has not agreed to this honour, or more than a year ago."""

    code = "consent-missing"


class Consent(LedgerAggregate):
    """Of one household to one honour."""

    TOPIC = "consent"

    class Created(Aggregate.Created):
        TOPIC = "consent.opened"
        household: str
        rule: str

    class Given(Aggregate.Event):
        TOPIC = "consent.recorded"
        recorder: str
        note: str
        note_digest: str

        def apply(self, aggregate: Consent) -> None:
            aggregate.given_on = business_day(self.timestamp).isoformat()

    class Withdrawn(Aggregate.Event):
        TOPIC = "consent.withdrawn"
        recorder: str

        def apply(self, aggregate: Consent) -> None:
            aggregate.given_on = ""

    @event(Created)
    def __init__(self, household: str, rule: str) -> None:
        self.household, self.rule, self.given_on = household, rule, ""

    @staticmethod
    def id_of(household: str, rule: str) -> UUID:
        return stable_id("consent", household, rule)

    @classmethod
    def start(cls, household: str, rule: str) -> Self:
        own = cls.id_of(household, rule)
        return cls.begin(cls.Created, own, household=household, rule=rule)

    def give(self, *, note: str, note_digest: str) -> None:
        """`note`: who of the family said so, and how."""
        recorder = current().actor.id
        self.record(self.Given, recorder=recorder, note=note, note_digest=note_digest)

    def withdraw(self) -> None:
        """Raises `ConsentMissing`."""
        self.check(current().today)
        self.record(self.Withdrawn, recorder=current().actor.id)

    def check(self, today: date) -> None:
        """Whether the honour may be proposed today; raises `ConsentMissing`."""
        if not self.given_on or today - date.fromisoformat(self.given_on) > CONSENT_LASTS:
            raise ConsentMissing(household=self.household, rule=self.rule)
