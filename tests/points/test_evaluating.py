"""Three judges, one sheet, one median: nobody scores her own or a near household."""

from __future__ import annotations

import re
from statistics import median
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points import evaluation
from points.caps import CapReached
from points.checks import check
from points.evaluation import (
    Evaluation,
    HouseholdScored,
    JudgeRecused,
    JudgesUnfit,
    NoResult,
    NotAVillage,
    RoundClosed,
    RoundEmpty,
    RoundExists,
    RoundPeriod,
    ScoreOutside,
)
from points.ledger import Proposal
from points.ledger.base import UnknownAccount
from points.rebuild import compare
from points.scoring import (
    CLEANEST,
    COURTYARD,
    STARS,
    BodyTooSmall,
    Judge,
    Meeting,
    MinutesMissing,
    QuorumMissing,
    Result,
    Row,
    Star,
    Terms,
    period_of,
    result_of,
    star_of,
)
from tests.support.cast import ADA, BEN, DORA, QIAN, SUN, VILLAGE, ZHAO
from tests.support.town import Town

pytestmark = pytest.mark.row("Q5")

JUDGES = (Judge("j1", ZHAO), Judge("j2"), Judge("j3", QIAN))
MEETING = Meeting("评议〔2026〕11号", "村委会会议室", 8, 12)
BY_ITEM = Terms(by_item=True, stars=(Star(5, 90, "C02"), Star(4, 80), Star(3, 70)))
TOTAL = st.integers(0, 100)


@pytest.fixture
def village(town: Town) -> Town:
    for household in (ZHAO, QIAN, SUN):
        town.household(household)
    return town


def opened(town: Town, kind: str = CLEANEST, terms: Terms | None = None) -> UUID:
    found: UUID = town.by(ADA).open_round(
        VILLAGE, kind, period_of(kind, town.today), judges=JUDGES, terms=terms or Terms()
    )
    return found


def totals(household: str, *scores: int | None) -> Row:
    return Row(household, tuple(None if each is None else (each,) for each in scores))


@given(scores=st.tuples(TOTAL, TOTAL, TOTAL))
def test_the_median_of_three_is_the_middle_one_and_the_spread_their_distance(
    scores: tuple[int, int, int],
) -> None:
    row = {"household": SUN, "scores": [[each] for each in scores]}
    found = result_of(row, [], ["a", "b", "c"])
    assert (found.median, found.spread) == (median(scores), max(scores) - min(scores))
    assert found.counted == 3


