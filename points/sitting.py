"""A sitting (评议会议): the body that a rule names decides the cases that came before it.

One entry a set of minutes: who was present, how many were in favour of each case, who was recused
there. Nobody counts for what she proposed, for her own household, nor for one that she declared to
be near to (`points/kinship.py`). Two thirds are a quorum; more than half of those who count decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import current
from points.refusals import Refusal
from points.scoring import ENOUGH, Judge, Meeting, recused_of


class SittingEmpty(Refusal):
    """A sitting decides something."""

    code = "sitting-empty"


class SittingDay(Refusal):
    """It was on a day that has come, and every case had been proposed by then."""

    code = "sitting-day"


class SittingKnown(Refusal):
    """These minutes are entered already."""

    code = "sitting-known"


class UnknownSitting(Refusal):
    code = "sitting-unknown"


class SittingMixed(Refusal):
    """A sitting decides cases of its own village, whose rule names its body."""

    code = "sitting-mixed"


class MembersUnfit(Refusal):
    """Each is present once, and no two of one household."""

    code = "members-unfit"


class TooFewDecide(Refusal):
    """Too many are recused for this household; the facts say how many are left."""

    code = "sitting-too-few"


class BodySmaller(Refusal):
    """A body has not fewer members than the last time: so few of it would be a quorum. Where it
    really has, the township or the county enters it; the facts say how many it had."""

    code = "body-smaller"


class VotesWrong(Refusal):
    """More were in favour than may decide; the facts say how many may."""

    code = "votes-wrong"


@dataclass(frozen=True)
class Vote:
    """One case before the sitting: who proposed it on which day, how many were in favour."""

    case: str
    household: str
    proposer: str
    proposed_on: date
    in_favour: int


@dataclass(frozen=True)
class Minutes:
    """The paper: which body of which village met on which day, number, place, how many belong to
    the body, who of them came (a login of the village's staff, or `household:` and its number)."""

    village: str
    body: str
    day: date
    number: str
    place: str
    required: int
    members: Sequence[Judge]


@dataclass(frozen=True)
class Decision:
    """`recused` are members' ids; they are not counted."""

    case: str
    household: str
    in_favour: int
    recused: Sequence[str]


def may_shrink(village: str, place: str) -> bool:
    """Whether somebody of a place may say that a body of this village has fewer members now."""
    return village != place and village.startswith(place)


def agreed(decision: Mapping[str, Any], present: int) -> bool:
    """Whether more than half of those who count were in favour."""
    return bool(decision["in_favour"] * 2 > present - len(decision["recused"]))


class Sitting(LedgerAggregate):
    TOPIC = "sitting"

    class Created(Aggregate.Created):
        TOPIC = "sitting.held"
        village: str
        body: str
        day: str
        number: str
        place: str
        required: int
        members: list[dict[str, Any]]
        decisions: list[dict[str, Any]]
        held_by: str

    @event(Created)
    def __init__(
        self,
        village: str,
        body: str,
        day: str,
        number: str,
        place: str,
        required: int,
        members: list[dict[str, Any]],
        decisions: list[dict[str, Any]],
        held_by: str,
    ) -> None:
        self.village, self.body, self.day, self.number = village, body, day, number
        self.place, self.required, self.members = place, required, members
        self.decisions, self.held_by = decisions, held_by

    @staticmethod
    def id_of(village: str, body: str, number: str, year: str) -> UUID:
        """Minutes have their number once a year."""
        return stable_id("sitting", village, body, number, year)

    @classmethod
    def hold(
        cls, minutes: Minutes, votes: Sequence[Vote], kin: Mapping[str, frozenset[str]]
    ) -> Self:
        """Write it down; `kin`: member -> households near to her.

        Raises `SittingEmpty`, `MinutesMissing`, `BodyTooSmall`, `QuorumMissing`, `MembersUnfit`,
        `SittingDay`, `TooFewDecide` or `VotesWrong`.
        """
        if not votes:
            raise SittingEmpty
        members = [asdict(each) for each in minutes.members]
        number, place = minutes.number.strip(), minutes.place.strip()
        Meeting(number, place, len(members), minutes.required).check()
        homes = [each["household"] for each in members if each["household"]]
        if len({each["id"] for each in members}) < len(members) or len(set(homes)) < len(homes):
            raise MembersUnfit(members=len(members))
        first = max(vote.proposed_on for vote in votes)
        if not first <= minutes.day <= current().today:
            raise SittingDay(day=minutes.day.isoformat(), since=first.isoformat())
        return cls.begin(
            cls.Created,
            cls.id_of(minutes.village, minutes.body, number, str(minutes.day.year)),
            village=minutes.village,
            body=minutes.body,
            day=minutes.day.isoformat(),
            number=number,
            place=place,
            required=minutes.required,
            members=members,
            decisions=[asdict(_decided(vote, members, kin)) for vote in votes],
            held_by=current().actor.id,
        )

    def agreed_to(self, case: str) -> bool:
        decision = next(each for each in self.decisions if each["case"] == case)
        return agreed(decision, len(self.members))


def _decided(
    vote: Vote, members: Sequence[Mapping[str, Any]], kin: Mapping[str, frozenset[str]]
) -> Decision:
    near = recused_of(members, vote.household, kin)
    recused = [each["id"] for each in members if each["id"] in (*near, vote.proposer)]
    left = len(members) - len(recused)
    if left < ENOUGH:
        raise TooFewDecide(household=vote.household, left=left)
    if not 0 <= vote.in_favour <= left:
        raise VotesWrong(household=vote.household, in_favour=vote.in_favour, left=left)
    return Decision(vote.case, vote.household, vote.in_favour, recused)
