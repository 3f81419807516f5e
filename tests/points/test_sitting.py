"""The body that a rule names reviews its cases: quorum, majority, recusals, minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.audit.facts import gather
from points.award import CaseClosed, SittingMissing
from points.checks import check
from points.envelope import OwnHousehold, SamePerson
from points.kinship import Relative
from points.ledger import Proposal
from points.ledger.sitting import Sittings
from points.refusals import Refusal
from points.rulebook import COUNCILS, Rule
from points.scoring import BodyTooSmall, Judge, MinutesMissing, QuorumMissing
from points.sitting import (
    BodySmaller,
    MembersUnfit,
    Minutes,
    Sitting,
    SittingDay,
    SittingEmpty,
    SittingKnown,
    SittingMixed,
    TooFewDecide,
    Vote,
    VotesWrong,
    agreed,
)
from tests.support.cast import (
    ADA,
    BEN,
    DORA,
    QIAN,
    RULES,
    SUN,
    TINA,
    VILLAGE,
    ZHAO,
    ZOE,
)
from tests.support.history import DAWN, acting
from tests.support.town import Town

pytestmark = pytest.mark.row("B2", "Q2")

CUSTOMS, BOTH = "customs_council", "two_committees"
BY_BODY = (
    Rule("M03", "低彩礼", "civility", 30, 30, body=CUSTOMS),
    Rule("D03", "大操大办", "deduction", -10, -10, body=BOTH),
    Rule("P01", "参加村民会议", "civility", 2, 2, body="villagers_council", proof_kind="sheet"),
)
COUNCIL = (Judge("c1", ZHAO), Judge("c2"), Judge("c3"), Judge("c4"), Judge("c5"), Judge("c6"))
"""Six of nine; the first is of the household ZHAO."""


@pytest.fixture
def village(town: Town) -> Town:
    town.books([*RULES, *BY_BODY])
    for household in (ZHAO, QIAN, SUN):
        town.household(household)
    return town


def minutes(town: Town, number: str = "红白〔2026〕3号", **more: Any) -> Minutes:
    paper = Minutes(VILLAGE, CUSTOMS, town.today, number, "村委会会议室", 9, COUNCIL)
    return replace(paper, **more)


def proposed(town: Town, household: str, rule: str = "M03") -> UUID:
    case: UUID = town.by(ADA).propose(Proposal(household, rule, town.today))
    return case


def state(town: Town, case: UUID) -> str:
    found = town.read.cases.one(case)
    assert found
    return str(found["state"])


def test_a_body_reviews_all_its_cases_in_one_entry(village: Town) -> None:
    yes, no = proposed(village, QIAN), proposed(village, SUN)
    made = village.by(BEN).hold_sitting(minutes(village), {yes: 4, no: 3})
    assert (state(village, yes), state(village, no)) == ("reviewed", "refused")
    behind = village.read.sittings.behind([yes, no])
    assert {row["sitting_id"] for row in behind.values()} == {made}
    said = behind[yes]
    shown = ("body", "day", "number", "present", "required", "in_favour", "counted", "recused")
    assert [said[name] for name in shown] == [
        CUSTOMS, village.today.isoformat(), "红白〔2026〕3号", 6, 9, 4, 6, "",
    ]  # fmt: skip
    assert (behind[no]["agreed"], behind[no]["in_favour"]) == (False, 3)
    found = village.read.cases.one(no)
    assert found
    assert (found["why"], found["sitting"]) == ("review", None)
    village.in_public(yes)
    assert (village.balance(QIAN), village.balance(SUN)) == (30, 0)
    assert check(village.county) == []


def test_a_body_is_not_made_small_enough_for_a_quorum(village: Town) -> None:
    """Two who agree with each other say that there are three; the township may, and it is told."""
    first, second, third = (proposed(village, home) for home in (QIAN, SUN, ZHAO))
    village.by(BEN).hold_sitting(minutes(village), {first: 4})
    few = minutes(village, "4号", required=3, members=COUNCIL[1:3])
    with pytest.raises(BodySmaller) as no:
        village.by(BEN).hold_sitting(few, {second: 2})
    assert no.value.facts == {"required": 9}
    with pytest.raises(BodySmaller):
        village.by(BEN).would_hold(few, {second: 2})
    assert state(village, second) == "proposed"

    village.by(TINA).hold_sitting(few, {second: 2})
    village.by(BEN).hold_sitting(replace(few, number="5号"), {third: 2})

    assert check(village.county) == []
    [told] = gather(village.county, VILLAGE, village.today, village.today).shrunk
    assert (told.before, told.now, told.held_by) == (9, 3, TINA.id)


def test_a_body_that_was_made_smaller_in_the_village_is_found(
    village: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = proposed(village, QIAN), proposed(village, SUN)
    village.by(BEN).hold_sitting(minutes(village), {first: 4})
    monkeypatch.setattr(Sittings, "_check_size", lambda *_: None)
    few = minutes(village, "4号", required=3, members=COUNCIL[1:3])
    village.by(BEN).hold_sitting(few, {second: 2})

    [found] = check(village.county)
    assert found.check == "sittings"


def test_one_person_alone_does_not_review_what_a_body_decides(village: Town) -> None:
    case, attended = proposed(village, QIAN), proposed(village, QIAN, "P01")
    with pytest.raises(SittingMissing) as said:
        village.by(BEN).sign(case)
    assert said.value.facts["body"] == CUSTOMS
    with pytest.raises(SittingMissing):
        village.by(BEN).refuse(case, reason="不像")
    village.by(BEN).sign(attended)  # its signed sheet speaks for itself
    assert state(village, attended) == "reviewed"
    village.by(ADA).withdraw(case)
    assert (state(village, case), village.read.cases.before_a_sitting(VILLAGE)) == ("withdrawn", [])


def test_a_deduction_needs_a_sitting_and_another_signature(village: Town) -> None:
    case = proposed(village, QIAN, "D03")
    paper = minutes(village, body=BOTH)
    village.by(BEN).hold_sitting(paper, {case: 6})
    assert state(village, case) == "proposed"
    with pytest.raises(CaseClosed):
        village.by(DORA).hold_sitting(replace(paper, number="两委4号"), {case: 6})
    with pytest.raises(SamePerson):
        village.by(BEN).sign(case)
    village.by(DORA).sign(case)
    assert state(village, case) == "reviewed"
    assert check(village.county) == []


def test_the_sister_in_law_is_recused_and_it_is_known(village: Town) -> None:
    """A member of the household, one who declared to be near to it, and who proposed it are
    present, and not counted."""
    village.by(ADA).declare_kin("c2", ZHAO, "in-law")
    case, other = proposed(village, ZHAO), proposed(village, QIAN)
    council = (*COUNCIL[:5], Judge(ADA.id))
    paper = minutes(village, members=council)
    with pytest.raises(VotesWrong) as said:
        village.by(BEN).hold_sitting(paper, {case: 4, other: 5})
    assert said.value.facts["left"] == 3
    village.by(BEN).hold_sitting(paper, {case: 2, other: 5})
    behind = village.read.sittings.behind([case, other])
    assert behind[case]["recused"] == f"c1 c2 {ADA.id}"
    assert behind[other]["recused"] == ADA.id
    assert state(village, case) == "reviewed"  # two of three
    assert check(village.county) == []


def test_kin_that_is_no_more_decides_again(village: Town) -> None:
    village.by(ADA).declare_kin("c2", QIAN, "in-law")
    village.by(ADA).end_kin("c2", QIAN)
    case = proposed(village, QIAN)
    village.by(BEN).hold_sitting(minutes(village), {case: 6})
    assert village.read.sittings.behind([case])[case]["recused"] == ""
    assert check(village.county) == []


def test_whom_it_concerns_does_not_enter_it(village: Town) -> None:
    village.by(ADA).declare_kin(DORA.id, QIAN, "sibling")
    cases = {proposed(village, QIAN): 6, proposed(village, ZHAO): 5}
    for actor, refusal in ((DORA, Relative), (ZOE, OwnHousehold), (ADA, SamePerson)):
        with pytest.raises(refusal):
            village.by(actor).hold_sitting(minutes(village), cases)
    assert village.read.sittings.of_place() == []
    assert len(village.read.cases.before_a_sitting(VILLAGE, CUSTOMS)) == 2
    village.by(BEN).hold_sitting(minutes(village), cases)
    assert village.read.cases.before_a_sitting(VILLAGE) == []


WRONG: dict[str, tuple[dict[str, Any], int, type[Refusal]]] = {
    "no number": ({"number": " "}, 6, MinutesMissing),
    "no place": ({"place": ""}, 6, MinutesMissing),
    "no quorum": ({"required": 10}, 6, QuorumMissing),
    "more than belong to it": ({"required": 5}, 5, QuorumMissing),
    "one twice": ({"members": (*COUNCIL[:5], COUNCIL[1])}, 5, MembersUnfit),
    "two of a household": ({"members": (*COUNCIL[:5], Judge("c7", ZHAO))}, 5, MembersUnfit),
    "more votes than members": ({}, 7, VotesWrong),
    "fewer votes than none": ({}, -1, VotesWrong),
    "another body": ({"body": BOTH}, 6, SittingMixed),
    "no body": ({"body": ""}, 6, SittingMixed),
    "another village": ({"village": f"{VILLAGE[:-1]}2"}, 6, SittingMixed),
    "alone": ({"members": COUNCIL[:1], "required": 1}, 1, BodyTooSmall),
    "two of two": ({"members": COUNCIL[1:3], "required": 2}, 2, BodyTooSmall),
}


@pytest.mark.parametrize(("wrong", "votes", "refusal"), WRONG.values(), ids=WRONG.keys())
def test_minutes_that_do_not_hold(
    village: Town, wrong: dict[str, Any], votes: int, refusal: type[Refusal]
) -> None:
    case = proposed(village, QIAN)
    with pytest.raises(refusal):
        village.by(BEN).hold_sitting(minutes(village, **wrong), {case: votes})
    assert (state(village, case), village.read.sittings.of_place()) == ("proposed", [])


def test_a_sitting_is_not_before_what_it_decides_and_not_tomorrow(village: Town) -> None:
    case = proposed(village, QIAN)
    for days in (-1, 1):
        wrong = minutes(village, day=village.today + timedelta(days=days))
        with pytest.raises(SittingDay):
            village.by(BEN).hold_sitting(wrong, {case: 6})
    with pytest.raises(SittingEmpty):
        village.by(BEN).hold_sitting(minutes(village), {})


def test_the_same_minutes_come_in_once(village: Town) -> None:
    first, second = proposed(village, QIAN), proposed(village, SUN)
    village.by(BEN, "once").hold_sitting(minutes(village), {first: 6})
    again = village.by(BEN, "once").hold_sitting(minutes(village), {first: 6})
    assert again == Sitting.id_of(VILLAGE, CUSTOMS, "红白〔2026〕3号", "2026")
    with pytest.raises(SittingKnown):
        village.by(BEN).hold_sitting(minutes(village, number=" 红白〔2026〕3号"), {second: 6})
    with pytest.raises(CaseClosed):
        village.by(BEN).hold_sitting(minutes(village, number="红白〔2026〕4号"), {first: 6})


def test_two_hands_enter_the_same_minutes_at_once(village: Town) -> None:
    case = proposed(village, QIAN)
    start, told = Barrier(2), []

    def enter(actor: Any) -> None:
        start.wait()
        try:
            village.by(actor).hold_sitting(minutes(village), {case: 6})
            told.append("entered")
        except Refusal as no:
            told.append(no.code)

    hands = [Thread(target=enter, args=(actor,)) for actor in (BEN, DORA)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(told) == ["entered", "sitting-known"]
    found = village.read.cases.one(case)
    assert found
    assert len(found["signers"].split()) == 1
    assert check(village.county) == []


KIN = st.sets(st.sampled_from([f"m{n}" for n in range(9)]))


@given(
    present=st.integers(1, 9),
    home=st.integers(0, 9),
    near=KIN,
    proposer=st.sampled_from(["m0", "m5", "elsewhere"]),
    in_favour=st.integers(-1, 10),
)
def test_nobody_near_ever_counts(
    present: int, home: int, near: set[str], proposer: str, in_favour: int
) -> None:
    """Whatever comes in: a decision stands on more than half of those who may decide, at least
    two of them, and who is near to the household is none of those."""
    members = [Judge(f"m{n}", QIAN if n == home else None) for n in range(present)]
    kept_out = [
        each.id for each in members if each.household or each.id in near or each.id == proposer
    ]
    left = present - len(kept_out)
    kin = {each: frozenset([QIAN]) for each in near}
    paper = Minutes(VILLAGE, CUSTOMS, DAWN.date(), "1", "会议室", 9, members)
    vote = Vote("case", QIAN, proposer, DAWN.date(), in_favour)
    with acting(BEN):
        try:
            sitting = Sitting.hold(paper, [vote], kin)
        except QuorumMissing:
            assert present < 6
        except TooFewDecide:
            assert left < 2
        except VotesWrong:
            assert not 0 <= in_favour <= left
        else:
            (decision,) = sitting.decisions
            assert decision["recused"] == kept_out
            assert sitting.agreed_to("case") == agreed(decision, present)
            assert agreed(decision, present) == (in_favour > left / 2)


def test_which_rules_go_before_a_body() -> None:
    assert {rule.code: rule.sitting_of for rule in BY_BODY} == {
        "M03": CUSTOMS,
        "D03": BOTH,
        "P01": "",
    }
    for body in ("", "judges", "womens_federation", "team", "administrator"):
        assert replace(BY_BODY[0], body=body).sitting_of == ""
    assert all(replace(BY_BODY[0], body=body).sitting_of == body for body in COUNCILS)
