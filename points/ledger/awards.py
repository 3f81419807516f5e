"""Use cases of awards: proposed by one person, reviewed by another; then they are hung up
(`points/ledger/noticing.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from points.account import PointsAccount
from points.award import PROPOSED_WITHIN, AwardCase, UnknownCase
from points.consent import CONSENT, Consent, ConsentMissing
from points.envelope import VILLAGER, current
from points.kinship import Kinship, KinUnknown
from points.ledger.accounts import Accounts, InTheFuture
from points.ledger.base import LedgerBase, command, first_id, no_answer
from points.ledger.books import the_rule
from points.refusals import Refusal
from points.rulebook import Rule
from points.store.notes import Note
from points.store.recorded import Notified
from points.undo import ReasonMissing

DEDUCTION_SIGNATURES = 2
"""Signatures that a deduction needs beside its proposer (design §4)."""


class TooLongAgo(Refusal):
    """What lies more than a year back is no award; it came in with its paper register, or not."""

    code = "date-too-old"


KINSHIP = "kinship"
"""The turn in which it is declared, and in which a sitting and a round ask for it."""

CLAIMS_MAX = 5
"""So many things that a household reported itself may wait for a review at once."""


class NotClaimable(Refusal):
    """What sheets, rounds and offices tell, a household does not report itself."""

    code = "not-claimable"


class TooManyClaims(Refusal):
    """Some of what the household reported is still to be reviewed; the facts say how many may."""

    code = "too-many-claims"


PHOTO = "photo"
"""What a rule's `proof_kind` says that asks for a photo."""


class PhotoMissing(Refusal):
    """The rule asks for a photo (features.csv A4)."""

    code = "photo-missing"


class PhotoUsed(Refusal):
    """A photo proves one thing of a household's under a rule, once."""

    code = "photo-used"


@dataclass(frozen=True)
class Proposal:
    """One credit or deduction as it is proposed. `points` may be left out where the rule fixes
    them, `minutes` counts for rules by the hour, `earner` is who earned it (an opaque id),
    `objection` the upheld one that it answers, `photos` their digests (SHA-256, hex)."""

    household: str
    rule: str
    occurred_on: date
    points: int | None = None
    minutes: int | None = None
    earner: str | None = None
    evidence: str = ""
    objection: str | None = None
    photos: tuple[str, ...] = ()


def _check_day(occurred_on: date, today: date) -> None:
    """Raises `InTheFuture` or `TooLongAgo`."""
    if occurred_on > today:
        raise InTheFuture(occurred_on=occurred_on.isoformat())
    if today - occurred_on > PROPOSED_WITHIN:
        raise TooLongAgo(occurred_on=occurred_on.isoformat(), days=PROPOSED_WITHIN.days)


def _check_photos_among(proposals: Sequence[Proposal], rules: Mapping[str, Rule]) -> None:
    """What is proposed together uses a photo once, too; raises `PhotoUsed`."""
    seen: dict[tuple[str, str, str], list[Proposal]] = {}
    for each in proposals:
        for photo in dict.fromkeys(each.photos):
            before = seen.setdefault((photo, each.household, each.rule), [])
            for other in (one for one in before if _maybe_one(one.earner, each.earner)):
                item = rules[each.rule].name if each.rule in rules else each.rule
                raise PhotoUsed(item=item, occurred_on=other.occurred_on.isoformat())
            before.append(each)


def _maybe_one(earner: str | None, other: str | None) -> bool:
    """Whether both may be one person: who is not named may be anybody."""
    return earner is None or other in (None, earner)


def _cases(_: LedgerBase, made: Sequence[Notified]) -> list[UUID]:
    return [event.originator_id for event in made]  # type: ignore[misc]  # ids here are UUIDs


