"""Roads round the posting day, and round who may answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from points.aggregate import stable_id
from points.checks import check
from points.envelope import Actor, SamePerson, opened
from points.ledger import Answer, OpeningEntry, Proposal
from points.notice import MonthBeforeDeed
from points.paper import imported_by
from points.views import views
from tests.conftest import COUNTY
from tests.support.cast import ADA, BEN, DORA, FAYE, NIGHT, RULES, TINA, VILLAGE, ZHAO
from tests.support.story import ANYBODY, GAIL
from tests.support.town import Town


@pytest.fixture
def town(sqlite_county) -> Town:
    town = Town(sqlite_county(COUNTY, views))
    town.books(RULES)
    town.household(ZHAO)
    return town


def test_what_happened_hangs_under_no_earlier_month(town: Town) -> None:
    case = town.by(ADA).propose(Proposal(ZHAO, "E01", town.today, 20))
    town.by(BEN).sign(case)
    earlier = "2025-12" if town.today.month == 1 else f"{town.today.year}-{town.today.month - 1:02}"
    with pytest.raises(MonthBeforeDeed) as no:
        town.by(FAYE).open_notice(VILLAGE, earlier, [case])
    assert no.value.facts["needed"] == town.today.isoformat()[:7]


@pytest.mark.parametrize("decider", [DORA, TINA])
def test_who_undid_an_entry_answers_nothing_about_it(town: Town, decider: Actor) -> None:
    case = town.by(ADA).propose(Proposal(ZHAO, "E01", town.today, 20))
    town.by(BEN).sign(case)
    town.by(FAYE).open_notice(VILLAGE, town.today.isoformat()[:7], [case])
    town.later(days=20)
    town.by(NIGHT).close_and_post(town.today)
    undo = town.by(DORA).ask_reversal(ZHAO, entry=str(case), reason="other household")
    town.by(TINA).sign_undo(undo)
    objection = town.by(BEN).object_to_entry(ZHAO, entry=str(case), text="why", way="card", by=ZHAO)
    with pytest.raises(SamePerson):
        town.by(decider).decide_objection(objection, Answer("dismissed", "so it is"))
    assert check(town.county) == []


@pytest.mark.parametrize("decider", [DORA, TINA])
def test_who_entered_the_paper_answers_nothing_about_it(town: Town, decider: Actor) -> None:
    """Dora read the register in, Tina confirmed it."""
    one = OpeningEntry("k", ZHAO, "E01", 30, town.today)
    with opened(replace(town.envelope(TINA), reason=imported_by("1f", DORA.id))):
        town.ledger.post_opening_entries([one])
    lot = town.ledger.opening_lot(one)
    objection = town.by(BEN).object_to_entry(ZHAO, entry=lot, text="200", way="paper", by=ZHAO)
    with pytest.raises(SamePerson):
        town.by(decider).decide_objection(objection, Answer("dismissed", "so it is"))
    town.by(FAYE).decide_objection(objection, Answer("dismissed", "so it is"))
    assert check(town.county) == []


def test_who_granted_base_points_answers_nothing_about_them(town: Town) -> None:
    town.by(TINA).grant_base(ZHAO)
    lot = str(stable_id("base", ZHAO))
    objection = town.by(BEN).object_to_entry(ZHAO, entry=lot, text="why", way="card", by=ZHAO)
    with pytest.raises(SamePerson):
        town.by(TINA).decide_objection(objection, Answer("dismissed", "so it is"))
    assert town.ledger.kept_out(objection) == {TINA.id, ZHAO}


def test_who_would_not_undo_an_entry_answers_nothing_about_it(town: Town) -> None:
    (case,) = town.posted(Proposal(ZHAO, "E01", town.today, 20))
    undo = town.by(DORA).ask_reversal(ZHAO, entry=str(case), reason="other household")
    town.by(TINA).refuse_undo(undo, reason="it is theirs")
    objection = town.by(BEN).object_to_entry(ZHAO, entry=str(case), text="why", way="card", by=ZHAO)
    with pytest.raises(SamePerson):
        town.by(TINA).decide_objection(objection, Answer("dismissed", "so it is"))


def test_an_upheld_doubt_asks_the_entry_back_and_another_signs(town: Town) -> None:
    case = town.earned(ZHAO, 20)
    objection = town.by(ANYBODY).object_to_entry(
        ZHAO, entry=str(case), text="不是她家", way="card", by=ZHAO
    )
    town.by(TINA).decide_objection(objection, Answer("upheld", "登记错了户"))
    (undo,) = town.read.undos.waiting()
    assert (undo["entry"], undo["asker"], town.balance(ZHAO)) == (str(case), TINA.id, 20)
    with pytest.raises(SamePerson):
        town.by(TINA).sign_undo(undo["undo_id"])
    town.by(GAIL).sign_undo(undo["undo_id"])
    assert town.balance(ZHAO) == 0
    assert check(town.county) == []


def test_what_is_asked_back_already_is_asked_once(town: Town) -> None:
    case = town.earned(ZHAO, 20)
    objection = town.by(ANYBODY).object_to_entry(
        ZHAO, entry=str(case), text="不是她家", way="card", by=ZHAO
    )
    asked = town.by(DORA).ask_reversal(ZHAO, entry=str(case), reason="登记错了户")
    town.by(TINA).decide_objection(objection, Answer("upheld", "是登记错了"))
    assert [row["undo_id"] for row in town.read.undos.waiting()] == [asked]
    assert check(town.county) == []
