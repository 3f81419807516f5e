"""A4: one photo proves one thing of a household's; what else it proved, the reviewer sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from points.audit.anomalies import find
from points.audit.facts import gather
from points.ledger import Proposal
from points.ledger.awards import PhotoUsed
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ADA, BEN, QIAN, TINA, VILLAGE, ZHAO
from tests.support.town import Town

pytestmark = pytest.mark.row("A4", "J8")

ONE, OTHER = ("1" * 64,), ("2" * 64,)


@pytest.fixture
def town(sqlite_county: CountyMaker) -> Town:
    made = Town(sqlite_county(COUNTY, views))
    made.books()
    for household in (ZHAO, QIAN):
        made.household(household)
    return made


def wish(town: Town, household: str = ZHAO, **more: Any) -> Proposal:
    usual = Proposal(household, "E01", town.today - timedelta(days=20), 20, photos=ONE)
    return replace(usual, **more)


def test_the_same_photo_proves_nothing_twice(town: Town) -> None:
    case = town.by(ADA).propose(wish(town, earner="p1"))
    day = (town.today - timedelta(days=20)).isoformat()
    with pytest.raises(PhotoUsed) as no:
        town.by(ADA).propose(wish(town, occurred_on=town.today, photos=(*OTHER, *ONE)))
    assert no.value.facts == {"item": "见义勇为", "occurred_on": day}
    town.by(ADA).propose(wish(town, photos=OTHER))
    town.by(ADA).propose(wish(town, earner="p2"))
    town.by(ADA).propose(wish(town, QIAN))
    used = town.read.pictures.used([*ONE, *OTHER, "3" * 64])
    assert [len(used[name]) for name in (*ONE, *OTHER, "3" * 64)] == [3, 1, 0]
    town.by(BEN).refuse(case, reason="看不清")
    town.by(ADA).propose(wish(town, earner="p1"))


def test_who_is_not_named_may_be_anybody(town: Town) -> None:
    town.by(ADA).propose(wish(town))
    with pytest.raises(PhotoUsed):
        town.by(ADA).propose(wish(town, earner="p2"))


def test_what_is_proposed_together_uses_a_photo_once(town: Town) -> None:
    day = town.today - timedelta(days=1)
    with pytest.raises(PhotoUsed):
        town.by(ADA).propose_batch([wish(town), wish(town, occurred_on=day)])
    assert town.read.cases.of(ZHAO) == []
    two = [wish(town, earner="p1"), wish(town, earner="p2"), wish(town, QIAN)]
    assert len(town.by(ADA).propose_batch(two)) == 3


def test_what_was_undone_gives_its_photo_back(town: Town) -> None:
    (case,) = town.posted(wish(town))
    with pytest.raises(PhotoUsed):
        town.by(ADA).propose(wish(town))
    undo = town.by(ADA).ask_reversal(ZHAO, entry=str(case), reason="分数错了")
    town.by(TINA).sign_undo(undo)
    town.by(ADA).propose(wish(town, points=30))


def test_a_photo_that_proves_something_else_again_stands_out(town: Town) -> None:
    """Two households of one day's work may share it."""
    town.posted(wish(town), wish(town, QIAN))
    start = town.today
    town.later(days=1)

    def told() -> list[Any]:
        facts = gather(town.county, VILLAGE, start, town.today)
        return [each for each in find(facts) if each.kind == "photo-again"]

    assert told() == []
    (again,) = town.posted(wish(town, QIAN, rule="G01", points=5))
    (found,) = told()
    assert (found.who, found.facts["times"]) == ((ADA.id,), 1)
    assert found.entries == tuple(each["id"] for each in town.read.entries.on([str(again)]))
