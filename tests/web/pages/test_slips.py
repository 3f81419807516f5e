"""Q6: three faces after a redemption, and under an answer; one slip each, and nothing is noted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from points.clock import business_day
from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.store.slips import SlipBox
from points.store.tables import events, slips_spent
from tests.support.house import MAKER, OPENER, SHOP, SIGNER, VILLAGE, ZHAO, Place, Program
from web.access.tables import access_log
from web.village.objecting import code_of

pytestmark = pytest.mark.row("Q6")


@pytest.fixture
def till(place: Place) -> Program:
    place.earn(ZHAO, 60)
    return place.program("keeper", VILLAGE, SHOP)


def redeemed(place: Place, till: Program, key: str = "one") -> Any:
    if "card" not in vars(place):
        vars(place)["card"] = place.card(ZHAO)
    return till.redeem(vars(place)["card"].token, ("G01", 1), key=key)


def give(place: Place, slip: str, face: str = "good") -> Any:
    return place.app.test_client().post("/slip", data={"slip": slip, "face": face})


def lying(place: Place) -> dict[tuple[str, str], int]:
    return SlipBox(place.house.county).waiting().get((VILLAGE, "2026Q4"), {})


def test_one_redemption_gives_one_slip(place: Place, till: Program) -> None:
    answer = redeemed(place, till)
    assert answer.status_code == 201
    slip = answer.headers["Jiamei-Slip"]
    assert give(place, slip, "bad").status_code == 200
    assert give(place, slip, "good").status_code == 409
    assert lying(place) == {("redemption", "bad"): 1}


def test_a_retry_brings_no_second_token(place: Place, till: Program) -> None:
    first, again = redeemed(place, till), redeemed(place, till)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json
    assert "Jiamei-Slip" not in again.headers


def test_no_token_can_be_made_or_turned_to_something_else(place: Place, till: Program) -> None:
    slip = redeemed(place, till).headers["Jiamei-Slip"]
    village, about, text = slip.split(".")
    for wrong in (
        "",
        "no token",
        f"{village}.decision.{text}",
        f"999901100202.{about}.{text}",
        f"{village}.{about}.{'A' * len(text)}",
        f"{village}.{about}.满意",
        slip + "\0",
    ):
        assert give(place, wrong).status_code >= 400
    assert give(place, slip, "happy").status_code >= 400
    assert lying(place) == {}
    assert give(place, slip).status_code == 200


def test_neither_receipt_nor_history_has_what_the_slip_has(place: Place, till: Program) -> None:
    answer = redeemed(place, till)
    slip = answer.headers["Jiamei-Slip"]
    give(place, slip)
    nonce = slip.rpartition(".")[2]
    with place.house.county.read() as sql:
        spent = list(sql.scalars(select(slips_spent.c.hash)))
        last = [dict(row) for row in sql.execute(select(events)).mappings()][-3:]
    assert len(spent) == 1
    for text in (nonce, spent[0], nonce[:20]):
        assert text not in str(last)
        assert text not in answer.text
    place.house.access_log.flush()
    with place.house.shared.read() as sql:
        lines = str([tuple(row) for row in sql.execute(select(access_log))])
    assert "/slip" not in lines
    assert nonce not in lines
    assert nonce not in str([tuple(row) for row in last])


def test_the_till_shows_three_large_faces(place: Place) -> None:
    page = place.browser().get("/till").text
    assert re.findall(r'data-face="(\w+)"', page) == ["good", "fair", "bad"]
    assert "满意吗" in page


def test_an_answer_can_be_judged_once(place: Place) -> None:
    today = business_day(place.watch())
    with place.by(MAKER) as ledger:
        case = ledger.propose(Proposal(ZHAO, "C01", today))
    with place.by(SIGNER) as ledger:
        ledger.sign(case)
    with place.by(OPENER) as ledger:
        notice = ledger.open_notice(VILLAGE, today.isoformat()[:7], [case])
        made = ledger.object_to(notice, about="line", line=1, text="不对", way="paper")
    code = code_of(made).replace(" ", "")
    address = f"/village/{VILLAGE}/objection?code={code}"
    assert 'name="slip"' not in place.browser().get(address).text
    with place.by(Actor("decider", "village", VILLAGE)) as ledger:
        ledger.decide_objection(made, Answer("dismissed", "有照片"))
    page = place.browser().get(address).text
    slip = re.search(r'name="slip" value="([^"]+)"', page)
    assert slip
    assert 'name="slip" value="' + slip[1] in place.browser().get(address).text  # the same again
    assert "谢谢" in give(place, slip[1], "fair").text
    assert 'name="slip"' not in place.browser().get(address).text
    assert lying(place) == {("decision", "fair"): 1}


def test_the_public_page_tells_shares_from_ten_on(place: Place) -> None:
    page = f"/village/{VILLAGE}"
    box = SlipBox(place.house.county)
    for number in range(10):
        assert "大家满意不满意" not in place.browser().get(page).text
        face = "bad" if number < 3 else "good"
        box.drop(str(number), village=VILLAGE, quarter="2026Q4", about="redemption", face=face)
        with place.by(OPENER) as ledger:
            ledger.count_slips(business_day(place.watch()))
    told = place.browser().get(page).text
    assert "大家满意不满意" in told
    assert re.search(r"满意 70%，\s*一般 0%，\s*不满意 30%", told)
