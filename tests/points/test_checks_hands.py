"""Events that are well formed and that no honest command writes are named by `check`: what near
relatives and involved people decided, caps with room, deductions in public, months long past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from points import notice
from points.aggregate import stable_id
from points.award import AwardCase
from points.checks import check
from points.envelope import Actor, opened
from points.evaluation import Evaluation
from points.kinship import Kinship
from points.ledger import Answer, OpeningEntry, Proposal
from points.ledger import awards as awarding
from points.ledger.awards import Awards
from points.ledger.base import UnknownAccount
from points.ledger.evaluating import Evaluating
from points.ledger.objecting import Objecting
from points.objection import DISMISSED, UPHELD, ObjectionClosed
from points.paper import imported_by
from points.scoring import CLEANEST, Judge, Row, Terms, period_of
from points.showcase import years_after
from points.sitting import Minutes
from tests.support.cast import ADA, BEN, DORA, FAYE, QIAN, RULES, SUN, TINA, VILLAGE, ZHAO
from tests.support.chain import COUNCIL, hang_up, review
from tests.support.honours import MEETING, PLAQUE, WEDDING
from tests.support.town import CREW, Town

pytestmark = pytest.mark.row("B2", "B4", "P3", "Q2")

Patch = pytest.MonkeyPatch
GAIL = Actor("gail", "village", VILLAGE)
JUDGES = (Judge("j1"), Judge("j2"), Judge("j3"))


@pytest.fixture
def village(town: Town) -> Town:
    town.books([*RULES, PLAQUE])
    for household in (ZHAO, QIAN, SUN):
        town.household(household)
    return town


def near(town: Town, person: Actor, household: str = ZHAO) -> None:
    """She is, has been for some time, and nobody asks."""
    town.by(TINA).declare_kin(person.id, household, "sibling")
    town.later(minutes=5)


def careless(patch: Patch) -> None:
    patch.setattr(Awards, "not_for_kin", lambda *_: None)
    patch.setattr(Kinship, "check", lambda *_: None)


def proposed(town: Town, points: int = 30, rule: str = "E01") -> UUID:
    case: UUID = town.by(ADA).propose(Proposal(ZHAO, rule, town.today, points))
    return case


def hung(
    town: Town, points: int = 30, rule: str = "E01", on: date | None = None
) -> tuple[UUID, UUID]:
    """A notice, and the case on it."""
    cases = review(town.as_, CREW, town.now, [Proposal(ZHAO, rule, on or town.today, points)])
    return hang_up(town.as_, FAYE, town.now, cases, town.today.isoformat()[:7])[0], cases[0]


def objected(town: Town, on: UUID) -> UUID:
    made: UUID = town.by(TINA).object_to(on, about="line", line=1, text="没有", way="paper")
    return made


def a_relative_signs(town: Town, patch: Patch) -> None:
    near(town, BEN)
    careless(patch)
    town.by(BEN).sign(proposed(town))


def a_relative_refuses(town: Town, patch: Patch) -> None:
    near(town, BEN)
    careless(patch)
    town.by(BEN).refuse(proposed(town), reason="不像")


def a_relative_hangs_it_up(town: Town, patch: Patch) -> None:
    near(town, FAYE)
    careless(patch)
    hung(town)


def a_relative_answers(town: Town, patch: Patch) -> None:
    made = objected(town, hung(town)[0])
    near(town, GAIL)
    careless(patch)
    town.by(GAIL).decide_objection(made, Answer(DISMISSED, "没有错。"))


def a_relative_of_who_objects_answers(town: Town, patch: Patch) -> None:
    made = town.by(TINA).object_to(
        hung(town)[0], about="line", line=1, text="没有", way="page", by=SUN
    )
    near(town, GAIL, SUN)
    careless(patch)
    town.by(GAIL).decide_objection(made, Answer(DISMISSED, "没有错。"))


def a_relative_undoes(town: Town, patch: Patch) -> None:
    (case,) = town.posted(Proposal(ZHAO, "E01", town.today, 30))
    asked = town.by(ADA).ask_reversal(ZHAO, entry=str(case), reason="记错了")
    near(town, BEN)
    careless(patch)
    town.by(BEN).sign_undo(asked)


def a_relative_keeps_what_was_to_be_undone(town: Town, patch: Patch) -> None:
    (case,) = town.posted(Proposal(ZHAO, "E01", town.today, 30))
    asked = town.by(ADA).ask_reversal(ZHAO, entry=str(case), reason="记错了")
    near(town, BEN)
    careless(patch)
    town.by(BEN).refuse_undo(asked, reason="没有错")


def plaque(town: Town) -> UUID:
    (case,) = town.posted(Proposal(ZHAO, PLAQUE.code, town.today))
    made: UUID = town.by(ADA).grant_plaque(
        case, plaque="示例牌1", valid_from=town.today, valid_to=years_after(town.today, 1)
    )
    return made


def a_relative_grants_a_plaque(town: Town, patch: Patch) -> None:
    near(town, ADA)
    careless(patch)
    plaque(town)


def a_relative_inspects(town: Town, patch: Patch) -> None:
    made = plaque(town)
    near(town, BEN)
    careless(patch)
    town.by(BEN).reinspect(made, passed=True)


def the_opener_answers(town: Town, patch: Patch) -> None:
    made = objected(town, hung(town)[0])
    patch.setattr(Objecting, "_involved", lambda *_: ())
    town.by(FAYE).decide_objection(made, Answer(DISMISSED, "没有错。"))


def the_opener_answers_what_is_missing(town: Town, patch: Patch) -> None:
    made = town.by(TINA).object_to(
        hung(town)[0], about="missing", household=SUN, text="少了", way="paper"
    )
    patch.setattr(Objecting, "_involved", lambda *_: ())
    town.by(FAYE).decide_objection(made, Answer(DISMISSED, "没有少。"))


def the_proposer_answers(town: Town, patch: Patch) -> None:
    made = objected(town, hung(town)[0])
    patch.setattr(Objecting, "_involved", lambda *_: ())
    town.by(ADA).decide_objection(made, Answer(DISMISSED, "没有错。"))


def the_reviewer_answers_for_what_was_posted(town: Town, patch: Patch) -> None:
    (case,) = town.posted(Proposal(ZHAO, "E01", town.today, 30))
    made = town.by(TINA).object_to_entry(ZHAO, entry=str(case), text="少", way="paper", by=ZHAO)
    patch.setattr(Objecting, "_involved", lambda *_: ())
    town.by(BEN).decide_objection(made, Answer(DISMISSED, "没有错。"))


def answered(town: Town, patch: Patch, entry: str, decider: Actor) -> None:
    """Of her who may write: the ledger would refuse it."""
    made = town.by(BEN).object_to_entry(ZHAO, entry=entry, text="少", way="paper", by=ZHAO)
    patch.setattr(Objecting, "_involved", lambda *_: ())
    town.by(decider).decide_objection(made, Answer(DISMISSED, "没有错。"))


def the_confirmer_answers_for_the_paper(town: Town, patch: Patch) -> None:
    answered(town, patch, opening(town, "gail"), TINA)


def the_importer_answers_for_the_paper(town: Town, patch: Patch) -> None:
    answered(town, patch, opening(town, "gail"), GAIL)


def who_granted_base_points_answers(town: Town, patch: Patch) -> None:
    town.by(TINA).grant_base(ZHAO)
    answered(town, patch, str(stable_id("base", ZHAO)), TINA)


def opening(town: Town, importer: str) -> str:
    """The lot of what Tina confirmed of a register that another read in."""
    one = OpeningEntry("k", ZHAO, "E01", 30, town.today)
    with opened(replace(town.envelope(TINA), reason=imported_by("1f", importer))):
        town.ledger.post_opening_entries([one])
    return town.ledger.opening_lot(one)


def undo_asked(town: Town) -> tuple[str, UUID]:
    """A posted case, and what Gail asked about it."""
    (case,) = town.posted(Proposal(ZHAO, "E01", town.today, 30))
    return str(case), town.by(GAIL).ask_reversal(ZHAO, entry=str(case), reason="记错了")


def who_asked_to_undo_it_answers(town: Town, patch: Patch) -> None:
    answered(town, patch, undo_asked(town)[0], GAIL)


def who_undid_it_answers(town: Town, patch: Patch) -> None:
    entry, undo = undo_asked(town)
    town.by(TINA).sign_undo(undo)
    answered(town, patch, entry, TINA)


def who_would_not_undo_it_answers(town: Town, patch: Patch) -> None:
    entry, undo = undo_asked(town)
    town.by(TINA).refuse_undo(undo, reason="没有错")
    answered(town, patch, entry, TINA)


def a_relative_judges(town: Town, patch: Patch) -> None:
    near(town, Actor("j1", "village", VILLAGE))
    patch.setattr(Evaluation, "recused", lambda *_: [])
    rated(town)


def a_relative_judged(town: Town, patch: Patch) -> None:
    """She became one after the sheet."""
    patch.setattr(Evaluation, "recused", lambda *_: [])
    made = scored(town)
    near(town, Actor("j1", "village", VILLAGE))
    town.by(ADA).close_round(made, MEETING)


def a_judge_is_left_out(town: Town, patch: Patch) -> None:
    patch.setattr(Evaluation, "recused", lambda *_: ["j3"])
    rated(town, ((99,), (98,), None))


def scored(
    town: Town, scores: Any = ((99,), (70,), (60,)), judges: Sequence[Judge] = JUDGES
) -> UUID:
    period = period_of(CLEANEST, town.today)
    made: UUID = town.by(ADA).open_round(VILLAGE, CLEANEST, period, judges=judges, terms=Terms())
    town.by(FAYE).score_sheet(made, [Row(ZHAO, scores)])
    return made


def rated(town: Town, scores: Any = ((99,), (70,), (60,))) -> None:
    town.by(ADA).close_round(scored(town, scores), MEETING)


def seats_a_household_that_is_none(town: Town, patch: Patch) -> None:
    patch.setattr(Evaluating, "check_seats", lambda *_: None)
    town.books([*RULES, WEDDING])
    seats = (*COUNCIL[:5], Judge(f"household:{VILLAGE}-A777", f"{VILLAGE}-A777"))
    paper = Minutes(VILLAGE, WEDDING.body, town.today, "3号", "会议室", 9, seats)
    town.by(BEN).hold_sitting(paper, {proposed(town, rule=WEDDING.code): 5})


def seats_a_household_as_none(town: Town, patch: Patch) -> None:
    """Nobody would know whose case she keeps out of."""
    patch.setattr(Evaluating, "check_seats", lambda *_: None)
    scored(town, judges=(*JUDGES[:2], Judge(f"household:{SUN}")))


def shows_a_deduction(town: Town, patch: Patch) -> None:
    patch.setattr("points.ledger.noticing.PRIVATE", notice.PUBLIC)
    hung(town, -10, "D02")


def hides_an_award(town: Town, patch: Patch) -> None:
    patch.setattr("points.ledger.noticing.PUBLIC", notice.PRIVATE)
    hung(town)


def hangs_a_month_long_past(town: Town, patch: Patch) -> None:
    patch.setattr(notice, "months_before", lambda *_: "2000-01")
    past = [Proposal(ZHAO, "E01", date(2026, 2, 3), 30)]
    cases = review(town.as_, CREW, town.now, past)
    hang_up(town.as_, FAYE, town.now, cases, "2026-02")


def tells_of_something_long_past(town: Town, patch: Patch) -> None:
    patch.setattr(awarding, "PROPOSED_WITHIN", timedelta(days=9999))
    town.by(ADA).propose(Proposal(ZHAO, "E01", town.today - timedelta(days=400), 30))


def ended(town: Town, case: UUID, actor: Actor) -> None:
    """Who may write events says that the cap was used up."""
    with opened(town.envelope(actor)):
        found = town.ledger._open_case(case)
        found.cap_reached()
        town.ledger.save(found)


def ends_by_a_cap_with_room(town: Town, patch: Patch) -> None:
    on, case = hung(town, 5, "C01")
    town.later(days=20)
    town.by(FAYE).close_notice(on)
    ended(town, case, FAYE)


def ends_by_a_cap_that_is_none(town: Town, patch: Patch) -> None:
    on, case = hung(town)
    town.later(days=20)
    town.by(FAYE).close_notice(on)
    ended(town, case, FAYE)


def ends_by_its_cap_while_it_hangs(town: Town, patch: Patch) -> None:
    last = date(2026, 10, 31)
    town.posted(Proposal(ZHAO, "C01", last))
    patch.setattr(awarding.PointsAccount, "check_cap", lambda *_: None)
    _, case = hung(town, 5, "C01", last)
    ended(town, case, DORA)


def is_refused_for_nothing(town: Town, patch: Patch) -> None:
    _, case = hung(town)
    with opened(town.envelope(BEN)):
        found = town.ledger._open_case(case)
        found.record(AwardCase.Refused, why="mood", note=None, note_digest=None)
        town.ledger.save(found)


def is_struck_by_no_answer(town: Town, patch: Patch) -> None:
    _, case = hung(town)
    with opened(town.envelope(BEN)):
        found = town.ledger._open_case(case)
        found.strike(note=None, note_digest=None)
        town.ledger.save(found)


def sits_for_nothing(town: Town, patch: Patch) -> None:
    """The minutes alone, and nothing that happens to the case."""
    town.books([*RULES, WEDDING])
    case = proposed(town, rule=WEDDING.code)
    paper = Minutes(VILLAGE, WEDDING.body, town.today, "3号", "会议室", 9, COUNCIL)
    with opened(town.envelope(BEN)):
        town.ledger.save(town.ledger.would_hold(paper, {case: 5}))


MISDEEDS: list[tuple[Callable[[Town, Patch], None], str]] = [
    (a_relative_signs, "duties"),
    (a_relative_refuses, "duties"),
    (a_relative_hangs_it_up, "duties"),
    (a_relative_answers, "duties"),
    (a_relative_of_who_objects_answers, "duties"),
    (a_relative_undoes, "duties"),
    (a_relative_keeps_what_was_to_be_undone, "duties"),
    (a_relative_grants_a_plaque, "duties"),
    (a_relative_inspects, "duties"),
    (the_opener_answers, "duties"),
    (the_opener_answers_what_is_missing, "duties"),
    (the_proposer_answers, "duties"),
    (the_reviewer_answers_for_what_was_posted, "duties"),
    (the_confirmer_answers_for_the_paper, "duties"),
    (the_importer_answers_for_the_paper, "duties"),
    (who_granted_base_points_answers, "duties"),
    (who_asked_to_undo_it_answers, "duties"),
    (who_undid_it_answers, "duties"),
    (who_would_not_undo_it_answers, "duties"),
    (a_relative_judges, "evaluations"),
    (a_relative_judged, "evaluations"),
    (a_judge_is_left_out, "evaluations"),
    (seats_a_household_that_is_none, "sittings"),
    (seats_a_household_as_none, "evaluations"),
    (shows_a_deduction, "notices"),
    (hides_an_award, "notices"),
    (hangs_a_month_long_past, "notices"),
    (tells_of_something_long_past, "frozen"),
    (ends_by_a_cap_with_room, "caps"),
    (ends_by_a_cap_that_is_none, "caps"),
    (ends_by_its_cap_while_it_hangs, "notices"),
    (is_refused_for_nothing, "procedures"),
    (is_struck_by_no_answer, "objections"),
    (sits_for_nothing, "sittings"),
]


@pytest.mark.parametrize(
    ("misdeed", "name"), [pytest.param(*each, id=each[0].__name__) for each in MISDEEDS]
)
def test_a_misdeed_of_who_may_write_is_found(
    village: Town, monkeypatch: Patch, misdeed: Callable[[Town, Patch], None], name: str
) -> None:
    with monkeypatch.context() as patch:
        misdeed(village, patch)

    assert {finding.check for finding in check(village.county)} == {name}


def test_a_cap_that_was_used_up_meanwhile_ends_a_case(village: Town) -> None:
    first, second = (proposed(village, 5, "C01") for _ in range(2))
    for case in (first, second):
        village.by(BEN).sign(case)
    hang_up(village.as_, FAYE, village.now, [first, second], village.today.isoformat()[:7])
    village.later(days=20)
    done = village.by(Actor("night", "job", "999901")).close_and_post(village.today)
    assert (done.posted, done.refused) == (1, 1)
    assert check(village.county) == []


def test_who_became_near_just_then_is_no_finding(village: Town) -> None:
    case = proposed(village)
    village.by(BEN).sign(case)
    village.by(TINA).declare_kin(BEN.id, ZHAO, "sibling")
    made = scored(village)
    village.by(TINA).declare_kin("j1", ZHAO, "sibling")
    village.by(ADA).close_round(made, MEETING)
    village.by(ADA).end_kin("j1", ZHAO)
    assert check(village.county) == []


def test_who_sits_for_a_household_is_of_one_that_there_is(village: Town) -> None:
    village.books([*RULES, WEDDING])
    case = proposed(village, rule=WEDDING.code)
    for seat in (
        Judge(f"household:{VILLAGE}-A777", f"{VILLAGE}-A777"),
        Judge(f"household:{SUN}"),
        Judge(f"household:{SUN}", QIAN),
    ):
        paper = Minutes(
            VILLAGE, WEDDING.body, village.today, "3号", "会议室", 9, (*COUNCIL[:5], seat)
        )
        with pytest.raises(UnknownAccount):
            village.by(BEN).hold_sitting(paper, {case: 5})
        with pytest.raises(UnknownAccount):
            scored(village, judges=(*JUDGES[:2], seat))
    seat = Judge(f"household:{SUN}", SUN)
    scored(village, judges=(*JUDGES[:2], seat))
    paper = replace(paper, members=(*COUNCIL[:5], seat))
    village.by(BEN).hold_sitting(paper, {case: 5})
    assert check(village.county) == []


def test_an_answered_objection_is_closed_whatever_else_is_wrong(village: Town) -> None:
    made = objected(village, hung(village)[0])
    village.by(GAIL).decide_objection(made, Answer(DISMISSED, "没有错。"))
    other = Proposal(ZHAO, "E01", village.today, 1)
    for answer in (Answer(UPHELD, "一分。", points=1), Answer(UPHELD, "补一分。", instead=other)):
        with pytest.raises(ObjectionClosed):
            village.by(GAIL).decide_objection(made, answer)
        with pytest.raises(ObjectionClosed):
            village.by(TINA).settle_objection(made, answer)
