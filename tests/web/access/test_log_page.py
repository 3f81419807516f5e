"""The access log as a page."""

from __future__ import annotations

import pytest

from tests.support.house import FAR, VILLAGE, ZHAO, Place
from web.access.grants import GRANTS
from web.pages.log import ACTIONS


def test_the_supervisor_sees_who_looked_at_her_village(place: Place) -> None:
    place.program("county").get(f"/api/v1/households/{ZHAO}/balance")
    place.program("county").get(f"/api/v1/households/{FAR}/balance")
    place.house.access_log.flush()

    page = place.opened_by(place.staff("supervisor", VILLAGE)).get("/log").text

    assert ZHAO in page
    assert FAR not in page
    assert "看余额" in page


def test_long_logs_have_pages(place: Place) -> None:
    office = place.program("village", VILLAGE)
    for _ in range(101):
        place.watch.later(seconds=1)
        office.get(f"/api/v1/households/{ZHAO}/balance")
    place.house.access_log.flush()
    browser = place.opened_by(place.staff("administrator"))

    first = browser.get("/log").text
    second = browser.get("/log?before=2026-11-24T01:00:02.000000Z").text

    assert first.count("看余额") == 100
    assert "/log?before=2026-11-24T01:00:02.000000Z" in first.replace("%3A", ":")
    assert second.count("看余额") == 1


@pytest.mark.parametrize("action", GRANTS)
def test_every_action_has_its_word(action: str) -> None:
    assert action in ACTIONS
