"""A case whose rule names a body was reviewed by a sitting of it: a quorum, a majority, nobody who
was near to the household."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from points.award import AwardCase
from points.checks.books import Books
from points.checks.findings import Finding, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.checks.saves import Known, Save
from points.refusals import Refusal
from points.rulebook import COUNCILS
from points.scoring import ENOUGH, Meeting
from points.sitting import Sitting, agreed, may_shrink


@about(AwardCase)
def look_at_bodies(before: Any, read: Read, books: Books) -> Iterator[Finding]:
    """A case has the body of its rule, and nobody signs it before that sat, nor a second sitting
    after it."""
    event, place = read.event, read.place
    if isinstance(event, AwardCase.Created):
        found = books.rule(event.rule_version, event.rule)
        if found is not None:
            yield from unequal("sittings", place, body=(event.body, found[0].sitting_of))
    if isinstance(event, AwardCase.Signed) and isinstance(before, AwardCase):
        waits = bool(before.body) and not before.sitting
        right = bool(event.sitting) == waits
        yield from unless("sittings", place, its_body_decides_first_and_once=right)


@about(Sitting.Created, AwardCase.Signed, AwardCase.Refused)
def look_at_sittings(save: Save, known: Known) -> Iterator[Finding]:
    """What a sitting decided is what became of its cases, in the same save."""
    held = save.of(Sitting.Created)
    ids = {str(read.stream) for read in held}
    for read in save.of(AwardCase.Signed):
        its = read.event.sitting is None or read.event.sitting in ids
        yield from unless("sittings", read.place, its_sitting_is_in_this_save=its)
    for read in held:
        yield from _minutes(read)
        yield from _size(read, known)
        for decision in read.event.decisions:
            yield from _decision(read, decision, known)
        yield from _outcomes(read, save)
    for read in () if held else save.of(AwardCase.Refused):
        if read.event.why == "review":
            first = known.firsts.get(read.stream)
            body = first is not None and first.event and first.event.body
            free = not body or read.stream in known.sat
            yield from unless("sittings", read.place, its_body_had_decided=free)


def _minutes(read: Read) -> Iterator[Finding]:
    event, place = read.event, read.place
    own = Sitting.id_of(event.village, event.body, event.number, event.day[:4])
    yield from unequal("sittings", place, stream=(read.stream, own))
    yield from unequal("sittings", place, held_by=(event.held_by, read.stamp and read.stamp.actor))
    try:
        Meeting(event.number, event.place, len(event.members), event.required).check()
    except Refusal as refusal:
        yield Finding("sittings", place, f"{refusal.code} {refusal.facts}")
    ids = [each["id"] for each in event.members]
    homes = [each["household"] for each in event.members if each["household"]]
    cases = [each["case"] for each in event.decisions]
    yield from unless(
        "sittings",
        place,
        a_body_of_a_village_sat=event.body in COUNCILS,
        it_was_over=event.day <= read.day,
        each_is_there_once=len({*ids}) == len(ids) and len({*homes}) == len(homes),
        each_case_is_decided_once=0 < len(cases) == len({*cases}),
    )


def _size(read: Read, known: Known) -> Iterator[Finding]:
    """A body was not made smaller in the village itself."""
    event, place = read.event, read.stamp.actor_place if read.stamp else ""
    before = known.bodies.get((event.village, event.body), 0)
    above = may_shrink(event.village, place or "")
    as_many = event.required >= before or above
    yield from unless("sittings", read.place, the_body_was_as_large_before=as_many)


def _decision(read: Read, decision: dict[str, Any], known: Known) -> Iterator[Finding]:
    event, place, household = read.event, read.place, decision["household"]
    first: Any = known.firsts.get(UUID(decision["case"]))
    if first is None or not first.event or read.stamp is None:
        yield Finding("sittings", place, f"there is no case {decision['case']}")
        return
    case, at = first.event, read.stamp.instant
    yield from unequal(
        "sittings",
        place,
        household=(household, case.household),
        body=(event.body, case.body),
        village=(event.village, household.partition("-")[0]),
    )
    yield from unless("sittings", place, it_was_proposed_before=first.day <= event.day)
    own = {
        each["id"]
        for each in event.members
        if each["household"] == household or each["id"] == case.proposer
    }
    ids, recused = {each["id"] for each in event.members}, set(decision["recused"])
    surely = own | {each for each in ids if known.near.surely(each, household, at)}
    perhaps = own | {each for each in ids if known.near.perhaps(each, household, at)}
    left = len(ids) - len(recused)
    yield from unless(
        "sittings",
        place,
        who_is_near_is_recused=surely <= recused,
        nobody_else_is_recused=recused <= perhaps,
        enough_decide=ENOUGH <= left,
        no_more_agreed_than_decide=0 <= decision["in_favour"] <= left,
    )


def _outcomes(read: Read, save: Save) -> Iterator[Finding]:
    present = len(read.event.members)
    told = {each["case"]: agreed(each, present) for each in read.event.decisions}
    mine = str(read.stream)
    signed = {
        str(each.stream): True for each in save.of(AwardCase.Signed) if each.event.sitting == mine
    }
    refused = {
        str(each.stream): False for each in save.of(AwardCase.Refused) if each.event.why == "review"
    }
    yield from unequal("sittings", read.place, outcomes=({**signed, **refused}, told))
