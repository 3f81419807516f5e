"""A word against a posted entry, by card or on paper: another answers, and she alone reads it."""

from __future__ import annotations

import pytest

from points.account import UnknownEntry
from points.checks import check
from points.envelope import Actor
from points.ledger import Answer
from points.objection import UPHELD
from tests.support.house import QIAN, VILLAGE, ZHAO, Browser, Place
from tests.web.pages.test_card_notices import send
from web.village.doubting import NUMBER_MAX, entry_of

pytestmark = pytest.mark.row("B4")

DECIDER = Actor("decider", "village", VILLAGE)


def entry(place: Place, household: str = ZHAO) -> int:
    """The household's newest."""
    return int(place.house.read.entries.latest(household)[0]["id"])


def test_she_doubts_an_entry_by_her_card_and_reads_the_answer(place: Place) -> None:
    place.earn(ZHAO, 40)
    browser, card = place.browser(), f"/C/{place.card(ZHAO).token}"
    address = f"{card}/entries/{entry(place)}"
    assert f'href="{address}"' in browser.get(card).text
    status, page = send(browser, address, text="应该是五十分")
    assert status == 303
    assert "已入账的一笔" in page
    (row,) = place.house.read.objections.waiting(VILLAGE)
    assert (row["about"], row["household"], row["by_whom"]) == ("entry", ZHAO, ZHAO)
    assert (row["way"], row["entry"]) == ("card", place.house.read.entries.latest(ZHAO)[0]["ref"])

    again, page = send(browser, address, text="应该是五十分")
    assert (again, "不用再提" in page) == (409, True)
    staff = place.signed_in("village", VILLAGE, login="chair")
    shown = staff.get(f"/staff/objections/{row['objection_id']}").text
    for words in ("应该是五十分", "哪一笔", "申请更正"):
        assert words in shown
    with place.by(DECIDER) as ledger:
        ledger.decide_objection(row["objection_id"], Answer(UPHELD, "记错了，已经申请更正。"))
    assert "记错了，已经申请更正。" in browser.get(f"{card}/notices").text
    assert "记错了" not in place.browser().get(f"/village/{VILLAGE}").text
    assert check(place.house.county) == []


def test_of_others_and_of_what_the_card_does_not_show_nothing_is_told(place: Place) -> None:
    for _ in range(6):
        place.earn(ZHAO, 20)
    place.earn(QIAN, 40)
    browser, card = place.browser(), f"/C/{place.card(ZHAO).token}"
    first = place.house.read.entries.latest(ZHAO, 10)[-1]["id"]
    for other in (entry(place, QIAN), first, NUMBER_MAX, NUMBER_MAX + 1):
        for answer in (
            browser.get(f"{card}/entries/{other}"),
            browser.post(f"{card}/entries/{other}", page="/sign-in", key="k", text="不对"),
        ):
            assert answer.status_code == 409
            assert "+40" not in answer.text
    assert browser.get(f"{card}/entries/{entry(place)}").status_code == 200
    assert place.house.read.objections.waiting(VILLAGE) == []
    with pytest.raises(UnknownEntry):
        entry_of(place.house, QIAN, entry(place))


def test_what_is_said_is_not_empty_and_sent_twice_it_is_one(place: Place) -> None:
    place.earn(ZHAO, 40)
    browser = place.browser()
    address = f"/C/{place.card(ZHAO).token}/entries/{entry(place)}"
    assert send(browser, address, text=" ")[0] == 409
    for _ in range(2):
        assert browser.post(address, page=address, key="same", text="不对").status_code == 303
    assert len(place.house.read.objections.waiting(VILLAGE)) == 1


def test_staff_enter_it_on_paper_and_do_not_answer(place: Place) -> None:
    place.earn(ZHAO, 40)
    staff: Browser = place.signed_in("village", VILLAGE, login="chair")
    number = entry(place)
    assert f"/staff/entries/{number}#object" in staff.get(f"/staff/households/{ZHAO}").text
    address = f"/staff/entries/{number}"
    assert "她说的" in staff.get(address).text
    said = staff.post(f"{address}/object", page=address, key="k", said="应该是五十分")
    assert said.status_code == 303
    (row,) = place.house.read.objections.waiting(VILLAGE)
    assert (row["by_whom"], row["way"]) == (ZHAO, "paper")
    decide = f"/staff/objections/{row['objection_id']}"
    wish = {"outcome": "upheld", "answer": "对", "key": "d"}
    assert staff.post(decide, page="/staff/objections", **wish).status_code == 409
    watcher = place.signed_in("supervisor", VILLAGE, login="watcher")
    assert "她说的" not in watcher.get(address).text
