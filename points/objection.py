"""An objection (异议) to what stands on a notice, is missing from it, or was posted (B4, B5).

Anybody may object, with or without her name. Another person decides within three working days;
whoever is not content takes it to the township within three more, which decides for good
(rulings 10; domain.md §2.2). The answer is published. Of an anonymous objection nothing is kept
that leads to a person (rulings 24).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate
from points.envelope import another_than, current, not_for_own
from points.refusals import Refusal
from points.workdays import Declared, after_working_days

WORKING_DAYS = 3
"""To decide, and after that to take it further."""

ENTRY_WITHIN = timedelta(days=366)
"""How long after the day on which an entry was posted it may be objected to: the yearly statement
shows it once more."""

PER_DAY = 10
"""Objections of one household on one day, by its card or on a page."""

UNNAMED_PER_DAY = 50
"""Objections without a name on one day of one village: behind a flood nobody hears the others."""

LINE, MISSING, ENTRY = "line", "missing", "entry"
ABOUT = (LINE, MISSING, ENTRY)
"""A line of a notice; something that stands on none; an entry that was posted."""

PAPER = "paper"
WAYS = ("page", "card", PAPER)
"""Signed in, by the card at the shop, or on paper and entered by staff: who enters it decides
nothing of it."""

DISMISSED, UPHELD = "dismissed", "upheld"
OUTCOMES = (DISMISSED, UPHELD)

HIGHER = ("township", "county")
"""Who decides in the second instance."""


class ObjectionClosed(Refusal):
    """It was decided already; the facts say how it stands."""

    code = "objection-closed"


class OutcomeUnknown(Refusal):
    """An objection is upheld or dismissed, and about one of the listed things."""

    code = "outcome-unknown"


class AppealTooLate(Refusal):
    """The days to take it further are over."""

    code = "appeal-too-late"


class TownshipDecides(Refusal):
    """The second instance is the township's, or the county's."""

    code = "township-decides"


class FirstAnswerStands(Refusal):
    """The first answer changed the line: the last one says which points it shall have."""

    code = "first-answer-stands"


class MoreThanHung(Refusal):
    """An answer may lower a line or strike it; what is missing is proposed, and hangs itself."""

    code = "more-than-hung"


class MadeGood(Refusal):
    """One wrong is made good by one case; a second one only after the first has come to nothing."""

    code = "made-good"


class OtherHousehold(Refusal):
    """What was wrong is made good to the household that it was about."""

    code = "objection-household"


class EntryTooOld(Refusal):
    """What was posted more than a year ago is looked into at the office, not by an objection."""

    code = "entry-too-old"


class EntryDoubted(Refusal):
    """Somebody objected to it already, and is not answered yet."""

    code = "entry-doubted"


class TooManyToday(Refusal):
    """So many of one household wait for an answer of their own; more come on paper, or tomorrow."""

    code = "objections-today"


class TooManyUnnamed(Refusal):
    """Too many came without a name today: with a name, or on paper, they are taken still."""

    code = "objections-unnamed"


class UnknownObjection(Refusal):
    code = "objection-unknown"


class Objection(LedgerAggregate):
    TOPIC = "objection"

    class Created(Aggregate.Created):
        TOPIC = "objection.filed"
        village: str
        about: str
        notice: str | None
        case: str | None
        entry: str | None
        household: str | None
        by: str | None
        way: str
        entered_by: str | None
        due_on: str
        note: str | None
        note_digest: str | None

    class Decided(Aggregate.Event):
        TOPIC = "objection.decided"
        outcome: str
        points: int | None
        case: str | None
        decider: str
        appeal_until: str
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: Objection) -> None:
            aggregate.state, aggregate.outcome = "decided", self.outcome
            aggregate.deciders.append(self.decider)
            aggregate.appeal_until = self.appeal_until

    class Appealed(Aggregate.Event):
        TOPIC = "objection.appealed"
        due_on: str
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: Objection) -> None:
            aggregate.state, aggregate.due_on = "appealed", self.due_on

    class Settled(Aggregate.Event):
        TOPIC = "objection.settled"
        outcome: str
        points: int | None
        case: str | None
        decider: str
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: Objection) -> None:
            aggregate.state, aggregate.outcome = "settled", self.outcome
            aggregate.deciders.append(self.decider)

    @event(Created)
    def __init__(
        self,
        village: str,
        about: str,
        notice: str | None,
        case: str | None,
        entry: str | None,
        household: str | None,
        by: str | None,
        way: str,
        entered_by: str | None,
        due_on: str,
        note: str | None,
        note_digest: str | None,
    ) -> None:
        self.village, self.about, self.way, self.due_on = village, about, way, due_on
        self.notice, self.case, self.entry = notice, case, entry
        self.household, self.by, self.entered_by = household, by, entered_by
        self.note, self.note_digest = note, note_digest
        self.state, self.outcome, self.appeal_until = "open", "", ""
        self.deciders: list[str] = []

    @classmethod
    def file(
        cls,
        objection: UUID,
        *,
        village: str,
        about: str,
        way: str,
        calendar: Declared,
        **facts: object,
    ) -> Self:
        """`facts`: notice, case, entry, household (whose points it is about), by (who objects:
        person or household; None where she gives no name), note and its digest."""
        if about not in ABOUT or way not in WAYS:
            raise OutcomeUnknown(about=about, way=way)
        due_on = after_working_days(current().today, WORKING_DAYS, calendar)
        entered_by = current().actor.id if way == PAPER else None
        return cls.begin(
            cls.Created,
            objection,
            village=village,
            about=about,
            way=way,
            entered_by=entered_by,
            due_on=due_on.isoformat(),
            **facts,
        )

    def decide(
        self,
        outcome: str,
        *,
        involved: tuple[str, ...],
        calendar: Declared,
        **facts: object,
    ) -> date:
        """The first answer. `involved`: who proposed, reviewed and hung up what it is about, and
        decides none of it. `facts`: points, case, note. Returns the last day of an appeal.

        Raises `ObjectionClosed`, `OutcomeUnknown`, `OwnHousehold` or `SamePerson`.
        """
        self.check_in("open")
        until = after_working_days(current().today, WORKING_DAYS, calendar)
        self.record(
            self.Decided,
            outcome=outcome,
            decider=self._decider(outcome, involved),
            appeal_until=until.isoformat(),
            **facts,
        )
        return until

    def appeal(self, *, calendar: Declared, note: str | None, note_digest: str | None) -> None:
        """To the township; raises `ObjectionClosed` or `AppealTooLate`."""
        self.check_in("decided")
        if current().today.isoformat() > self.appeal_until:
            raise AppealTooLate(until=self.appeal_until)
        due_on = after_working_days(current().today, WORKING_DAYS, calendar)
        self.record(self.Appealed, due_on=due_on.isoformat(), note=note, note_digest=note_digest)

    def settle(self, outcome: str, *, involved: tuple[str, ...], **facts: object) -> None:
        """The second answer is the last; raises like `decide`, and `TownshipDecides`.

        What a first answer changed or struck, a dismissal does not bring back: the second says so
        by upholding, with the points; raises `FirstAnswerStands`.
        """
        self.check_in("appealed")
        if current().actor.role not in HIGHER:
            raise TownshipDecides(role=current().actor.role)
        decider = self._decider(outcome, (*involved, *self.deciders))
        if outcome == DISMISSED and self.outcome == UPHELD and self.about == LINE:
            raise FirstAnswerStands(objection=str(self.id))
        self.record(self.Settled, outcome=outcome, decider=decider, **facts)

    def _decider(self, outcome: str, involved: tuple[str, ...]) -> str:
        if outcome not in OUTCOMES:
            raise OutcomeUnknown(outcome=outcome)
        for household in (self.household, self.by):
            if household is not None:
                not_for_own(household)
        hands = (self.by, self.entered_by)
        return another_than(*involved, *(each for each in hands if each)).id

    def check_in(self, state: str) -> None:
        """Whether it stands there; raises `ObjectionClosed`."""
        if self.state != state:
            raise ObjectionClosed(objection=str(self.id), state=self.state)
