"""The card at the shop is enough to object: a widow sees the list, says a word, and is answered."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from points.checks import check
from points.clock import business_day
from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.objection import UPHELD
from tests.support.house import FAR, QIAN, VILLAGE, ZHAO, Browser, Place

pytestmark = pytest.mark.row("B4", "B5")

GRID, REVIEWER, OPENER, DECIDER = (
    Actor(name, "village", VILLAGE) for name in ("grid", "reviewer", "opener", "decider")
)


@pytest.fixture
def notice(place: Place) -> UUID:
    today = business_day(place.watch())
    with place.by(GRID) as ledger:
        cases = ledger.propose_batch([Proposal(each, "E01", today, 30) for each in (ZHAO, QIAN)])
    for case in cases:
        with place.by(REVIEWER) as ledger:
            ledger.sign(case)
    with place.by(OPENER) as ledger:
        found: UUID = ledger.open_notice(VILLAGE, "2026-11", cases)
    return found


def send(browser: Browser, address: str, **fields: str) -> tuple[int, str]:
    answer = browser.post(address, page=address, key=uuid4().hex, **fields)
    if answer.status_code == 303:
        return 303, browser.get(answer.headers["Location"].partition("#")[0]).text
    return answer.status_code, answer.text


def test_her_own_lines_are_hers_and_the_others_are_masked(place: Place, notice: UUID) -> None:
    page = place.browser().get(f"/C/{place.card(QIAN).token}/notices").text
    assert "您家" in page
    assert f"{ZHAO.partition('-')[2]} 赵*英" in page
    assert "赵秀英" not in page


def test_she_objects_by_her_card_and_gets_her_points(place: Place, notice: UUID) -> None:
    browser, address = place.browser(), f"/C/{place.card(QIAN).token}/notices"
    status, page = send(browser, address, about=f"{notice}/missing", text="少了我家的清洁户")
    assert status == 303
    assert "您提的意见" in page
    (row,) = place.house.read.objections.waiting(VILLAGE)
    assert (row["by_whom"], row["household"], row["way"]) == (QIAN, QIAN, "card")

    instead = Proposal(QIAN, "C01", business_day(place.watch()))
    with place.by(DECIDER) as ledger:
        answer = Answer(UPHELD, "漏了，补上。", instead=instead)
        ledger.decide_objection(row["objection_id"], answer)
    assert "漏了，补上。" in browser.get(address).text
    (case,) = [each for each in place.house.read.cases.of(QIAN) if each["objection"]]
    assert case["objection"] == str(row["objection_id"])
    assert check(place.house.county) == []


def test_a_line_of_another_is_held(place: Place, notice: UUID) -> None:
    browser, address = place.browser(), f"/C/{place.card(QIAN).token}/notices"
    status, page = send(browser, address, about=f"{notice}/1", text="他那天不在")
    assert status == 303
    assert "有异议，暂缓" in page
    assert place.house.read.balances.of(ZHAO).frozen == 30  # type: ignore[union-attr]


def test_what_she_cannot_object_to_is_said(place: Place, notice: UUID) -> None:
    browser, address = place.browser(), f"/C/{place.card(QIAN).token}/notices"
    assert send(browser, address, text="不对")[0] == 400
    assert send(browser, address, about=f"{notice}/1", text="")[0] == 400
    assert send(browser, address, about=f"{notice}/9", text="不对")[0] == 404
    assert send(browser, address, about=f"{uuid4()}/1", text="不对")[0] == 404
    far = f"/C/{place.card(FAR).token}/notices"
    wish = {"about": f"{notice}/1", "text": "不对"}
    assert place.browser().post(far, page="/sign-in", key="far", **wish).status_code == 404
    key = uuid4().hex
    place.watch.later(days=9)
    late = browser.post(address, page="/sign-in", key=key, **wish)
    assert late.status_code == 409
    assert place.house.read.objections.waiting(VILLAGE) == []


def test_who_is_not_content_takes_it_to_the_township(place: Place, notice: UUID) -> None:
    browser, address = place.browser(), f"/C/{place.card(QIAN).token}/notices"
    send(browser, address, about=f"{notice}/1", text="他那天不在")
    (row,) = place.house.read.objections.waiting(VILLAGE)
    assert "请乡镇再看" not in browser.get(address).text
    with place.by(DECIDER) as ledger:
        ledger.decide_objection(row["objection_id"], Answer("dismissed", "在的。"))
    assert "请乡镇再看" in browser.get(address).text
    onward = f"{address.removesuffix('/notices')}/objections/{row['objection_id']}/appeal"
    other = f"/C/{place.card(ZHAO).token}/objections/{row['objection_id']}/appeal"
    wish = {"page": address, "text": "邻居也看到他不在"}
    assert browser.post(other, key="other", **wish).status_code == 404
    assert browser.post(onward, key="none", page=address, text=" ").status_code in (400, 409)
    assert browser.post(onward, key="mine", **wish).status_code == 303
    assert browser.post(onward, key="again", **wish).status_code == 409
    page = browser.get(address).text
    assert "报到乡镇" in page
    assert "请乡镇再看" not in page
    assert check(place.house.county) == []


def test_after_the_last_day_nothing_asks_for_an_appeal(place: Place, notice: UUID) -> None:
    browser, address = place.browser(), f"/C/{place.card(QIAN).token}/notices"
    send(browser, address, about=f"{notice}/1", text="他那天不在")
    (row,) = place.house.read.objections.waiting(VILLAGE)
    with place.by(DECIDER) as ledger:
        ledger.decide_objection(row["objection_id"], Answer("dismissed", "在的。"))
    place.watch.later(days=15)
    assert "请乡镇再看" not in browser.get(address).text
    onward = f"{address.removesuffix('/notices')}/objections/{row['objection_id']}/appeal"
    answer = browser.post(onward, key="late", page="/sign-in", text="太晚")
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "about", ["-" * 36 + "/missing", "a" * 36 + "/1", f"{UUID(int=1)}/" + "9" * 4500, "/"]
)
def test_what_is_no_line_is_said(place: Place, notice: UUID, about: str) -> None:
    browser, address = place.browser(), f"/C/{place.card(QIAN).token}/notices"
    status, page = send(browser, address, about=about, text="不对")
    assert status == 400
    assert "请先选哪一条，再写一句话。" in page


def test_a_line_of_many_digits_or_other_digits_is_none(place: Place, notice: UUID) -> None:
    browser, address = place.browser(), f"/C/{place.card(QIAN).token}/notices"
    for line in ("9" * 4500, "9" * 6, "１", "²"):
        assert send(browser, address, about=f"{notice}/{line}", text="不对")[0] == 400


def test_sent_twice_it_is_one(place: Place, notice: UUID) -> None:
    browser, address = place.browser(), f"/C/{place.card(QIAN).token}/notices"
    for _ in range(2):
        browser.post(address, page=address, key="same", about=f"{notice}/1", text="不对")
    assert len(place.house.read.objections.waiting(VILLAGE)) == 1


@pytest.mark.row("A5")
def test_a_household_is_told_of_its_deduction_and_heard(place: Place) -> None:
    """The letter is for this household alone; it objects by its card, and nothing is taken."""
    place.earn(ZHAO, 40)
    with place.by(GRID) as ledger:
        case = ledger.propose(Proposal(ZHAO, "D01", business_day(place.watch())))
    for actor in (REVIEWER, Actor("second", "village", VILLAGE)):
        with place.by(actor) as ledger:
            ledger.sign(case)
    with place.by(OPENER) as ledger:
        told = ledger.open_notice(VILLAGE, "2026-11", [case])
    letter = place.signed_in("village", VILLAGE, login="chair").get(f"/staff/notices/{told}").text
    assert "告知书" in letter

    browser, address = place.browser(), f"/C/{place.card(ZHAO).token}/notices"
    assert "只告诉您家的" in browser.get(address).text
    others = f"/C/{place.card(QIAN).token}/notices"
    assert "乱倒" not in browser.get(others).text
    wish = {"about": f"{told}/1", "text": "不是我家倒的"}
    assert browser.post(others, page="/sign-in", key="x", **wish).status_code == 404
    assert send(browser, address, **wish)[0] == 303
    (row,) = place.house.read.objections.waiting(VILLAGE)
    with place.by(DECIDER) as ledger:
        ledger.decide_objection(row["objection_id"], Answer(UPHELD, "查实不是她家。"))
    place.watch.later(days=14)
    with place.by(Actor("job", "administrator", "999901")) as ledger:
        ledger.close_and_post(business_day(place.watch()))
    assert place.balance(ZHAO) == 40
    assert "查实不是她家。" in browser.get(address).text
