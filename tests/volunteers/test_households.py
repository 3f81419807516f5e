"""The register of households: entered, changed, found, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from points.store.county import County
from volunteers.households import Household, HouseholdAmbiguous, HouseholdUnknown, Registry
from volunteers.search import search
from volunteers.tables import households

ONE, TWO = "999901100201", "999901100202"
COUNTY, TOWN = "999901", "999901100"

ZHANG = Household(ONE, "A001", "张桂英", group="1组", size=3, phone="13800008779")
SHAN = Household(ONE, "A002", "单英", group="2组", size=5, phone="09326621111")
NAMESAKE = Household(TWO, "A001", "张桂英", group="1组")
LIU = Household(TWO, "B007", "刘兰花", phone="13800008779")


@pytest.fixture
def full(registry: Registry) -> Registry:
    registry.add(ZHANG, SHAN, NAMESAKE, LIU)
    return registry


def test_a_household_is_found_by_its_number(full: Registry) -> None:
    assert full.find(ZHANG.number) == ZHANG
    assert full.find("999901100201-A009") is None
    assert full.find_all([SHAN.number, LIU.number, "no"]) == {SHAN.number: SHAN, LIU.number: LIU}


@pytest.mark.parametrize("typed", ["B007", "b007", "Ｂ００７", " b 007 ", "999901100202-B007"])
def test_a_number_is_resolved_in_any_form(full: Registry, typed: str) -> None:
    assert full.resolve(typed, COUNTY) == LIU.number


def test_a_repeated_number_is_refused_with_its_candidates(full: Registry) -> None:
    with pytest.raises(HouseholdAmbiguous) as refused:
        full.resolve("A001", COUNTY)

    assert refused.value.facts["candidates"] == [ZHANG.number, NAMESAKE.number]
    assert full.resolve("A001", TWO) == NAMESAKE.number


@pytest.mark.parametrize("typed", ["A009", "999901100201-A001", "", "张桂英"])
def test_what_is_not_in_the_place_is_unknown(full: Registry, typed: str) -> None:
    with pytest.raises(HouseholdUnknown):
        full.resolve(typed, "999901100202")


@pytest.mark.parametrize(
    ("words", "place", "found"),
    [
        ("张桂英", COUNTY, [ZHANG, NAMESAKE]),
        (" 张 桂英", ONE, [ZHANG]),
        ("桂英", COUNTY, [ZHANG, NAMESAKE]),
        ("zgy", COUNTY, [ZHANG, NAMESAKE]),
        ("ZG", ONE, [ZHANG]),
        ("sy", COUNTY, [SHAN]),  # 单 as a surname is read shàn
        ("dy", COUNTY, [SHAN]),  # and dān elsewhere
        ("lhl", COUNTY, []),
        ("8779", COUNTY, [ZHANG, LIU]),
        ("13800008779", TWO, [LIU]),
        ("138000", COUNTY, []),  # a tail is asked for, not a beginning
        ("a00", COUNTY, [ZHANG, SHAN, NAMESAKE]),
        ("Ｂ００７", COUNTY, [LIU]),
        ("999901100202", COUNTY, [NAMESAKE, LIU]),
        ("%", COUNTY, []),
        ("", COUNTY, []),
        ("   ", COUNTY, []),
    ],
)
def test_search(full: Registry, words: str, place: str, found: list[Household]) -> None:
    assert search(full, words, place) == found


def test_a_search_has_a_limit(full: Registry) -> None:
    assert len(search(full, "a", COUNTY, limit=2)) == 2


def test_a_change_is_found_by_what_is_new(full: Registry) -> None:
    moved = Household(TWO, "B007", "刘兰花", group="3组", size=2, phone="13900000000")
    full.change(moved)

    assert full.find(LIU.number) == moved
    assert full.with_phone("13900000000", COUNTY) == [moved]
    assert full.with_phone("13800008779", COUNTY) == [ZHANG]


def test_an_erased_household_keeps_its_number_and_nothing_else(
    full: Registry, people_county: County
) -> None:
    full.erase(ZHANG.number, datetime(2026, 11, 24, tzinfo=UTC))

    assert full.find(ZHANG.number) == Household(ONE, "A001", "")
    assert full.resolve("A001", ONE) == ZHANG.number
    assert search(full, "张桂英", ONE) == []
    assert search(full, "8779", ONE) == []
    assert full.masked_heads([ZHANG.number, SHAN.number]) == {SHAN.number: "单*"}
    with people_county.read() as connection:
        mine = households.c.number == ZHANG.number
        row = connection.execute(households.select().where(mine)).one()
    assert row.erased_at == "2026-11-24T00:00:00.000000Z"


def test_numbers_of_a_place_come_in_order(full: Registry) -> None:
    assert full.numbers(TOWN) == sorted(one.number for one in (ZHANG, SHAN, NAMESAKE, LIU))
    assert [one.masked_head for one in full.of_place(TWO)] == ["张*英", "刘*花"]
