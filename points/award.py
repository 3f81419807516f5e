"""An award case: points proposed by one person and posted by another's signature.

`proposed -> posted | refused | withdrawn`. A credit needs one signature beside the proposer's, a
deduction two (design §4); none of them acts for her own household (rulings 12 and 13). Public
notice and objection come between signature and posting when "Awards in public" is built.
"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate
from points.envelope import another_than, current, not_for_own
from points.refusals import Refusal


class CaseClosed(Refusal):
    """Nothing more can be asked of this case: it was posted, refused or withdrawn."""

    code = "case-closed"


class NotTheProposer(Refusal):
    """Only who proposed a case may withdraw it."""

    code = "not-the-proposer"


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
        note: str | None
        note_digest: str | None

    class Signed(Aggregate.Event):
        TOPIC = "award.signed"
        signer: str

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.signers.append(self.signer)

    class Posted(Aggregate.Event):
        TOPIC = "award.posted"

        def apply(self, aggregate: AwardCase) -> None:
            aggregate.state = "posted"

    class Refused(Aggregate.Event):
        TOPIC = "award.refused"
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
        note: str | None,
        note_digest: str | None,
    ) -> None:
        self.household, self.rule, self.rule_version = household, rule, rule_version
        self.item, self.points, self.bucket = item, points, bucket
        self.occurred_on, self.minutes, self.earner = occurred_on, minutes, earner
        self.proposer, self.signatures_needed = proposer, signatures_needed
        self.note, self.note_digest = note, note_digest
        self.signers: list[str] = []
        self.state = "proposed"

    @classmethod
    def propose(cls, case: UUID, *, household: str, **facts: object) -> Self:
        """Open a case; raises `OwnHousehold`. Points are signed: negative for a deduction."""
        proposer = not_for_own(household)
        return cls.begin(cls.Created, case, household=household, proposer=proposer.id, **facts)

    def sign(self) -> bool:
        """Add the acting person's signature; True when it was the last one needed.

        Raises `CaseClosed`, `OwnHousehold` or `SamePerson`.
        """
        self._open()
        signer = not_for_own(self.household)
        another_than(self.proposer, *self.signers)
        self.record(self.Signed, signer=signer.id)
        if len(self.signers) < self.signatures_needed:
            return False
        self.record(self.Posted)
        return True

    def refuse(self, *, note: str | None, note_digest: str | None) -> None:
        """A reviewer says no, with her reason; raises like `sign`."""
        self._open()
        not_for_own(self.household)
        another_than(self.proposer)
        self.record(self.Refused, note=note, note_digest=note_digest)

    def withdraw(self) -> None:
        self._open()
        if current().actor.id != self.proposer:
            raise NotTheProposer(case=str(self.id))
        self.record(self.Withdrawn)

    def _open(self) -> None:
        if self.state != "proposed":
            raise CaseClosed(case=str(self.id), state=self.state)