@given(scores=st.tuples(TOTAL, TOTAL, TOTAL), seat=st.integers(0, 2))
def test_of_two_the_mean_counts_rounded_down_and_the_recused_changes_nothing(
    scores: tuple[int, int, int], seat: int
) -> None:
    judges = ["a", "b", "c"]
    others = [each for place, each in enumerate(scores) if place != seat]
    sheet = [[each] for each in scores]
    found = result_of({"household": SUN, "scores": sheet}, [judges[seat]], judges)
    assert (found.median, found.counted) == (sum(others) // 2, 2)
    blank = [None if place == seat else each for place, each in enumerate(sheet)]
    assert result_of({"household": SUN, "scores": blank}, [judges[seat]], judges) == found


@given(score=TOTAL, recused=st.sets(st.sampled_from("abc"), min_size=2))
def test_one_judge_alone_makes_no_result(score: int, recused: set[str]) -> None:
    row = {"household": SUN, "scores": [[score]] * 3}
    found = result_of(row, sorted(recused), ["a", "b", "c"])
    assert (found.median, found.spread) == (None, None)


@given(better=TOTAL, worse=TOTAL)
def test_more_points_never_make_a_smaller_star(better: int, worse: int) -> None:
    reached = [star_of(each, STARS) for each in sorted((better, worse))]
    low, high = (each.star if each else 0 for each in reached)
    assert low <= high
    assert star_of(None, STARS) is None


def test_items_add_up(village: Town) -> None:
    round_id = opened(village, COURTYARD, BY_ITEM)
    sheet = [Row(SUN, ((18, 18, 18, 18, 18), (20, 20, 20, 20, 19), (10, 9, 8, 7, 6)))]
    village.by(ADA).score_sheet(round_id, sheet)
    (found,) = village.ledger.results(round_id)
    assert (found.median, found.spread, found.star) == (90, 59, 5)


def test_three_judges_of_three_households(village: Town) -> None:
    two_of_one = (Judge("j1", ZHAO), Judge("j2", ZHAO), Judge("j3"))
    twice = (Judge("j1"), Judge("j1"), Judge("j3"))
    for judges in (two_of_one, twice, JUDGES[:2]):
        with pytest.raises(JudgesUnfit):
            village.by(ADA).open_round(VILLAGE, CLEANEST, "2026-11", judges=judges, terms=Terms())


def test_one_round_of_a_kind_and_period_that_has_begun(village: Town) -> None:
    opened(village)
    with pytest.raises(RoundExists):
        opened(village)
    for kind, period in (
        (CLEANEST, "2026-12"),
        (CLEANEST, "2026-Q4"),
        (COURTYARD, "2027-Q1"),
        ("yearly", "2026"),
    ):
        with pytest.raises(RoundPeriod):
            village.by(ADA).open_round(VILLAGE, kind, period, judges=JUDGES, terms=Terms())


@pytest.mark.parametrize("place", ["999901100", "999901", "999901100201-A001", ""])
def test_a_round_is_of_one_village(
    village: Town, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Not of a township or county: it would be of no household."""
    with pytest.raises(NotAVillage):
        village.by(ADA).open_round(place, CLEANEST, "2026-11", judges=JUDGES, terms=Terms())

    monkeypatch.setattr(evaluation, "VILLAGE", re.compile(".*"))
    village.by(ADA).open_round(place, CLEANEST, "2026-11", judges=JUDGES, terms=Terms())
    assert [found.check for found in check(village.county)] == ["evaluations"]


@pytest.mark.row("Q2")
def test_her_own_and_her_sister_in_law_s_household_are_not_hers_to_score(village: Town) -> None:
    round_id = opened(village)
    village.by(ADA).declare_kin("j2", SUN, "in-law")
    for household, scores in ((ZHAO, (90, 80, 70)), (SUN, (90, 100, 70))):
        with pytest.raises(JudgeRecused):
            village.by(ADA).score_sheet(round_id, [totals(household, *scores)])
    sheet = [totals(ZHAO, None, 81, 70), totals(SUN, 90, None, 71)]
    village.by(ADA).score_sheet(round_id, sheet)
    found = {each.household: each for each in village.ledger.results(round_id)}
    assert (found[ZHAO].median, found[ZHAO].recused) == (75, ("j1",))
    assert (found[SUN].median, found[SUN].spread, found[SUN].recused) == (80, 19, ("j2",))
    village.by(ADA).close_round(round_id, MEETING)
    shown = {row["household"]: row["recused"] for row in village.read.evaluations.results(round_id)}
    assert shown == {ZHAO: "j1", SUN: "j2"}


@pytest.mark.row("Q2")
def test_who_declares_to_be_near_after_the_sheet_counts_no_longer(village: Town) -> None:
    round_id = opened(village)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 60, 100, 70)])
    village.by(ADA).declare_kin("j2", SUN, "in-law")
    (found,) = village.ledger.results(round_id)
    assert (found.median, found.recused) == (65, ("j2",))
    village.by(ADA).close_round(round_id, MEETING)
    assert check(village.county) == []


def test_a_household_stands_on_one_sheet_until_it_is_corrected(village: Town) -> None:
    round_id = opened(village)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 60, 70, 80)])
    with pytest.raises(HouseholdScored):
        village.by(ADA).score_sheet(round_id, [totals(SUN, 61, 70, 80)])
    with pytest.raises(HouseholdScored):
        village.by(ADA).score_sheet(round_id, [totals(ZHAO, None, 70, 80)], corrects=True)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 60, 75, 80)], corrects=True)
    assert village.read.evaluations.scores(round_id)[SUN]["scores"] == [[60], [75], [80]]
    assert village.read.evaluations.scores(round_id)[SUN]["corrected"]


def test_scores_have_their_bounds(village: Town) -> None:
    round_id = opened(village)
    for scores in ((101, 1, 1), (-1, 1, 1), (None, None, None)):
        with pytest.raises(ScoreOutside):
            village.by(ADA).score_sheet(round_id, [totals(SUN, *scores)])
    with pytest.raises(ScoreOutside):
        village.by(ADA).score_sheet(round_id, [Row(SUN, ((20,) * 5, (20,) * 5, (20,) * 5))])
    with pytest.raises(RoundEmpty):
        village.by(ADA).score_sheet(round_id, [])
    with pytest.raises(UnknownAccount):
        village.by(ADA).score_sheet(round_id, [totals(f"{VILLAGE}-Z999", 1, 1, 1)])


def test_the_meeting_has_its_quorum_and_its_minutes(village: Town) -> None:
    round_id = opened(village)
    with pytest.raises(RoundEmpty):
        village.by(ADA).close_round(round_id, MEETING)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 60, 70, 80)])
    for present, required in ((7, 12), (13, 12), (1, 3), (0, 3)):
        with pytest.raises(QuorumMissing):
            village.by(ADA).close_round(round_id, Meeting("11号", "会议室", present, required))
    for required in (2, 1, 0):
        with pytest.raises(BodyTooSmall) as no:
            village.by(ADA).close_round(round_id, Meeting("11号", "村部", required, required))
        assert no.value.facts == {"least": 3, "required": required}
    with pytest.raises(MinutesMissing):
        village.by(ADA).close_round(round_id, Meeting(" ", "会议室", 8, 12))
    village.by(ADA).close_round(round_id, MEETING)
    with pytest.raises(RoundClosed):
        village.by(ADA).close_round(round_id, MEETING)
    with pytest.raises(RoundClosed):
        village.by(ADA).score_sheet(round_id, [totals(QIAN, 1, 2, None)])
    shown = village.read.evaluations.one(round_id)
    assert shown
    assert (shown["minutes"], shown["present"], shown["required"]) == (MEETING.minutes, 8, 12)


def test_people_choose_the_cleanest_and_the_case_knows_why(village: Town) -> None:
    round_id = opened(village)
    sheet = [totals(SUN, 90, 95, 100), totals(ZHAO, None, 60, None)]
    village.by(ADA).score_sheet(round_id, sheet)
    with pytest.raises(NoResult):
        village.by(ADA).close_round(round_id, MEETING, chosen=[ZHAO])
    (case,) = village.by(ADA).close_round(round_id, MEETING, chosen=[SUN])
    shown = village.read.cases.one(case)
    assert shown
    assert (shown["rule"], shown["points"], shown["proposer"]) == ("C01", 5, ADA.id)
    behind = village.read.evaluations.behind([case])[case]
    assert (behind["median"], behind["spread"], behind["recused"]) == (95, 10, "")


def test_stars_become_cases_by_their_thresholds(village: Town) -> None:
    round_id = opened(village, COURTYARD, BY_ITEM)
    best, good, fair = (18,) * 5, (17,) * 5, (10,) * 5
    sheet = [Row(SUN, (best,) * 3), Row(ZHAO, (None, good, good)), Row(QIAN, (fair, fair, None))]
    village.by(ADA).score_sheet(round_id, sheet)
    cases = village.by(ADA).close_round(round_id, MEETING)
    shown = {row["household"]: row for row in village.read.evaluations.results(round_id)}
    assert [shown[each]["star"] for each in (SUN, ZHAO, QIAN)] == [5, 4, None]
    assert [shown[SUN]["case_id"]] == cases
    assert check(village.county) == []
    assert list(compare(village.county)) == []


def test_what_the_cap_allows_was_given_already(village: Town) -> None:
    case = village.by(ADA).propose(Proposal(SUN, "C01", village.today, 5))
    village.by(BEN).sign(case)
    village.in_public(case)
    village.later(days=-14)
    with pytest.raises(CapReached):
        village.by(ADA).propose(Proposal(SUN, "C01", village.today.replace(day=10)))
    round_id = opened(village)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 90, 95, 100), totals(QIAN, 90, 80, None)])
    cases = village.by(ADA).close_round(round_id, MEETING, chosen=[SUN, QIAN])
    shown = {row["household"]: row["case_id"] for row in village.read.evaluations.results(round_id)}
    assert shown == {SUN: None, QIAN: cases[0]}


def test_closed_twice_is_closed_once(village: Town) -> None:
    round_id = opened(village)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 90, 95, 100)])
    made = [village.by(ADA, "close").close_round(round_id, MEETING, chosen=[SUN]) for _ in range(2)]
    assert made[0] == made[1]
    assert len(village.read.cases.of(SUN)) == 1


def test_the_case_goes_the_usual_way(village: Town) -> None:
    round_id = opened(village)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 90, 95, 100)])
    (case,) = village.by(ADA).close_round(round_id, MEETING, chosen=[SUN])
    village.by(BEN).sign(case)
    village.by(DORA).open_notice(VILLAGE, "2026-11", [case])
    village.later(days=14)
    village.by(ADA).close_and_post(village.today)
    assert village.balance(SUN) == 5
    assert village.ledger.evaluation(round_id).state == "closed"
    assert check(village.county) == []


def told(town: Town) -> set[str]:
    return {str(finding.check) for finding in check(town.county)}


def test_a_result_that_does_not_follow_from_its_sheet_is_found(
    village: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = opened(village)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 60, 70, 80)])
    with monkeypatch.context() as patched:
        wrong = Result(SUN, 95, 20, 3, ())
        patched.setattr("points.evaluation.result_of", lambda *_: wrong)
        village.by(ADA).close_round(round_id, MEETING)
    assert told(village) == {"evaluations"}


def test_a_meeting_of_too_few_is_found(village: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    round_id = opened(village)
    village.by(ADA).score_sheet(round_id, [totals(SUN, 60, 70, 80)])
    with monkeypatch.context() as patched:
        patched.setattr(Meeting, "check", lambda _: None)
        village.by(ADA).close_round(round_id, Meeting("11号", "会议室", 3, 12))
    assert told(village) == {"evaluations"}


def test_a_judge_who_scored_her_own_household_is_found(
    village: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = opened(village)
    with monkeypatch.context() as patched:
        patched.setattr(Evaluation, "recused", lambda *_: [])
        village.by(ADA).score_sheet(round_id, [totals(ZHAO, 100, 70, 80)])
    assert told(village) == {"evaluations"}
