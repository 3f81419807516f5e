"""kill -9 between two postings, and two postings at once: each case is posted once, and nothing
that is not posted can be spent (B1)."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice
from uuid import UUID

import pytest

from points.account import NotEnoughPoints
from points.checks import check
from points.ledger import Proposal
from points.store.county import County
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.properties.posters import posters
from tests.support.cast import CLEO, FAYE, QIAN, SHOP, ZHAO, card
from tests.support.chain import AGO, due_by, hang_up, month_due, review
from tests.support.town import CREW, Town

pytestmark = pytest.mark.row("B1")

AWARD, TOOTHBRUSH, COOKER = 20, 2, 120
MOST_BETWEEN = 4
"""A kill comes after so many postings at most."""


def hung(county: County, count: int) -> tuple[Town, list[UUID]]:
    """Reviewed cases of two households, on two notices whose days are over."""
    town = Town(county)
    town.books()
    town.shop(stock=0)
    for sku in ("G01", "G30"):
        town.by(CLEO).receive_stock(SHOP, sku=sku, quantity=1_000, source="donation")
    for household in (ZHAO, QIAN):
        town.household(household)
    before, cases = town.now - AGO, []
    for household in (ZHAO, QIAN):
        some = [Proposal(household, "E01", town.today, AWARD)] * (count // 2)
        reviewed = review(town.as_, CREW, before, due_by(town.today, some))
        hang_up(town.as_, FAYE, before, reviewed, month_due(town.today))
        cases += reviewed
    return town, cases


def look(town: Town, cases: list[UUID]) -> int:
    """How many are posted; each of them once, and one toothbrush more than that is refused."""
    rows = town.read.cases.several(cases)
    done = Counter(row["household"] for row in rows if row["state"] == "posted")
    events = town.ledger.recorder.select_notifications(1, 1_000_000)
    posted = Counter(each.originator_id for each in events if each.topic == "award.posted")
    assert not posted or posted.most_common(1)[0][1] == 1
    assert len(posted) == done.total()
    for household in (ZHAO, QIAN):
        assert town.balance(household) == AWARD * done[household]
        with pytest.raises(NotEnoughPoints):
            town.by(CLEO).redeem(
                shop=SHOP,
                card=card(household),
                lines=a_little_more_than(AWARD * done[household]),
                pin_checked=True,
            )
    return done.total()


def a_little_more_than(points: int) -> list[tuple[str, int]]:
    cookers = points // COOKER
    wanted = [("G30", cookers), ("G01", points % COOKER // TOOTHBRUSH + 1)]
    return wanted if cookers else wanted[1:]


def survive(county: County, kills: int) -> None:
    """Two at once are killed again and again, until two are left alone."""
    url = county.engine.url.render_as_string(hide_password=False)
    town, cases = hung(county, count=(kills + 1) * MOST_BETWEEN * 4)
    chance, done = random.Random(kills), 0
    for life in range(1, kills + 1):
        with posters(url, life, town.now) as lines:
            list(islice(lines, chance.randrange(1, MOST_BETWEEN)))
        before, done = done, look(town, cases)
        assert before < done < len(cases)
    with posters(url, kills + 1, town.now) as lines:
        said = [line.split()[1] for line in lines]
    assert set(said) == {"posted"}
    assert look(town, cases) == len(cases)
    assert check(county) == []


def test_postings_killed_in_the_middle(make_county: CountyMaker) -> None:
    survive(make_county(COUNTY, views), kills=2)


@pytest.mark.nightly
def test_postings_killed_thirty_times(make_county: CountyMaker) -> None:
    survive(make_county(COUNTY, views), kills=30)
