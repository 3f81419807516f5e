"""A household reports by its card what it did; it goes the same way as everybody's points."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from points.checks import check
from points.clock import business_day
from points.envelope import Actor, OthersHousehold, OwnHousehold
from points.ledger import Proposal
from points.ledger.awards import CLAIMS_MAX
from tests.support.house import QIAN, VILLAGE, ZHAO, Browser, Place
from web.registers.contents import RULES, read_rules
from web.registers.layout import data_rows
from web.registers.workbook import read_sheets

RULES_FILE = Path(__file__).parents[3] / "web" / "data" / "rules.csv"

pytestmark = pytest.mark.row("B1", "B2")

REVIEWER = Actor("reviewer", "village", VILLAGE)
FAMILY = Actor("household:" + ZHAO, "villager", VILLAGE, ZHAO)


@pytest.fixture
def address(place: Place) -> str:
    return f"/C/{place.card(ZHAO).token}/claims"


def wish(place: Place, **other: str) -> dict[str, str]:
    day = business_day(place.watch()).isoformat()
    return {
        "rule": "E01",
        "points": "30",
        "occurred_on": day,
        "text": "救了落水的孩子，三组的人都看见",
    } | other


def send(browser: Browser, address: str, **fields: str) -> Any:
    return browser.post(address, page="/sign-in", key=uuid4().hex, **fields)


def cases(place: Place) -> list[dict[str, Any]]:
    return place.house.read.cases.of(ZHAO)


def test_it_waits_like_what_staff_propose(place: Place, address: str) -> None:
    """Seen by its household and by who reviews it, and not spendable."""
    browser = place.browser()
    assert "报一件好事" in browser.get(address.removesuffix("/claims")).text
    assert send(browser, address, **wish(place)).status_code == 303
    (case,) = cases(place)
    assert (case["state"], case["points"], case["proposer"]) == ("proposed", 30, FAMILY.id)
    assert place.balance(ZHAO) == 0
    assert "见义勇为" in browser.get(address).text
    desk = place.signed_in("village", VILLAGE, login="chair").get("/staff/sign").text
    assert "户自己" in desk
    assert "救了落水的孩子" in desk
    with place.by(REVIEWER) as ledger:
        ledger.sign(case["case_id"])
    assert cases(place)[0]["state"] == "reviewed"
    assert check(place.house.county) == []


def test_none_of_the_family_reviews_it(place: Place, address: str) -> None:
    send(place.browser(), address, **wish(place))
    (case,) = cases(place)
    with place.by(Actor("mother", "village", VILLAGE, ZHAO)) as ledger:
        with pytest.raises(OwnHousehold):
            ledger.sign(case["case_id"])
        with pytest.raises(OwnHousehold):
            ledger.refuse(case["case_id"], reason="不对")


def test_she_speaks_for_her_own_household_only(place: Place) -> None:
    today = business_day(place.watch())
    with place.by(FAMILY) as ledger, pytest.raises(OthersHousehold):
        ledger.propose(Proposal(QIAN, "E01", today, 30))
    with place.by(Actor("aunt", "villager", VILLAGE)) as ledger, pytest.raises(OthersHousehold):
        ledger.propose(Proposal(QIAN, "E01", today, 30))


@pytest.mark.parametrize("rule", ["C02", "V01", "F02", "G01", "D01", "B01"])
def test_what_others_tell_is_not_reported(place: Place, address: str, rule: str) -> None:
    browser = place.browser()
    assert f'value="{rule}"' not in browser.get(address).text
    points = {"V01": "2", "G01": "2"}.get(rule, "")
    answer = send(browser, address, **wish(place, rule=rule, points=points))
    assert (answer.status_code, "这一项不用自己报" in answer.text) == (409, True)
    assert cases(place) == []


def test_rounds_sheets_and_offices_tell_of_theirs() -> None:
    """Of the rules that every county begins with, these are left to a household."""
    found, _ = read_rules(data_rows(read_sheets(RULES_FILE.read_bytes()), RULES))
    claimable = {rule.code for rule in found if rule.claimable}
    assert claimable == {"M01", "M02", "M03", "N01", "N02", "N03", "P02", "E01"}


@pytest.mark.parametrize(
    "wrong",
    [{"rule": ""}, {"text": " "}, {"occurred_on": "昨天"}, {"points": "很多"}, {"points": "-3"}],
)
def test_what_is_missing_is_said_and_kept(
    place: Place, address: str, wrong: dict[str, str]
) -> None:
    answer = send(place.browser(), address, **wish(place, **wrong))
    assert answer.status_code == 400
    assert "请选一项，写上日期，再写一句话。" in answer.text
    if "text" not in wrong:
        assert "救了落水的孩子" in answer.text
    assert cases(place) == []


def test_not_of_tomorrow_and_not_too_many_at_once(place: Place, address: str) -> None:
    browser = place.browser()
    tomorrow = send(browser, address, **wish(place, occurred_on="2099-01-01"))
    assert tomorrow.status_code >= 400
    for _ in range(CLAIMS_MAX):
        assert send(browser, address, **wish(place)).status_code == 303
    answer = send(browser, address, **wish(place))
    assert answer.status_code == 409
    assert f"{CLAIMS_MAX} 件" in answer.text
    assert len(cases(place)) == CLAIMS_MAX


def test_sent_twice_it_is_one(place: Place, address: str) -> None:
    for _ in range(2):
        place.browser().post(address, page="/sign-in", key="same", **wish(place))
    assert len(cases(place)) == 1


def test_she_takes_back_her_own_and_nobody_else_s(place: Place, address: str) -> None:
    browser = place.browser()
    send(browser, address, **wish(place))
    (case,) = cases(place)
    back = f"/claims/{case['case_id']}/withdraw"
    theirs = f"/C/{place.card(QIAN).token}{back}"
    assert send(place.browser(), theirs).status_code == 404
    with place.by(REVIEWER) as ledger:
        staff = ledger.propose(Proposal(ZHAO, "E01", business_day(place.watch()), 30))
    assert send(browser, f"{address}/{staff}/withdraw").status_code == 404
    assert send(browser, address.removesuffix("/claims") + back).status_code == 303
    assert {each["case_id"]: each["state"] for each in cases(place)} == {
        case["case_id"]: "withdrawn",
        staff: "proposed",
    }
    assert check(place.house.county) == []
