"""J7 on both databases: sign-offs, the facts of a month, and the seed of its sample."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points.audit.anomalies import find
from points.audit.facts import gather
from points.audit.sample import first_and_last, seed_of
from points.checks import check, gaps
from points.ledger import Checked
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ADA, BEN, CLEO, QIAN, SHOP, TINA, VILLAGE, ZHAO, card
from tests.support.town import Town

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def town(make_county: CountyMaker) -> Town:
    """A household that got points, spent some, and had a credit reversed."""
    made = Town(make_county(COUNTY, views))
    made.books()
    made.household(ZHAO)
    made.shop()
    for _ in range(2):
        made.earned(ZHAO, 20)
    lot = made.read.lots.of(ZHAO)[0]["lot"]
    undo = made.by(ADA).ask_reversal(ZHAO, entry=lot, reason="记错了")
    made.by(TINA).sign_undo(undo)
    made.by(CLEO).redeem(shop=SHOP, card=card(ZHAO), lines=[("G01", 1)], pin_checked=True)
    return made


def test_the_facts_of_a_month_are_what_happened(town: Town) -> None:
    facts = gather(town.county, VILLAGE, *NOVEMBER)
    assert [award.points for award in facts.awards] == [20, 20]
    assert {(award.proposer, award.signers) for award in facts.awards} == {(ADA.id, (BEN.id,))}
    assert [(each.first, each.shop) for each in facts.purchases] == [(True, SHOP)]
    assert [(each.asker, each.signer) for each in facts.undone] == [(ADA.id, TINA.id)]
    assert facts.undone[0].entry in {award.entry for award in facts.awards}
    assert isinstance(find(facts), list)
    assert gather(town.county, "999901100202", *NOVEMBER).awards == ()
    assert gather(town.county, VILLAGE, date(2026, 10, 1), date(2026, 10, 31)).purchases == ()


def test_the_seed_stands_when_the_month_is_over(town: Town) -> None:
    recorder = town.ledger.recorder
    now = seed_of(town.county, recorder, VILLAGE, "2026-11", town.today)
    assert now is not None
    assert not now.final
    town.later(days=40)
    town.earned(ZHAO, 20)
    then = seed_of(town.county, recorder, VILLAGE, "2026-11", town.today)
    assert then is not None
    assert (then.event, then.text, then.final) == (now.event, now.text, True)
    assert seed_of(town.county, recorder, VILLAGE, "2020-01", town.today) is None
    other = seed_of(town.county, recorder, VILLAGE[:9], "2026-11", town.today)
    assert other is not None
    assert other.text != then.text


def test_a_day_is_the_village_s_day(town: Town) -> None:
    """The month ends at midnight in Shanghai, eight hours before it does in UTC."""
    assert first_and_last("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    before = seed_of(town.county, town.ledger.recorder, VILLAGE, "2026-11", town.today)
    days = (date(2026, 12, 1) - town.today).days
    town.later(days=days)
    town.now = town.now.replace(hour=16, minute=30) - timedelta(days=1)  # half past midnight there
    assert town.today == date(2026, 12, 1)
    town.household(QIAN)
    after = seed_of(town.county, town.ledger.recorder, VILLAGE, "2026-11", town.today)
    assert before is not None
    assert after is not None
    assert after.event == before.event


def test_a_sign_off_is_an_event_like_any_other(town: Town) -> None:
    first = town.by(ADA).sign_off(VILLAGE, "2026-10", Checked([3, 4], [(3, "no-paper")]))
    town.by(ADA).correct_sign_off(first, Checked([3, 4], note="找到了"))
    assert [each["wrong"] for each in town.read.signoffs.of(VILLAGE, "2026-10")] != []
    assert gaps(town.county) == []
    assert check(town.county) == []
