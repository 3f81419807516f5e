"""From proposal to posting: reviewed, hung up, open to objection, then posted, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from points.award import CaseClosed, CaseHeld
from points.checks import check
from points.clock import business_day
from points.envelope import Actor, Envelope, SamePerson, opened
from points.kinship import KinKnown, KinUnknown, RelationUnknown, Relative
from points.ledger import Answer, Proposal
from points.notice import (
    MonthUnknown,
    NothingToNotify,
    Notice,
    NoticeClosed,
    NoticeOpen,
    NotTheOpener,
    TooEarlyToPost,
)
from points.objection import (
    DISMISSED,
    UPHELD,
    AppealTooLate,
    EntryDoubted,
    EntryTooOld,
    FirstAnswerStands,
    ObjectionClosed,
    TownshipDecides,
)
from points.workdays import after_working_days, is_working
from tests.support.house import (
    COUNTY,
    MAKER,
    QIAN,
    SIGNER,
    VILLAGE,
    ZHAO,
    Place,
    make_tables,
    settings_for,
)

pytestmark = pytest.mark.row("B1", "B3", "B5")

OPENER = Actor("opener", "village", VILLAGE)
DECIDER = Actor("decider", "village", VILLAGE)
TOWN = Actor("town", "township", "999901100")


@pytest.fixture
def place(tmp_path: Any) -> Iterator[Place]:
    settings = settings_for(f"sqlite:///{tmp_path}/notice.db")
    make_tables(settings)
    made = Place(settings)
    made.settle()
    yield made
    made.close()


def reviewed(place: Place, household: str, points: int = 20, rule: str = "E01") -> UUID:
    day = min(business_day(place.watch()), date(2026, 11, 30))
    with place.by(MAKER) as ledger:
        case: UUID = ledger.propose(Proposal(household, rule, day, points))
    with place.by(SIGNER) as ledger:
        ledger.sign(case)
    return case


def hung_up(place: Place, *cases: UUID) -> UUID:
    with place.by(OPENER) as ledger:
        found: UUID = ledger.open_notice(VILLAGE, "2026-11", cases)
    return found


def due(place: Place) -> Any:
    with place.by(Actor("job", "administrator", COUNTY)) as ledger:
        return ledger.close_and_post(business_day(place.watch()))


def state(place: Place, case: UUID) -> str:
    found = place.house.read.cases.one(case)
    assert found
    return str(found["state"])


def test_points_come_after_the_notice_and_not_before(place: Place) -> None:
    case = reviewed(place, ZHAO)
    assert (state(place, case), place.balance(ZHAO)) == ("reviewed", 0)
    notice = hung_up(place, case)
    shown = place.house.read.notices.one(notice)
    assert shown
    assert (shown["opens_on"], shown["closes_on"]) == ("2026-11-24", "2026-12-01")
    place.watch.later(days=7)
    assert due(place).closed == 0  # the last day belongs to it
    place.watch.later(days=1)
    assert (due(place).closed, place.balance(ZHAO)) == (1, 0)
    place.watch.later(days=3)  # 5 December: the month's posting day
    assert due(place).posted == 1
    assert due(place).posted == 0
    assert (state(place, case), place.balance(ZHAO)) == ("posted", 20)


def test_routine_lines_stand_three_working_days(place: Place) -> None:
    """24 November 2026 is a Tuesday; honours and 20 points or more stand for seven days."""
    notice = hung_up(place, reviewed(place, ZHAO, 5, "C01"))
    shown = place.house.read.notices.one(notice)
    assert shown
    assert shown["closes_on"] == "2026-11-27"


def test_nobody_proposes_reviews_and_hangs_up_the_same(place: Place) -> None:
    case = reviewed(place, ZHAO)
    for actor in (MAKER, SIGNER):
        with place.by(actor) as ledger, pytest.raises(SamePerson):
            ledger.open_notice(VILLAGE, "2026-11", [case])
    notice = hung_up(place, case)
    place.watch.later(days=12)
    with place.by(OPENER) as ledger, pytest.raises(NoticeOpen):
        ledger.post_case(case)
    with place.by(OPENER) as ledger:
        ledger.close_notice(notice)
    with place.by(DECIDER) as ledger, pytest.raises(NotTheOpener):
        ledger.post_case(case)


def test_nobody_posts_a_month_before_its_posting_day(place: Place) -> None:
    """The notice is over on 1 December; November is posted on the 5th."""
    case = reviewed(place, ZHAO)
    notice = hung_up(place, case)
    place.watch.later(days=8)
    with place.by(OPENER) as ledger:
        ledger.close_notice(notice)
        with pytest.raises(TooEarlyToPost) as no:
            ledger.post_case(case)
    assert no.value.facts == {"first_day": "2026-12-05"}
    assert place.balance(ZHAO) == 0


@pytest.mark.parametrize(
    ("days", "posted_on"),
    [([3], "2026-12-05"), ([10], "2026-12-12"), ([12], "2026-12-05"), (range(6, 20), "2026-12-13")],
    ids=["before", "by the posting day", "later", "daily"],
)
def test_a_month_waits_for_what_hangs_by_its_posting_day_and_for_nothing_later(
    place: Place, days: Sequence[int], posted_on: str
) -> None:
    """The first notice is over on 1 December, the posting day is the 5th. What is hung up by then
    holds it seven days more at the most; one-line notices day after day hold it no longer."""
    case = reviewed(place, ZHAO)
    hung_up(place, case)
    for day in range(1, 22):
        place.watch.later(days=1)
        due(place)
        if day in days:
            hung_up(place, reviewed(place, QIAN))
    found = place.house.read.cases.one(case)
    assert found
    assert (found["state"], found["closed_on"]) == ("posted", posted_on)


def test_what_is_hung_up_is_reviewed_and_of_a_month(place: Place) -> None:
    today = business_day(place.watch())
    with place.by(MAKER) as ledger:
        case = ledger.propose(Proposal(ZHAO, "E01", today, 20))
    with place.by(OPENER) as ledger, pytest.raises(CaseClosed):
        ledger.open_notice(VILLAGE, "2026-11", [case])
    with place.by(OPENER) as ledger, pytest.raises(NothingToNotify):
        ledger.open_notice(VILLAGE, "2026-11", [])
    case = reviewed(place, ZHAO)
    for month in ("2026-12", "2026-13", "november"):
        with place.by(OPENER) as ledger, pytest.raises(MonthUnknown):
            ledger.open_notice(VILLAGE, month, [case])


@contextmanager
def without_a_name(place: Place) -> Iterator[Any]:
    nobody = Envelope(Actor("anonymous", "public"), place.watch(), "public", uuid4().hex)
    with opened(nobody):
        yield place.house.ledger


def object_to(place: Place, notice: UUID, line: int = 1) -> UUID:
    with without_a_name(place) as ledger:
        found: UUID = ledger.object_to(
            notice, about="line", line=line, text="那天她不在村里", way="page"
        )
    return found


def decide(place: Place, objection: UUID, answer: Answer, actor: Actor = DECIDER) -> None:
    with place.by(actor) as ledger:
        ledger.decide_objection(objection, answer)


def test_an_objection_holds_its_line_and_no_other(place: Place) -> None:
    zhao, qian = reviewed(place, ZHAO), reviewed(place, QIAN)
    notice = hung_up(place, zhao, qian)
    objection = object_to(place, notice)
    row = place.house.read.objections.one(objection)
    assert row
    assert (row["due_on"], row["by_whom"], row["household"]) == ("2026-11-27", None, ZHAO)
    assert place.house.read.balances.of(ZHAO).frozen == 20
    place.watch.later(days=12)
    done = due(place)
    assert (done.posted, place.balance(ZHAO), place.balance(QIAN)) == (1, 0, 20)
    assert place.house.read.waits.of(VILLAGE, business_day(place.watch()), few=0).overdue == 1

    decide(place, objection, Answer(DISMISSED, "签到表上有她，两个人作证。"))
    assert due(place).posted == 0  # it may still be taken to the township
    place.watch.later(days=5)
    assert due(place).posted == 1
    assert place.balance(ZHAO) == 20
    with place.by(DECIDER) as ledger, pytest.raises(ObjectionClosed):
        ledger.decide_objection(objection, Answer(UPHELD, "再看看"))


def test_an_upheld_objection_changes_or_strikes_its_line_in_a_new_version(place: Place) -> None:
    zhao, qian = reviewed(place, ZHAO, 60), reviewed(place, QIAN, 40)
    notice = hung_up(place, zhao, qian)
    first, second = object_to(place, notice, 1), object_to(place, notice, 2)
    decide(place, first, Answer(UPHELD, "应当是三十分。", points=30))
    decide(place, second, Answer(UPHELD, "没有做，不给。"))
    shown = place.house.read.notices.one(notice)
    assert shown
    assert shown["version"] == 3
    assert [line["points"] for line in place.house.read.notices.lines([notice])] == [60, 40]
    changes = place.house.read.notices.changes(notice)
    assert [(each["line"], each["points"]) for each in changes] == [(1, 30), (2, None)]
    place.watch.later(days=12)
    assert due(place).posted == 1
    assert (place.balance(ZHAO), place.balance(QIAN)) == (30, 0)
    assert state(place, qian) == "refused"


def test_a_widow_gets_her_points_by_a_linked_entry(place: Place) -> None:
    notice = hung_up(place, reviewed(place, ZHAO))
    with place.by(Actor(f"household:{QIAN}", "villager", VILLAGE, QIAN)) as ledger:
        objection = ledger.object_to(
            notice, about="missing", household=QIAN, by=QIAN, text="少了我的五分", way="card"
        )
    today = business_day(place.watch())
    decide(place, objection, Answer(UPHELD, "漏了，补上。", instead=Proposal(QIAN, "C01", today)))
    row = place.house.read.objections.one(objection)
    assert row
    case = row["new_case"]
    assert state(place, case) == "proposed"
    with place.by(SIGNER) as ledger:
        ledger.sign(case)
    hung_up(place, case)
    place.watch.later(days=12)
    due(place)
    assert place.balance(QIAN) == 5
    found = place.house.read.cases.one(case)
    assert found
    assert found["objection"] == str(objection)


def test_who_is_not_content_goes_to_the_township(place: Place) -> None:
    case = reviewed(place, ZHAO)
    notice = hung_up(place, case)
    objection = object_to(place, notice)
    for actor in (MAKER, SIGNER, OPENER):
        with place.by(actor) as ledger, pytest.raises(SamePerson):
            ledger.decide_objection(objection, Answer(DISMISSED, "没有错。"))
    decide(place, objection, Answer(DISMISSED, "没有错。"))
    with without_a_name(place) as ledger:
        ledger.appeal_objection(objection, text="还是不对")
    place.watch.later(days=12)
    assert due(place).posted == 0
    with place.by(Actor("other", "village", VILLAGE)) as ledger, pytest.raises(TownshipDecides):
        ledger.settle_objection(objection, Answer(DISMISSED, "没有错。"))
    with place.by(TOWN) as ledger:
        ledger.settle_objection(objection, Answer(UPHELD, "查实没有做。"))
    assert (state(place, case), place.balance(ZHAO)) == ("refused", 0)


@pytest.mark.parametrize("first", [30, None], ids=["changed", "struck"])
def test_the_township_brings_back_what_a_first_answer_took(place: Place, first: int | None) -> None:
    """A changed line gets its points again; a struck one is proposed again and goes the usual way.
    "As it was" would leave open what was meant, so it is not taken."""
    case = reviewed(place, ZHAO, 60)
    objection = object_to(place, hung_up(place, case))
    decide(place, objection, Answer(UPHELD, "应当少一些。", points=first))
    with place.by(OPENER) as ledger:
        ledger.appeal_objection(objection, text="她家做满了两天")
    with place.by(TOWN) as ledger:
        with pytest.raises(FirstAnswerStands):
            ledger.settle_objection(objection, Answer(DISMISSED, "第一次判错了。"))
        ledger.settle_objection(objection, Answer(UPHELD, "第一次判错了，给六十分。", points=60))
    row = place.house.read.objections.one(objection)
    assert row
    if first is None:
        again = row["new_case"]
        assert (state(place, case), state(place, again)) == ("refused", "proposed")
        with place.by(SIGNER) as ledger:
            ledger.sign(again)
        hung_up(place, again)
    place.watch.later(days=12)
    due(place)
    assert place.balance(ZHAO) == 60
    assert check(place.house.county) == []


def test_an_appeal_has_its_days(place: Place) -> None:
    objection = object_to(place, hung_up(place, reviewed(place, ZHAO)))
    decide(place, objection, Answer(DISMISSED, "没有错。"))
    place.watch.later(days=4)
    with without_a_name(place) as ledger, pytest.raises(AppealTooLate):
        ledger.appeal_objection(objection, text="还是不对")


def test_nobody_objects_after_the_last_day(place: Place) -> None:
    notice = hung_up(place, reviewed(place, ZHAO))
    place.watch.later(days=8)
    with without_a_name(place) as ledger, pytest.raises(NoticeClosed):
        ledger.object_to(notice, about="line", line=1, text="不对", way="page")


def test_a_case_on_notice_can_no_longer_be_taken_back(place: Place) -> None:
    case = reviewed(place, ZHAO)
    hung_up(place, case)
    for act in ("withdraw", "sign"):
        with place.by(MAKER) as ledger, pytest.raises(CaseClosed):
            getattr(ledger, act)(case)
    with place.by(SIGNER) as ledger, pytest.raises(CaseClosed):
        ledger.refuse(case, reason="不对")


def test_a_held_case_is_posted_by_nobody(place: Place) -> None:
    case = reviewed(place, ZHAO)
    notice = hung_up(place, case)
    object_to(place, notice)
    place.watch.later(days=12)
    with place.by(OPENER) as ledger:
        ledger.close_notice(notice)
    with place.by(OPENER) as ledger, pytest.raises(CaseHeld):
        ledger.post_case(case)


def test_a_cap_that_was_used_up_meanwhile_ends_the_case(place: Place) -> None:
    """Two cases under a rule of once a month: the second one is told so when it would be posted."""
    first, second = reviewed(place, ZHAO, 5, "C01"), reviewed(place, ZHAO, 5, "C01")
    hung_up(place, first, second)
    place.watch.later(days=12)
    done = due(place)
    assert (done.posted, done.refused) == (1, 1)
    states = sorted([state(place, first), state(place, second)])
    assert (states, place.balance(ZHAO)) == (["posted", "refused"], 5)


def test_a_quarter_with_spring_festival(place: Place) -> None:
    """A notice of 13 February 2026, before a week of holidays: its working days are 14 February (a
    Saturday that is worked), 24 and 25 February."""
    assert after_working_days(date(2026, 2, 13), 3) == date(2026, 2, 25)
    assert is_working(date(2026, 2, 14))
    assert not is_working(date(2026, 2, 20))
    assert not is_working(date(2026, 2, 14), {"2026-02-14": False})


def test_the_checks_find_nothing_in_an_honest_month(place: Place) -> None:
    cases = [reviewed(place, ZHAO, 60), reviewed(place, QIAN, 40), reviewed(place, ZHAO, 21)]
    notice = hung_up(place, *cases)
    decide(place, object_to(place, notice, 1), Answer(UPHELD, "三十分。", points=30))
    decide(place, object_to(place, notice, 2), Answer(UPHELD, "不给。"))
    appealed = object_to(place, notice, 3)
    decide(place, appealed, Answer(DISMISSED, "没有错。"))
    with without_a_name(place) as ledger:
        ledger.appeal_objection(appealed, text="还是不对")
    with place.by(TOWN) as ledger:
        ledger.settle_objection(appealed, Answer(DISMISSED, "没有错。"))
    place.watch.later(days=12)
    assert due(place).posted == 2
    assert check(place.house.county) == []


@pytest.mark.row("Q2")
def test_a_relative_decides_nothing_and_the_notice_says_who_kept_out(place: Place) -> None:
    """The chair's sister-in-law does not review, hang up or decide for her household."""
    for person in (SIGNER, OPENER, DECIDER):
        with place.by(MAKER) as ledger:
            ledger.declare_kin(person.id, ZHAO, "in-law")
    today = business_day(place.watch())
    with place.by(MAKER) as ledger:
        case = ledger.propose(Proposal(ZHAO, "E01", today, 20))
    with place.by(SIGNER) as ledger, pytest.raises(Relative):
        ledger.sign(case)
    with place.by(SIGNER) as ledger, pytest.raises(Relative):
        ledger.refuse(case, reason="不对")
    with place.by(Actor("reviewer", "village", VILLAGE)) as ledger:
        ledger.sign(case)
    with place.by(OPENER) as ledger, pytest.raises(Relative):
        ledger.open_notice(VILLAGE, "2026-11", [case])
    with place.by(Actor("hanger", "village", VILLAGE)) as ledger:
        notice = ledger.open_notice(VILLAGE, "2026-11", [case])
    objection = object_to(place, notice)
    with place.by(DECIDER) as ledger, pytest.raises(Relative):
        ledger.decide_objection(objection, Answer(DISMISSED, "没有错。"))
    (line,) = place.house.read.notices.lines([notice])
    assert set(line["recused"].split()) == {"signer", "opener", "decider"}
    with place.by(MAKER) as ledger:
        ledger.end_kin(DECIDER.id, ZHAO)
    decide(place, objection, Answer(DISMISSED, "没有错。"))
    with place.by(MAKER) as ledger, pytest.raises(KinUnknown):
        ledger.end_kin(DECIDER.id, ZHAO)
    with place.by(MAKER) as ledger, pytest.raises(KinKnown):
        ledger.declare_kin(SIGNER.id, ZHAO, "in-law")
    with place.by(MAKER) as ledger, pytest.raises(RelationUnknown):
        ledger.declare_kin(SIGNER.id, ZHAO, "friend")
    assert place.house.read.kinship.of_person(SIGNER.id) == {ZHAO: "in-law"}
    assert len(place.house.read.kinship.of_place(VILLAGE)) == 2
    assert check(place.house.county) == []