class Awards(Accounts):
    @command(first_id)
    def propose(self, proposal: Proposal) -> UUID:
        """Open a case; it waits for a signature and is not spendable before. Returns its id.

        Raises `UnknownAccount`, `OwnHousehold`, `UnknownRule`, `PointsNotInRule`, `InTheFuture`,
        `TooLongAgo`, `PhotoMissing`, `PhotoUsed`, `ConsentMissing` or `CapReached`; of a villager,
        who proposes for her own household, also `OthersHousehold`, `NotClaimable` or
        `TooManyClaims`.
        """
        return self._propose([proposal])[0]

    @command(_cases)
    def propose_batch(self, proposals: Sequence[Proposal]) -> list[UUID]:
        """Open many cases in one save: all of them, or none."""
        return self._propose(proposals)

    def _propose(self, proposals: Sequence[Proposal]) -> list[UUID]:
        claims = [f"claims {current().actor.id}"] if current().actor.role == VILLAGER else []
        with self.turn(*claims):
            opened = self._opened(proposals)
            notes = [note.store for _, note in opened if note]
            self.save(*(case for case, _ in opened), also=notes)
        return [case.id for case, _ in opened]

    def _opened(self, proposals: Sequence[Proposal]) -> list[tuple[AwardCase, Note | None]]:
        """Cases that are not saved yet, each with the note that it seals."""
        today = current().today
        for proposal in proposals:
            _check_day(proposal.occurred_on, today)
        accounts = self.accounts(proposal.household for proposal in proposals)
        version, rules, _ = self.rules_on(today)
        _check_photos_among(proposals, rules)
        return [
            self._case(each, accounts[each.household], the_rule(rules, each.rule, version), version)
            for each in proposals
        ]

    def _case(
        self, proposal: Proposal, account: PointsAccount, rule: Rule, version: int
    ) -> tuple[AwardCase, Note | None]:
        points = rule.points_for(proposal.points, proposal.minutes)
        occurred_on = proposal.occurred_on.isoformat()
        if cap := rule.the_cap():
            account.check_cap(cap, rule.code, points, occurred_on, proposal.earner)
        if current().actor.role == VILLAGER:
            self._check_claim(proposal.household, rule)
        if rule.proof_kind == PHOTO and not proposal.photos:
            raise PhotoMissing(rule=rule.code)
        self._check_photos(proposal)
        if rule.proof_kind == CONSENT:
            self._check_consent(proposal.household, rule.code)
        note = self.note(proposal.household, proposal.evidence)
        case = AwardCase.propose(
            self.new_id(),
            household=proposal.household,
            rule=rule.code,
            rule_version=version,
            item=rule.name,
            points=points,
            bucket=rule.bucket,
            occurred_on=occurred_on,
            minutes=proposal.minutes,
            earner=proposal.earner,
            signatures_needed=DEDUCTION_SIGNATURES if rule.is_deduction else 1,
            objection=proposal.objection,
            body=rule.sitting_of,
            photos=list(proposal.photos),
            note=note.id if note else None,
            note_digest=note.digest if note else None,
        )
        return case, note

    def _check_claim(self, household: str, rule: Rule) -> None:
        """Raises `NotClaimable` or `TooManyClaims`."""
        if not rule.claimable:
            raise NotClaimable(rule=rule.code)
        if len(self.read.cases.claims(household, current().actor.id)) >= CLAIMS_MAX:
            raise TooManyClaims(most=CLAIMS_MAX)

    def _check_photos(self, proposal: Proposal) -> None:
        """Raises `PhotoUsed`; what another named person of the household earned may have it."""
        used = self.read.pictures.used(proposal.photos, household=proposal.household)
        for case in (case for some in used.values() for case in some):
            if case["rule"] == proposal.rule and _maybe_one(case["earner"], proposal.earner):
                raise PhotoUsed(item=case["item"], occurred_on=case["occurred_on"])

    def _check_consent(self, household: str, rule: str) -> None:
        """Raises `ConsentMissing`."""
        found = self.load(Consent, Consent.id_of(household, rule))
        if found is None:
            raise ConsentMissing(household=household, rule=rule)
        found.check(current().today)

    @command(no_answer)
    def sign(self, case_id: UUID) -> None:
        """Review it: add a signature. With the last one needed it may be hung up.

        Raises `UnknownCase`, `CaseClosed`, `SittingMissing`, `Relative`, `OwnHousehold` or
        `SamePerson`.
        """
        case = self._open_case(case_id)
        self.not_for_kin(case.household)
        case.sign()
        self.save(case)

    def _post(self, case: AwardCase, account: PointsAccount) -> None:
        frozen = {
            "rule": case.rule,
            "rule_version": case.rule_version,
            "item": case.item,
            "occurred_on": case.occurred_on,
            "note": case.note,
            "note_digest": case.note_digest,
        }
        if case.points < 0:
            account.expire(current().today.isoformat())
            account.deduct(-case.points, case=str(case.id), **frozen)
            return
        rule, policy = self.rule_book().rule_of(case.rule_version, case.rule)
        account.credit(
            str(case.id),
            cap=rule.the_cap(),
            points=case.points,
            bucket=case.bucket,
            redeemable=policy.redeemable(case.bucket),
            source="award",
            expires_on=policy.expires_on(current().today),
            earner=case.earner,
            **frozen,
        )

    @command(no_answer)
    def refuse(self, case_id: UUID, *, reason: str) -> None:
        """A reviewer says no, with her reason; raises `ReasonMissing`."""
        case = self._open_case(case_id)
        note = self.note(case.household, reason)
        if note is None:
            raise ReasonMissing(case=str(case_id))
        self.not_for_kin(case.household)
        case.refuse(note=note.id, note_digest=note.digest)
        self.save(case, also=[note.store])

    @command(no_answer)
    def declare_kin(self, person: str, household: str, relation: str) -> None:
        """`person` is a near relative of a household; raises `UnknownAccount`, `RelationUnknown`
        or `KinKnown`."""
        self.account(household)
        with self.turn(KINSHIP):
            kinship = self.load(Kinship, Kinship.id_of(person)) or Kinship.start(person)
            kinship.declare(household, relation)
            self.save(kinship)

    @command(no_answer)
    def end_kin(self, person: str, household: str) -> None:
        """It no longer holds, says another person; raises `KinUnknown` or `SamePerson`."""
        with self.turn(KINSHIP):
            kinship = self.load(Kinship, Kinship.id_of(person))
            if kinship is None:
                raise KinUnknown(household=household)
            kinship.end(household)
            self.save(kinship)

    def not_for_kin(self, *households: str) -> None:
        """Whether the acting person may decide for these households; raises `Relative`."""
        kinship = self.load(Kinship, Kinship.id_of(current().actor.id))
        for household in households:
            if kinship is not None:
                kinship.check(household)

    @command(no_answer)
    def withdraw(self, case_id: UUID) -> None:
        """The proposer takes her case back; raises `NotTheProposer` or `CaseClosed`."""
        case = self._open_case(case_id)
        case.withdraw()
        self.save(case)

    def _open_case(self, case_id: UUID) -> AwardCase:
        case = self.load(AwardCase, case_id)
        if case is None:
            raise UnknownCase(case=str(case_id))
        return case
