"""The mini demo: it adds up, the checks find nothing, and one seed gives one county."""

from __future__ import annotations

import stat
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from points.checks import check
from points.store.tables import events
from tests.support.house import COUNTY
from tests.web.demo.conftest import Town
from web.demo import fill
from web.demo.profiles import NotEmpty
from web.demo.stage import SYNTHETIC
from web.registers.answers import silent

pytestmark = pytest.mark.xdist_group("demo")


def test_issued_points_are_all_accounted_for(town: Town) -> None:
    sums = town.filled.identity
    assert town.filled.adds_up
    assert sums["issued"] > 3_000
    assert min(sums["redeemed"], sums["outstanding"], sums["reversed"], sums["deducted"]) > 0
    assert 0 < town.filled.coverage < 1
    assert sums == town.house.read.journal.identity()


def test_the_checks_find_nothing(town: Town) -> None:
    assert check(town.house.county) == []


def test_one_seed_is_one_county_and_another_seed_another(
    town: Town, make_town: Callable[[int], Town]
) -> None:
    again, other = make_town(1).filled, make_town(2).filled
    same = ("households", "counts", "identity", "coverage", "events")
    assert [getattr(again, name) for name in same] == [getattr(town.filled, name) for name in same]
    assert other.identity != again.identity


def test_there_is_something_to_see_on_every_page(town: Town) -> None:
    read = town.house.read
    assert len(read.cases.waiting(COUNTY)) >= 3
    states = {row["state"] for row in read.redemptions.of_household(_buyer(town))}
    assert "completed" in states
    shops = [shop["code"] for shop in read.shops.all(COUNTY)][:2]
    levels = [level for shop in shops for level in read.stock.levels(shop).values()]
    assert min(levels) <= 3 < max(levels)
    sources = {move["source"] for shop in shops for move in read.stock.movements(shop, limit=999)}
    assert len(sources - {None}) >= 4


def test_every_event_of_the_demo_says_that_it_is_invented(town: Town) -> None:
    marked = select(func.count()).where(events.c.reason == SYNTHETIC)
    with town.house.county.read() as sql:
        assert sql.scalar(marked) == town.filled.events


def test_nobody_signs_what_she_proposed(town: Town) -> None:
    first = town.house.regions.villages(COUNTY)
    cases = [
        case
        for place in first
        for row in town.house.read.accounts.all(place.code)
        for case in town.house.read.cases.of(str(row["household"]))
    ]
    assert len(cases) > 200
    assert all(case["proposer"] not in case["signers"].split() for case in cases)


def test_the_sign_ins_and_the_cards_open(town: Town) -> None:
    for each in town.filled.sign_ins:
        assert town.house.users.sign_in(each.login, each.password).must_change is False
    for card in town.filled.cards:
        assert town.house.cards.read(card.address).household == card.household
        town.house.pins.check(card.household, card.pin)
    slip = town.folder / "demo.sign-ins.txt"
    assert town.filled.cards[0].address in slip.read_text()
    assert stat.S_IMODE(slip.stat().st_mode) == 0o600


def test_a_county_with_accounts_is_left_alone(town: Town) -> None:
    before = town.house.position()
    with pytest.raises(NotEmpty):
        fill(town.house, profile="mini", seed=1, progress=silent)
    assert town.house.position() == before


def _buyer(town: Town) -> str:
    village = town.filled.cards[0].household.partition("-")[0]
    rows = town.house.read.accounts.all(village)
    return next(
        str(row["household"])
        for row in rows
        if town.house.read.redemptions.of_household(str(row["household"]))
    )