@pytest.mark.row("B4")
def test_a_household_doubts_an_entry_of_its_own_once_and_within_a_year(place: Place) -> None:
    case = reviewed(place, ZHAO)
    hung_up(place, case)
    place.watch.later(days=12)
    due(place)
    doubt = {"entry": str(case), "text": "应该是三十分", "way": "paper", "by": ZHAO}
    with place.by(DECIDER) as ledger:
        objection = ledger.object_to_entry(ZHAO, **doubt)
    with place.by(OPENER) as ledger, pytest.raises(EntryDoubted) as again:
        ledger.object_to_entry(ZHAO, **doubt)
    assert again.value.facts == {"due_on": "2026-12-09"}
    for hand in (MAKER, SIGNER, OPENER, DECIDER):  # in it, or entered the doubt
        with place.by(hand) as ledger, pytest.raises(SamePerson):
            ledger.decide_objection(objection, Answer(DISMISSED, "没有错。"))
    decide(place, objection, Answer(DISMISSED, "没有错。"), Actor("other", "village", VILLAGE))
    place.watch.later(days=366)
    with place.by(DECIDER) as ledger:
        ledger.object_to_entry(ZHAO, **doubt)
    place.watch.later(days=1)
    with place.by(DECIDER) as ledger, pytest.raises(EntryTooOld):
        ledger.object_to_entry(ZHAO, **doubt)
    assert check(place.house.county) == []


