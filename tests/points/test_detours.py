"""Ways round the notice, the second person and the recusal that look like the ordinary way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points.checks import check
from points.consent import ConsentMissing
from points.envelope import OwnHousehold, SamePerson
from points.kinship import Relative
from points.ledger import Answer, Proposal
from points.ledger.base import UnknownAccount
from points.notice import MonthTooOld
from points.objection import DISMISSED, UPHELD, MadeGood, MoreThanHung, OtherHousehold
from points.rulebook import Rule
from points.scoring import CLEANEST, Judge, Meeting, Row, Terms
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import (
    ADA,
    BEN,
    DORA,
    FAYE,
    NIGHT,
    QIAN,
    RULES,
    TINA,
    VILLAGE,
    ZHAO,
    ZOE,
)
from tests.support.town import Town

FAR = "999901100202-A001"
BEST = Rule("F01-V", "最美家庭", "honour", 20, 20, proof_kind="consent")


@pytest.fixture
def town(sqlite_county: CountyMaker) -> Town:
    made = Town(sqlite_county(COUNTY, views))
    made.books([*RULES, BEST])
    for household in (ZHAO, QIAN):
        made.household(household)
    return made


def reviewed(town: Town, household: str = ZHAO, points: int = 20) -> object:
    case = town.by(ADA).propose(Proposal(household, "E01", town.today, points))
    town.by(BEN).sign(case)
    return case


def hung(town: Town, *cases: object) -> object:
    return town.by(FAYE).open_notice(VILLAGE, town.today.isoformat()[:7], list(cases))


def test_a_month_long_past_has_no_cap_left_to_use(town: Town) -> None:
    case = town.by(ADA).propose(Proposal(ZHAO, "E01", date(2026, 8, 1), 20))
    town.by(BEN).sign(case)
    with pytest.raises(MonthTooOld):
        town.by(FAYE).open_notice(VILLAGE, "2026-08", [case])


def test_an_answer_gives_no_more_than_hung(town: Town) -> None:
    notice = hung(town, reviewed(town, points=30))
    objection = town.by(ADA).object_to(
        notice, about="line", line=1, text="太少", way="paper", by=None
    )
    with pytest.raises(MoreThanHung):
        town.by(DORA).decide_objection(objection, Answer(UPHELD, "再多一些。", points=100))
    town.by(DORA).decide_objection(objection, Answer(UPHELD, "少一些。", points=20))


def test_who_enters_an_objection_does_not_decide_it(town: Town) -> None:
    notice = hung(town, reviewed(town))
    objection = town.by(DORA).object_to(
        notice, about="line", line=1, text="不对", way="paper", by=None
    )
    with pytest.raises(SamePerson):
        town.by(DORA).decide_objection(objection, Answer(UPHELD, "取消。"))


def test_nobody_decides_what_her_own_household_objects_to(town: Town) -> None:
    """ZOE is of ZHAO; TINA declared that she is near to it."""
    notice = hung(town, reviewed(town, QIAN))
    objection = town.by(ADA).object_to(
        notice, about="line", line=1, text="不对", way="card", by=ZHAO
    )
    town.by(BEN).declare_kin(TINA.id, ZHAO, "sibling")
    with pytest.raises(OwnHousehold):
        town.by(ZOE).decide_objection(objection, Answer(UPHELD, "取消。"))
    with pytest.raises(Relative):
        town.by(TINA).decide_objection(objection, Answer(UPHELD, "取消。"))


def test_what_is_missing_is_of_the_village(town: Town) -> None:
    notice = hung(town, reviewed(town))
    for household in (None, FAR):
        with pytest.raises(UnknownAccount):
            town.by(ADA).object_to(
                notice, about="missing", household=household, text="少了", way="paper", by=None
            )


def test_a_relation_is_not_ended_by_the_relative(town: Town) -> None:
    town.by(TINA).declare_kin(BEN.id, ZHAO, "sibling")
    with pytest.raises(SamePerson):
        town.by(BEN).end_kin(BEN.id, ZHAO)
    town.by(TINA).end_kin(BEN.id, ZHAO)


def test_a_relative_neither_signs_nor_refuses_what_takes_points_back(town: Town) -> None:
    entry = town.earned(ZHAO, 100)
    town.by(TINA).declare_kin(BEN.id, ZHAO, "sibling")
    undo = town.by(ADA).ask_reversal(ZHAO, entry=str(entry), reason="弄错了")
    with pytest.raises(Relative):
        town.by(BEN).sign_undo(undo)
    with pytest.raises(Relative):
        town.by(BEN).refuse_undo(undo, reason="没有错")


def test_an_honour_hangs_with_the_consent_of_today(town: Town) -> None:
    town.by(ADA).give_consent(ZHAO, "F01-V", note="户主同意")
    case = town.by(ADA).propose(Proposal(ZHAO, "F01-V", town.today))
    town.by(BEN).sign(case)
    town.by(ADA).withdraw_consent(ZHAO, "F01-V")
    with pytest.raises(ConsentMissing):
        hung(town, case)


def test_a_round_counts_for_its_own_month_whenever_it_is_closed(town: Town) -> None:
    """The cap of the cleanest is once a month: two months closed in one week are two."""
    cases = [case for month in ("2026-10", "2026-11") for case in _round(town, month)]
    for case in cases:
        town.by(BEN).sign(case)
    hung(town, *cases)
    town.later(days=20)
    town.by(NIGHT).close_and_post(town.today)
    assert town.balance(QIAN) == 10
    assert check(town.county) == []


def _round(town: Town, month: str) -> list[object]:
    judges = [Judge("j1"), Judge("j2"), Judge("j3")]
    made = town.by(ADA).open_round(VILLAGE, CLEANEST, month, judges=judges, terms=Terms())
    town.by(ADA).score_sheet(made, [Row(QIAN, ((90,), (91,), (92,)))])
    closed: list[object] = town.by(ADA).close_round(
        made, Meeting(f"评议 {month}", "村委会", 3, 3), chosen=[QIAN]
    )
    return closed


def objected(town: Town, notice: object, **about: object) -> object:
    return town.by(ADA).object_to(notice, text="不对", way="paper", by=None, **about)


def test_both_answers_to_something_missing_open_one_case(town: Town) -> None:
    notice = hung(town, reviewed(town, QIAN))
    mine, twin = (objected(town, notice, about="missing", household=ZHAO) for _ in range(2))
    instead = Proposal(ZHAO, "E01", town.today, 20)
    town.by(DORA).decide_objection(mine, Answer(UPHELD, "补上。", instead=instead))
    with pytest.raises(MadeGood) as no:
        town.by(DORA).decide_objection(twin, Answer(UPHELD, "也补上。", instead=instead))
    (case,) = town.read.cases.of(ZHAO)
    assert no.value.facts == {"case": str(case["case_id"]), "item": "见义勇为"}
    town.by(ADA).appeal_objection(mine, text="太少")
    more = Proposal(ZHAO, "E01", town.today, 40)
    with pytest.raises(MadeGood):
        town.by(TINA).settle_objection(mine, Answer(UPHELD, "多给。", instead=more))
    town.by(BEN).refuse(case["case_id"], reason="乡镇改判")
    town.by(TINA).settle_objection(mine, Answer(UPHELD, "多给。", instead=more))
    states = [(each["state"], each["points"]) for each in town.read.cases.of(ZHAO)]
    assert sorted(states) == [("proposed", 40), ("refused", 20)]
    assert check(town.county) == []


def test_something_else_that_was_missing_is_made_good_too(town: Town) -> None:
    notice = hung(town, reviewed(town, QIAN))
    for rule, points in (("E01", 20), ("C01", None)):
        missing = objected(town, notice, about="missing", household=ZHAO)
        instead = Proposal(ZHAO, rule, town.today, points)
        town.by(DORA).decide_objection(missing, Answer(UPHELD, "补上。", instead=instead))
    assert len(town.read.cases.of(ZHAO)) == 2


def test_a_struck_line_comes_back_once_however_many_objected(town: Town) -> None:
    notice = hung(town, reviewed(town, QIAN))
    several = [objected(town, notice, about="line", line=1) for _ in range(3)]
    town.by(DORA).decide_objection(several[0], Answer(UPHELD, "去掉。"))
    for objection in several[1:]:
        town.by(DORA).decide_objection(objection, Answer(DISMISSED, "已经去掉了。"))
    for objection in several:
        town.by(ADA).appeal_objection(objection, text="做了的")
    back = Answer(UPHELD, "应当给。", points=20)
    town.by(TINA).settle_objection(several[0], back)
    for objection in several[1:]:
        with pytest.raises(MadeGood):
            town.by(TINA).settle_objection(objection, back)
    assert sorted(each["state"] for each in town.read.cases.of(QIAN)) == ["proposed", "refused"]
    assert check(town.county) == []


def missing(town: Town, notice: object, *earners: str | None) -> list[object]:
    """As many objections upheld, each with a case of its own."""
    made = []
    for earner in earners:
        each = objected(town, notice, about="missing", household=ZHAO)
        case = Proposal(ZHAO, "E01", town.today, 20, earner=earner)
        town.by(DORA).decide_objection(each, Answer(UPHELD, "补上。", instead=case))
        made.append(town.read.objections.one(each)["new_case"])  # type: ignore[arg-type,index]
    return made


def test_a_struck_line_made_good_as_missing_does_not_come_back_too(town: Town) -> None:
    notice = hung(town, reviewed(town))
    line = objected(town, notice, about="line", line=1)
    town.by(DORA).decide_objection(line, Answer(UPHELD, "去掉。"))
    missing(town, notice, None)
    town.by(DORA).appeal_objection(line, text="做了的")
    with pytest.raises(MadeGood):
        town.by(TINA).settle_objection(line, Answer(UPHELD, "应当给。", points=20))


def test_an_entry_is_made_good_once_however_often_objected(town: Town) -> None:
    case = reviewed(town)
    hung(town, case)
    town.later(days=30)
    town.by(NIGHT).close_and_post(town.today)
    for times in range(2):
        objection = town.by(BEN).object_to_entry(
            ZHAO, entry=str(case), text="少了", way="paper", by=ZHAO
        )
        day = town.today - timedelta(days=times)
        answer = Answer(UPHELD, "补上。", instead=Proposal(ZHAO, "E01", day, 20))
        if not times:
            town.by(TINA).decide_objection(objection, answer)
            continue
        with pytest.raises(MadeGood):
            town.by(TINA).decide_objection(objection, answer)


def test_what_is_made_good_goes_to_whom_it_was_about(town: Town) -> None:
    notice = hung(town, reviewed(town))
    mine = objected(town, notice, about="missing", household=ZHAO)
    other = Answer(UPHELD, "补上。", instead=Proposal(QIAN, "E01", town.today, 20))
    with pytest.raises(OtherHousehold) as no:
        town.by(DORA).decide_objection(mine, other)
    assert no.value.facts == {"household": ZHAO}


def test_two_people_of_a_household_are_two_wrongs(town: Town) -> None:
    notice = hung(town, reviewed(town, QIAN))
    assert len(missing(town, notice, "mother", "daughter")) == 2
    with pytest.raises(MadeGood):
        missing(town, notice, None)


def test_what_was_posted_and_undone_is_made_good_again(town: Town) -> None:
    notice, day = hung(town, reviewed(town, QIAN)), town.today
    twin = objected(town, notice, about="missing", household=ZHAO)
    (case,) = missing(town, notice, None)
    town.by(BEN).sign(case)
    hung(town, case)
    town.later(days=40)
    town.by(NIGHT).close_and_post(town.today)
    answer = Answer(UPHELD, "补上。", instead=Proposal(ZHAO, "E01", day, 20))
    with pytest.raises(MadeGood):
        town.by(DORA).decide_objection(twin, answer)
    town.by(TINA).sign_undo(town.by(ADA).ask_reversal(ZHAO, entry=str(case), reason="分数错了"))
    town.by(DORA).decide_objection(twin, answer)
    assert town.read.objections.one(twin)["state"] == "decided"  # type: ignore[arg-type,index]


def test_two_cases_for_one_wrong_are_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = hung(town, reviewed(town, QIAN))
    missing(town, notice, "mother", "daughter")
    assert check(town.county) == []
    monkeypatch.setattr(type(town.read.objections), "made_good", lambda *_: None)
    (twin,) = missing(town, notice, "mother")
    (found,) = check(town.county)
    assert found.check == "objections"
    assert "made good already by" in found.detail
    town.by(BEN).refuse(twin, reason="重复了")
