"""J8: who is whose relative, what was objected to, and who used to review, as the county has it."""

from __future__ import annotations

from datetime import date

import pytest

from points.audit.anomalies import find
from points.audit.facts import gather
from points.ledger import Answer, Proposal
from points.objection import UPHELD
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ADA, BEN, DORA, FAYE, QIAN, TINA, VILLAGE, ZHAO
from tests.support.town import Town

pytestmark = pytest.mark.row("J8")


def test_the_facts_of_the_public_procedure_are_what_happened(make_county: CountyMaker) -> None:
    town = Town(make_county(COUNTY, views))
    town.books()
    for household in (ZHAO, QIAN):
        town.household(household)
    town.earned(ZHAO, 20)
    town.by(TINA).declare_kin(FAYE.id, QIAN, "sibling")
    case = town.by(ADA).propose(Proposal(ZHAO, "E01", town.today, 30))
    town.by(BEN).sign(case)
    notice = town.by(FAYE).open_notice(VILLAGE, "2026-11", [case])
    made = town.by(TINA).object_to(notice, about="line", line=1, text="不对", way="paper")
    town.later(days=9)
    town.by(DORA).decide_objection(made, Answer(UPHELD, "没有做"))

    found = gather(town.county, VILLAGE, date(2026, 11, 1), date(2026, 12, 31))
    assert found.kin == {FAYE.id: (QIAN,)}
    assert [award.opener for award in found.awards] == [FAYE.id]
    (challenge,) = found.objected
    assert (challenge.proposer, challenge.upheld, challenge.late) == (ADA.id, True, True)
    later = gather(town.county, VILLAGE, date(2026, 12, 1), date(2026, 12, 31))
    assert later.reviewed_before == ((VILLAGE, BEN.id),)
    assert later.objected == ()
    assert gather(town.county, "999901101", date(2026, 11, 1), date(2026, 11, 30)).kin == {}


def test_who_keeps_others_away_stays_told_when_it_ended(make_county: CountyMaker) -> None:
    town = Town(make_county(COUNTY, views))
    town.household(ZHAO)
    for person in (BEN, DORA):
        town.by(ADA).declare_kin(person.id, ZHAO, "other")
    town.by(FAYE).declare_kin(FAYE.id, ZHAO, "other")
    town.by(ADA).end_kin(BEN.id, ZHAO)
    facts = gather(town.county, VILLAGE, date(2026, 11, 1), date(2026, 11, 30))
    assert [(each.person, each.declarer) for each in facts.kept_out] == [
        (BEN.id, ADA.id),
        (DORA.id, ADA.id),
    ]
    (found,) = [each for each in find(facts) if each.kind == "kin-by-one"]
    assert (found.who, found.facts["household"], found.facts["times"]) == ((ADA.id,), ZHAO, 2)