def deducted(place: Place) -> UUID:
    """Reviewed, so that it can be told to its household."""
    with place.by(MAKER) as ledger:
        case: UUID = ledger.propose(Proposal(ZHAO, "D01", business_day(place.watch())))
    for signer in (SIGNER, DECIDER):
        with place.by(signer) as ledger:
            ledger.sign(case)
    return case


def numbers(place: Place, kind: str) -> list[int]:
    found = [each for each in place.house.read.notices.every() if each["kind"] == kind]
    return sorted(each["number"] for each in found)


@pytest.mark.row("A5")
def test_public_numbers_do_not_tell_of_deductions(place: Place) -> None:
    for _ in range(2):
        hung_up(place, reviewed(place, QIAN))
        hung_up(place, deducted(place))
    assert numbers(place, "public") == numbers(place, "private") == [1, 2]
    assert check(place.house.county) == []


def test_a_number_that_a_deduction_took_before_is_left_out(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was when both kinds had one series."""
    right = Notice.id_of
    monkeypatch.setattr(Notice, "id_of", lambda *those, **_: right(*those[:3]))
    hung_up(place, deducted(place))
    monkeypatch.setattr(Notice, "id_of", right)
    hung_up(place, reviewed(place, QIAN))
    hung_up(place, deducted(place))
    assert (numbers(place, "public"), numbers(place, "private")) == ([2], [1, 2])
