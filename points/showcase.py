"""A show-case household (美丽庭院示范户): its plaque, how long it holds, whether it still earns it.

Granted on a case of C03 that was reviewed, shown to all and posted; inspected again; revoked by two
people, with a reason; over on a day that was known before (features.csv B6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import another_than, current, not_for_own
from points.refusals import Refusal

LEVELS: Mapping[str, str] = {"C03-V": "village", "C03-T": "township", "C03-C": "county"}
"""By the rule of the case."""

REINSPECTED_AFTER = timedelta(days=182)
"""A household is looked at again within half a year."""

RECTIFIED_WITHIN = timedelta(days=7)
"""What was found wanting is put right, and looked at again."""

YEARS_MAX = 3

WHYS = ("not-kept-up", "conduct", "false-report", "moved", "given-up")
"""Why a plaque is taken back."""


class NoPlaqueYet(Refusal):
    """A plaque is given for a case of its kind that was shown to all and posted, once."""

    code = "no-plaque-yet"


class PlaqueUnfit(Refusal):
    """It has a number of its own, and days from and to, at most three years."""

    code = "plaque-unfit"


class ShowcaseOver(Refusal):
    """It was revoked, or its days are over."""

    code = "showcase-over"


class WhyUnknown(Refusal):
    """A plaque is taken back for one of the listed reasons."""

    code = "why-unknown"


class NotAsked(Refusal):
    """Nobody asked to take this plaque back, or somebody did already."""

    code = "revocation-not-asked"


class UnknownShowcase(Refusal):
    code = "showcase-unknown"


class Showcase(LedgerAggregate):
    TOPIC = "showcase"

    class Created(Aggregate.Created):
        TOPIC = "showcase.granted"
        case: str
        household: str
        level: str
        plaque: str
        valid_from: str
        valid_to: str
        due_on: str
        granter: str

    class Reinspected(Aggregate.Event):
        TOPIC = "showcase.reinspected"
        day: str
        passed: bool
        due_on: str
        inspector: str
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: Showcase) -> None:
            aggregate.due_on, aggregate.passed = self.due_on, self.passed

    class RevocationAsked(Aggregate.Event):
        TOPIC = "showcase.revocation_asked"
        why: str
        asker: str
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: Showcase) -> None:
            aggregate.why, aggregate.asker = self.why, self.asker

    class RevocationRefused(Aggregate.Event):
        TOPIC = "showcase.revocation_refused"
        signer: str

        def apply(self, aggregate: Showcase) -> None:
            aggregate.why, aggregate.asker = "", ""

    class Revoked(Aggregate.Event):
        TOPIC = "showcase.revoked"
        why: str
        signer: str

        def apply(self, aggregate: Showcase) -> None:
            aggregate.state = "revoked"

    @event(Created)
    def __init__(
        self,
        case: str,
        household: str,
        level: str,
        plaque: str,
        valid_from: str,
        valid_to: str,
        due_on: str,
        granter: str,
    ) -> None:
        self.case, self.household, self.level, self.plaque = case, household, level, plaque
        self.valid_from, self.valid_to, self.due_on = valid_from, valid_to, due_on
        self.granter, self.passed = granter, True
        self.state, self.why, self.asker = "valid", "", ""

    @staticmethod
    def id_of(case: str) -> UUID:
        return stable_id("showcase", case)

    @classmethod
    def grant(
        cls, case: str, *, household: str, rule: str, plaque: str, valid_from: date, valid_to: date
    ) -> Self:
        """Raises `NoPlaqueYet` for a case of another rule, `PlaqueUnfit` or `OwnHousehold`."""
        granter = not_for_own(household)
        if rule not in LEVELS:
            raise NoPlaqueYet(case=case)
        if not plaque.strip() or not valid_from < valid_to <= years_after(valid_from, YEARS_MAX):
            raise PlaqueUnfit(plaque=plaque)
        due_on = min(valid_to, valid_from + REINSPECTED_AFTER)
        return cls.begin(
            cls.Created,
            cls.id_of(case),
            case=case,
            household=household,
            level=LEVELS[rule],
            plaque=plaque.strip(),
            valid_from=valid_from.isoformat(),
            valid_to=valid_to.isoformat(),
            due_on=due_on.isoformat(),
            granter=granter.id,
        )

    def reinspect(self, *, passed: bool, note: str | None, note_digest: str | None) -> None:
        """Looked at again today; what was not in order is due again in a week.

        Raises `ShowcaseOver` or `OwnHousehold`.
        """
        self._stands()
        inspector, today = not_for_own(self.household), current().today
        due_on = today + (REINSPECTED_AFTER if passed else RECTIFIED_WITHIN)
        self.record(
            self.Reinspected,
            day=today.isoformat(),
            passed=passed,
            due_on=min(due_on.isoformat(), self.valid_to),
            inspector=inspector.id,
            note=note,
            note_digest=note_digest,
        )

    def ask_revocation(self, why: str, *, note: str | None, note_digest: str | None) -> None:
        """Raises `ShowcaseOver`, `WhyUnknown`, `NotAsked` where somebody did, `OwnHousehold`."""
        self._stands()
        if why not in WHYS:
            raise WhyUnknown(why=why)
        if self.asker:
            raise NotAsked(showcase=str(self.id))
        asker = not_for_own(self.household)
        self.record(
            self.RevocationAsked, why=why, asker=asker.id, note=note, note_digest=note_digest
        )

    def revoke(self) -> None:
        """The second person agrees; raises `NotAsked`, `SamePerson` or `OwnHousehold`."""
        signer = self._second()
        self.record(self.Revoked, why=self.why, signer=signer)

    def keep(self) -> None:
        """The second person does not; raises like `revoke`."""
        signer = self._second()
        self.record(self.RevocationRefused, signer=signer)

    def _second(self) -> str:
        self._stands()
        if not self.asker:
            raise NotAsked(showcase=str(self.id))
        not_for_own(self.household)
        return another_than(self.asker).id

    def _stands(self) -> None:
        if self.state != "valid" or current().today.isoformat() > self.valid_to:
            raise ShowcaseOver(showcase=str(self.id))


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
