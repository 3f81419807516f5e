"""kill -9 in the middle of work: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from points.checks import check
from points.ledger import Proposal
from points.store.county import County
from points.store.engine import open_engine
from points.store.protection import protect
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.properties.tills import IDS_OF_A_LIFE, TILLS, Answers, household_of, sell, tills
from tests.support.cast import CLEO, QIAN, SHOP, ZHAO
from tests.support.postgres import APP, OWNER, Cluster, cluster
from tests.support.town import Town

ENDLESS = 1_000_000
TOOTHBRUSH = 2
MOST_BETWEEN = 12
"""A kill comes after so many answers at most."""

AWARD = 100
AWARDS = 150
"""Enough for all the toothbrushes of two hundred lives."""


def stocked(county: County) -> Town:
    """Two households with points, one shop with toothbrushes."""
    town = Town(county)
    town.books()
    town.shop(stock=0)
    town.by(CLEO).receive_stock(SHOP, sku="G01", quantity=100_000, source="donation")
    for household in (ZHAO, QIAN):
        town.household(household)
    town.posted(
        *(
            Proposal(household, "E01", town.today, AWARD)
            for household in (ZHAO, QIAN)
            for _ in range(AWARDS)
        )
    )
    return town


def look(url: str, answers: Answers) -> None:
    """Everything acknowledged is there, once; what was under way is there once too, or not.

    Then each till asks for its last requests again: answered ones give the same receipt, and in
    the end there is one redemption for each request, and no other.
    """
    town = Town(County(COUNTY, open_engine(url)), ids_from=(ENDLESS - 1) * IDS_OF_A_LIFE)
    kept = receipts(town)
    assert not [key for key, n in Counter(kept).items() if n > 1], "doubled"
    assert not set(answers.receipts.values()) - set(kept), "lost"
    assert len(answers.receipts) <= len(kept) <= len(answers.receipts) + TILLS
    assert answers.twice == []

    for till, start in enumerate(answers.starts):
        for number in range(max(0, start - 5), start):
            assert sell(town, till, number) == answers.receipts[till, number]
        answers.receipts[till, start] = sell(town, till, start)
    assert sorted(receipts(town)) == sorted(answers.receipts.values())
    for household in (ZHAO, QIAN):
        mine = sum(household_of(till) == household for till, _ in answers.receipts)
        assert town.balance(household) == AWARDS * AWARD - TOOTHBRUSH * mine
    assert check(town.county) == []
    town.county.engine.dispose()


def receipts(town: Town) -> list[str]:
    return [
        str(row["receipt_no"])
        for household in (ZHAO, QIAN)
        for row in town.read.redemptions.of_household(household, limit=ENDLESS)
    ]


def survive(county: County, url: str, kills: int) -> None:
    """The application is killed, with its saves half done, and started again."""
    stocked(county)
    answers, chance = Answers(), random.Random(kills)
    for life in range(1, kills + 1):
        with tills(url, life, answers) as (_, lines):
            answers.hear(lines, chance.randrange(1, MOST_BETWEEN))
    look(url, answers)


def survive_the_server(server: Cluster, kills: int) -> None:
    """The server is killed, alone or with all its processes, and started again; the application
    lives on and finds it."""
    owner = County(COUNTY, create_engine(server.url(OWNER)))
    owner.create(views)
    with owner.write() as connection:
        protect(connection, owner.schema, APP)
    owner.engine.dispose()
    url = server.url(APP)
    county = County(COUNTY, open_engine(url))
    stocked(county)
    county.engine.dispose()
    answers, chance = Answers(), random.Random(kills)
    with tills(url, 1, answers) as (process, lines):
        for kill in range(kills):
            answers.hear(lines, chance.randrange(1, MOST_BETWEEN))
            server.shoot(everybody=kill % 2 == 1)
            server.start()
        answers.hear(lines, TILLS)
        assert process.is_alive(), "the application was not started again"
    look(url, answers)


@pytest.fixture
def fragile() -> Iterator[Cluster]:
    """A server of its own, to be killed."""
    with cluster() as running:
        yield running


def test_tills_killed_in_the_middle(make_county: CountyMaker) -> None:
    county = make_county(COUNTY, views)
    survive(county, county.engine.url.render_as_string(hide_password=False), kills=3)


@pytest.mark.postgres
def test_a_server_killed_in_the_middle(fragile: Cluster) -> None:
    survive_the_server(fragile, kills=3)


@pytest.mark.nightly
def test_tills_killed_two_hundred_times(make_county: CountyMaker) -> None:
    county = make_county(COUNTY, views)
    survive(county, county.engine.url.render_as_string(hide_password=False), kills=200)


@pytest.mark.nightly
@pytest.mark.postgres
def test_a_server_killed_two_hundred_times(fragile: Cluster) -> None:
    survive_the_server(fragile, kills=200)
