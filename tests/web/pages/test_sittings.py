"""A body's minutes are entered on one page: who was present once, each case in one row."""

from __future__ import annotations

import json
import re
from html import unescape
from uuid import UUID, uuid4

import pytest

from points.checks import check
from tests.support.device import Device
from tests.support.house import VILLAGE
from tests.support.office import Office
from tests.web.pages.desk import Desk, tiles, words

pytestmark = pytest.mark.row("B2", "Q2")

FORM = f"/staff/sittings/enter?place={VILLAGE}&body=customs_council"
PAPER = {
    "village": VILLAGE,
    "body": "customs_council",
    "number": "红白〔2026〕3号",
    "where": "村委会会议室",
    "required": "9",
}
COUNCIL = "zhou A002 A003，A004 A005\nA006"
"""Zhou is of the household A001."""


def waiting(office: Office, *numbers: int) -> list[UUID]:
    office.wait("M01", [office.numbers[n - 1] for n in numbers])
    found = office.house.read.cases.before_a_sitting(VILLAGE, "customs_council")
    return [case["case_id"] for case in found]


def entry(office: Office, votes: dict[UUID, int | str], **more: str) -> dict[str, str]:
    told = {f"votes.{case}": str(number) for case, number in votes.items()}
    day = {"day": office.today.isoformat(), "others": COUNCIL}
    return PAPER | day | told | more


def test_the_minutes_of_a_sitting_are_entered_on_one_page(office: Office, li: Desk) -> None:
    near, far, later = waiting(office, 1, 20, 21)
    page = li.page(FORM).text
    assert page.count('name="votes.') == 3
    assert page.count('name="number"') == 1
    sent = entry(office, {near: 4, far: 2, later: ""})
    shown = li.send("/staff/sittings", act="check", **sent)
    assert shown.status_code == 200
    assert "4/5 周红 同意" in words(shown)  # she keeps out of her own household's case
    assert "2/6 没有通过" in words(shown)
    for topic, case in (("award.signed", near), ("award.refused", far)):
        assert f'["{topic}", "{case}"]' in shown.text or "data-signer" not in shown.text
    assert office.house.read.sittings.last(VILLAGE, "customs_council") is None
    read = li.follow(li.send("/staff/sittings", act="hold", **sent))
    for said in ("红白理事会 红白〔2026〕3号", "应到 9 人，实到 6 人", "李玉梅", "4/5", "没有通过"):
        assert said in read, said
    states = {case["case_id"]: case["state"] for case in office.house.read.cases.every(VILLAGE)}
    assert (states[near], states[far], states[later]) == ("reviewed", "refused", "proposed")
    assert "红白〔2026〕3号" in li.read(f"/staff/sittings?place={VILLAGE}")
    assert "红白理事会：1 件" in li.read("/staff/sittings")
    assert check(office.house.county) == []


def test_what_waits_for_a_sitting_is_not_hers_to_sign_and_is_told_apart(
    office: Office, li: Desk
) -> None:
    before = tiles(li.page("/staff"))
    waiting(office, 20, 21)
    after = tiles(li.page("/staff"))
    assert after["等开会评议的"] == (before.get("等开会评议的", (0, ""))[0] + 2, "/staff/sittings")
    assert after["等我复核"] == before["等我复核"]
    assert after.get("等别人复核") == before.get("等别人复核")


