"""What stands in a published answer and is nobody's business."""

from __future__ import annotations

import pytest

from tests.support.house import VILLAGE, Place
from web.village.masking import Masking

pytestmark = pytest.mark.row("J5")


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "138 - 0013 8000",
        "0931-8412345",
        "51010119900101123X",
        "510101 19900101 123x",
        "510101-1990-01-01-1234",
        "6217001234567890123",
        "2012-11-2345",
    ],
)
def test_numbers_of_people_are_hidden_in_groups_too(place: Place, number: str) -> None:
    told = Masking(place.house.registry, VILLAGE).text(f"问了{number}，属实")
    assert told == f"问了{'*' * len(number)}，属实"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24",
        "2026-11-24 15:00到场",
        "2026.11.24-12.01公示",
        "2026-11-24 2026-12-01两天",
        "2026.1.5",
        "2026-11",
        "2026年11月24日",
        "2026/11/24",
        "A001户30分",
        "1-2小时",
    ],
)
def test_days_and_points_stay_readable(place: Place, text: str) -> None:
    assert Masking(place.house.registry, VILLAGE).text(text) == text


def test_a_date_hides_no_number_that_follows(place: Place) -> None:
    told = Masking(place.house.registry, VILLAGE).text("2026-11-24 138 0013 8000")
    assert told == "2026-11-24 " + "*" * 13
