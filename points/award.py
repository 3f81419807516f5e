"""An award case: points proposed by one person, reviewed by another, shown to all, then posted.

`proposed -> reviewed -> on_notice -> posted`, and before that `refused` or `withdrawn`. A credit
needs one review beside its proposer, a deduction two (design §4); where its rule names a body, the
first is a sitting's (`points/sitting.py`). Nobody acts for her own household (rulings 13). An
objection holds the case, and only this case, until it is decided.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate
from points.envelope import VILLAGER, another_than, current, not_for_own, only_for_own
from points.refusals import Refusal

PROPOSED_WITHIN = timedelta(days=366)
"""How long after the day a credit may still be proposed: an older month would dodge its cap."""

WHYS = ("review", "objection", "cap")
"""Why a case is refused: by who reviewed it, by an answer, or because its cap was used up."""


class CaseClosed(Refusal):
    """This cannot be asked of the case as it stands; the facts say how it stands."""

    code = "case-closed"


class CaseHeld(Refusal):
    """Somebody objected, and it is not decided, or may still be taken further."""

    code = "case-held"


class NotTheProposer(Refusal):
    """Only who proposed a case may withdraw it."""

    code = "not-the-proposer"


class SittingMissing(Refusal):
    """Its rule names a body: a sitting of it decides first."""

    code = "sitting-missing"


class UnknownCase(Refusal):
    code = "case-unknown"


class AwardCase(LedgerAggregate):
    TOPIC = "award"

    class Created(Aggregate.Created):
        TOPIC = "award.proposed"
        household: str
        rule: str
        rule_version: int
        item: str
        points: int
        bucket: str
        occurred_on: str
        minutes: int | None
        earner: str | None
        proposer: str
        signatures_needed: int
        objection: str | None
        body: str
        photos: list[str]
        note: str | None
        note_digest: str | None

    class Signed(Aggregate.Event):
        TOPIC = "award.signed"
        signer: str
        sitting: str | None

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.signers.append(self.signer)
            aggregate.sitting = self.sitting or aggregate.sitting
            if len(aggregate.signers) >= aggregate.signatures_needed:
                aggregate.state = "reviewed"

    class Noticed(Aggregate.Event):
        TOPIC = "award.noticed"
        notice: str
        closes_on: str

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.notice, aggregate.closes_on = self.notice, self.closes_on
            aggregate.state = "on_notice"

    class Held(Aggregate.Event):
        TOPIC = "award.held"
        objection: str

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.held.append(self.objection)

    class Released(Aggregate.Event):
        TOPIC = "award.released"
        objection: str
        post_after: str

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.held.remove(self.objection)
            aggregate.post_after = max(aggregate.post_after, self.post_after)

    class Changed(Aggregate.Event):
        TOPIC = "award.changed"
        points: int
        objection: str

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.points = self.points

    class Posted(Aggregate.Event):
        TOPIC = "award.posted"

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.state = "posted"

    class Refused(Aggregate.Event):
        TOPIC = "award.refused"
        why: str
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.state = "refused"

    class Withdrawn(Aggregate.Event):
        TOPIC = "award.withdrawn"

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.state = "withdrawn"

    @event(Created)
    def __init__(
        self,
        household: str,
        rule: str,
        rule_version: int,
        item: str,
        points: int,
        bucket: str,
        occurred_on: str,
        minutes: int | None,
        earner: str | None,
        proposer: str,
        signatures_needed: int,
        objection: str | None,
        body: str,
        photos: list[str],
        note: str | None,
        note_digest: str | None,
    ) -> None:
        self.household, self.rule, self.rule_version = household, rule, rule_version
        self.item, self.points, self.bucket = item, points, bucket
        self.occurred_on, self.minutes, self.earner = occurred_on, minutes, earner
        self.proposer, self.signatures_needed = proposer, signatures_needed
        self.objection, self.body, self.photos = objection, body, photos
        self.note, self.note_digest = note, note_digest
        self.signers: list[str] = []
        self.sitting = ""
        self.state = "proposed"
        self.notice, self.closes_on, self.post_after = "", "", ""
        self.held: list[str] = []

    @classmethod
    def propose(cls, case: UUID, *, household: str, **facts: object) -> Self:
        """Open a case. Staff propose for others, a villager for her own household; raises
        `OwnHousehold` or `OthersHousehold`. Points are signed: negative for a deduction.
        `objection`: the upheld one that it answers, or None; `body`: whose sitting reviews it, ""
        where one person does."""
        herself = current().actor.role == VILLAGER
        proposer = only_for_own(household) if herself else not_for_own(household)
        return cls.begin(cls.Created, case, household=household, proposer=proposer.id, **facts)

    def sign(self, sitting: UUID | None = None) -> bool:
        """Add the acting person's review, or what a sitting of its body agreed to, in the name of
        who enters it; True when it was the last one needed.

        Raises `CaseClosed`, `SittingMissing`, `OwnHousehold` or `SamePerson`.
        """
        self._in("proposed")
        self._after_its_sitting(sitting)
        signer = not_for_own(self.household)
        another_than(self.proposer, *self.signers)
        self.record(self.Signed, signer=signer.id, sitting=str(sitting) if sitting else None)
        return self.state == "reviewed"

    def refuse(
        self, *, note: str | None, note_digest: str | None, sitting: UUID | None = None
    ) -> None:
        """A reviewer or a sitting says no, with the reason; raises like `sign`."""
        self._in("proposed", "reviewed")
        self._after_its_sitting(sitting)
        not_for_own(self.household)
        another_than(self.proposer)
        self.record(self.Refused, why="review", note=note, note_digest=note_digest)

    def withdraw(self) -> None:
        """Its proposer takes it back, before it is shown to all."""
        self._in("proposed", "reviewed")
        if current().actor.id != self.proposer:
            raise NotTheProposer(case=str(self.id))
        self.record(self.Withdrawn)

    # In public.

    def show(self, notice: UUID, closes_on: str) -> None:
        """It stands on a notice now; raises `CaseClosed`."""
        self._in("reviewed")
        self.record(self.Noticed, notice=str(notice), closes_on=closes_on)

    def hold(self, objection: UUID) -> None:
        """Somebody objects, or takes her objection further."""
        self._in("on_notice")
        self.record(self.Held, objection=str(objection))

    def release(self, objection: UUID, *, post_after: str, points: int | None = None) -> None:
        """The objection is decided: it goes on, perhaps with other points, once `post_after` (a
        day) has passed: until then the decision may be taken further."""
        self._in("on_notice")
        if points is not None:
            self.record(self.Changed, points=points, objection=str(objection))
        self.record(self.Released, objection=str(objection), post_after=post_after)

    def strike(self, *, note: str | None, note_digest: str | None) -> None:
        """An objection was upheld: it is not posted."""
        self._in("on_notice")
        self.record(self.Refused, why="objection", note=note, note_digest=note_digest)

    def cap_reached(self) -> None:
        """What its rule allows was used up meanwhile: it cannot be posted."""
        self._in("on_notice")
        self.record(self.Refused, why="cap", note=None, note_digest=None)

    def post(self) -> None:
        """After its notice, in the name of who opened it; she has neither proposed nor signed.

        Raises `CaseClosed`, `CaseHeld`, `OwnHousehold` or `SamePerson`.
        """
        self._in("on_notice")
        if self.held or current().today.isoformat() <= max(self.closes_on, self.post_after):
            raise CaseHeld(case=str(self.id))
        not_for_own(self.household)
        another_than(self.proposer, *self.signers)
        self.record(self.Posted)

    def _after_its_sitting(self, sitting: UUID | None) -> None:
        """A case of a body comes before one sitting, and before that to nobody."""
        if sitting and self.sitting:
            raise CaseClosed(case=str(self.id), state="reviewed")
        if self.body and not (sitting or self.sitting):
            raise SittingMissing(case=str(self.id), body=self.body)

    def _in(self, *states: str) -> None:
        if self.state not in states:
            raise CaseClosed(case=str(self.id), state=self.state)
