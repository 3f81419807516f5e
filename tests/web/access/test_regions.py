"""The region tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import COUNTY, REGIONS, TOWNSHIP, VILLAGE, Place
from web.access.regions import AmbiguousVillage, BadRegions, read_regions
from web.access.roles import UnknownPlace

REAL = REGIONS.with_name("regions-621125.csv")
HEAD = "code,name,parent,level\n"


def test_the_real_county_has_its_own_numbers(place: Place) -> None:
    counts = place.house.regions.load(read_regions(REAL))

    assert (counts["county"], counts["township"]) == (1, 13)
    assert (counts["village"], counts["community"]) == (135, 5)


def test_loading_again_changes_nothing(place: Place) -> None:
    before = place.house.regions.within("")

    place.house.regions.load(read_regions(REGIONS))

    assert place.house.regions.within("") == before


def test_a_place_knows_its_way_up_and_down(place: Place) -> None:
    regions = place.house.regions

    assert [one.code for one in regions.path(VILLAGE)] == [COUNTY, TOWNSHIP, VILLAGE]
    assert {one.parent for one in regions.children(TOWNSHIP)} == {TOWNSHIP}
    assert len(regions.villages(COUNTY)) == 140
    assert [one.code for one in regions.villages(VILLAGE)] == [VILLAGE]
    assert regions.name(VILLAGE).startswith("示例")


def test_a_village_is_found_by_name_inside_a_place(place: Place) -> None:
    regions = place.house.regions
    regions.load(read_regions(REAL))
    names = [one.name for one in regions.villages("621125")]
    twice = next(name for name in names if names.count(name) > 1)

    with pytest.raises(AmbiguousVillage) as refusal:
        regions.village_named(twice, "621125")
    codes = refusal.value.facts["codes"]
    assert isinstance(codes, list)
    assert regions.village_named(f" {twice} ", codes[0][:9]).code == codes[0]
    with pytest.raises(UnknownPlace):
        regions.village_named("没有村", "621125")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("99990,a,,county", "code"),
        ("９９９９０１,a,,county", "code"),
        ("999901,,,county", "name"),
        ("999901,a,,kingdom", "level"),
        ("999901100,a,999902,township", "parent"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "regions.csv"
    file.write_text(f"{HEAD}999901,示例县,,county\n{line}\n", "utf-8")

    with pytest.raises(BadRegions) as refusal:
        read_regions(file)

    assert refusal.value.facts == {"line": 3, "why": why}


def test_a_code_stands_once(tmp_path: Path) -> None:
    file = tmp_path / "regions.csv"
    file.write_text(f"{HEAD}999901,a,,county\n999901,b,,county\n", "utf-8")

    with pytest.raises(BadRegions):
        read_regions(file)