@pytest.mark.row("P4")
def test_her_device_signs_the_sitting_and_what_became_of_each_case(
    office: Office, li: Desk
) -> None:
    yes, no = waiting(office, 20, 21)
    device, actor = Device(), office.actor(li.user)
    device.register(office.place, actor)
    sent = entry(office, {yes: 6, no: 1})
    page = li.send("/staff/sittings", act="check", **sent).text
    claims = [json.loads(unescape(each)) for each in re.findall(r"data-claim='([^']+)'", page)]
    assert [claim[0] for claim in claims] == ["sitting.held", "award.signed", "award.refused"]
    assert [claim[1] for claim in claims[1:]] == [str(yes), str(no)]
    _, _, day, required, came, votes = claims[0]
    assert (day, required, len(came)) == (office.today.isoformat(), 9, 6)
    assert votes == {str(yes): 6, str(no): 1}
    unsigned = li.send("/staff/sittings", act="hold", **sent)
    assert (unsigned.status_code, "红白" in words(unsigned)) == (403, True)
    key = uuid4().hex
    mandates = [device.mandate(actor.id, f"{key}/0", *claims)]
    sealed = {"key": key, "mandates": json.dumps(mandates)}
    for other in ({f"votes.{yes}": 5}, {"required": 8}):
        altered = li.send("/staff/sittings", act="hold", **sealed, **sent | other)
        assert (altered.status_code, "mandate" in altered.text) == (409, False)
    done = li.send("/staff/sittings", act="hold", **sealed, **sent)
    assert done.status_code == 303
    assert check(office.house.county) == []


def test_the_list_that_hangs_leads_to_the_sitting(office: Office, li: Desk) -> None:
    (case,) = waiting(office, 20)
    li.send("/staff/sittings", act="hold", **entry(office, {case: 6}))
    he = Desk(office, "he")
    sent = {"village": VILLAGE, "month": office.today.isoformat()[:7], "case": str(case)}
    page = he.follow(he.send("/staff/notices", **sent))
    assert "红白理事会 红白〔2026〕3号" in page


def test_who_was_there_last_time_is_ticked_already(office: Office, li: Desk) -> None:
    first, second = waiting(office, 20, 21)
    li.send("/staff/sittings", act="hold", **entry(office, {first: 6}))
    page = li.page(FORM).text
    assert page.count('name="member"') == page.count("checked>") == 6
    assert 'value="村委会会议室"' in page
    members = ["zhou", *(f"{VILLAGE}-A00{n}" for n in range(2, 7))]
    sent = entry(office, {second: 6}, others="", number="红白〔2026〕4号")
    assert li.send("/staff/sittings", act="hold", member=members, **sent).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"others": "zhou A002"}, "不到三分之二"),
        ({"others": COUNCIL + " A001"}, "请填她的用户名"),
        ({"others": COUNCIL + " A002"}, "不能有两个是同一家的"),
        ({"others": COUNCIL + " nobody"}, "没有找到户号"),
        ({"body": "two_committees"}, "不归这个村的这个会评议"),
        ({"day": "2026-11-01"}, "不能早于报上来的那天"),
        ({"number": ""}, "请填写"),
    ],
)
def test_what_does_not_hold_is_said_and_nothing_typed_is_lost(
    office: Office, li: Desk, wrong: dict[str, str], said: str
) -> None:
    (case,) = waiting(office, 20)
    answer = li.send("/staff/sittings", act="hold", **entry(office, {case: 5}, **wrong))
    assert answer.status_code in (400, 404, 409)
    assert said in words(answer)
    if wrong.get("body") is None:
        assert f'name="votes.{case}" value="5"' in answer.text
    assert office.house.read.sittings.last(VILLAGE, "customs_council") is None


def test_votes_are_numbers_and_some_case_has_them(office: Office, li: Desk) -> None:
    (case,) = waiting(office, 20)
    for votes, said in (
        ("全部", "请填整数"),
        ("", "还没有写哪件有几人同意"),
        ("7", "同意的不能写 7 人"),
    ):
        answer = li.send("/staff/sittings", act="check", **entry(office, {case: votes}))
        assert said in words(answer)


def test_who_proposed_or_is_concerned_does_not_enter_it(
    office: Office, wang: Desk, zhou: Desk, jian: Desk
) -> None:
    (case,) = waiting(office, 1)
    sent = entry(office, {case: 5})
    assert "要换一个人来签" in words(wang.send("/staff/sittings", act="hold", **sent))
    assert "不能办自己家的事" in words(zhou.send("/staff/sittings", act="hold", **sent))
    assert jian.send("/staff/sittings", act="hold", **sent).status_code == 403
    assert jian.page(FORM).status_code == 403
    assert "红白理事会：1 件" in jian.read("/staff/sittings")


def test_nothing_waits_for_a_body(li: Desk) -> None:
    assert "没有等这个会评议的" in li.read(FORM)
