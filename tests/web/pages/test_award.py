"""A batch: one rule, one day, one evidence text; every household shown before it is saved."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from points.ledger import Proposal
from points.refusals import Refusal
from tests.support.house import Place
from tests.support.office import Office
from tests.support.queries import statements
from tests.web.pages.desk import Desk, words
from web.words.sentences import sentence

ROUND = {"rule": "P03", "occurred_on": "2026-11-22", "evidence": "11月22日清扫村道，看签到表"}


def waiting(office: Office, evidence_day: str = "2026-11-22") -> list[dict[str, Any]]:
    cases = office.house.read.cases.waiting(limit=1000)
    return [case for case in cases if case["occurred_on"] == evidence_day]


def test_twenty_people_are_proposed_in_one_go(office: Office, wang: Desk) -> None:
    some = office.numbers[100:120]
    seen = wang.send("/staff/award", act="preview", no=some, **ROUND)

    assert seen.status_code == 200
    assert "可以报的 20 户，一共 +100 分" in words(seen)
    assert waiting(office) == []

    assert "20 户报上去了" in wang.follow(wang.send("/staff/award", act="save", no=some, **ROUND))
    made = waiting(office)
    assert sorted(case["household"] for case in made) == some
    assert {case["points"] for case in made} == {5}
    assert len({case["proposed_at"] for case in made}) == 1


def test_the_attendance_of_twenty_is_typed_once_signed_in_one_go_and_posted_after_its_notice(
    office: Office, wang: Desk, li: Desk
) -> None:
    """Rule, day, hours, evidence and twenty numbers off the list: no page asks any of it again."""
    some, balances = office.numbers[100:120], office.house.read.balances
    typed = ROUND | {"rule": "V01", "hours": "2"}
    form = wang.page("/staff/award").text
    for field in (*typed, "numbers"):
        assert form.count(f'name="{field}"') == 1, field
    codes = "\n".join(number.partition("-")[2] for number in some)
    seen = wang.send("/staff/award", act="preview", numbers=codes, **typed)
    main = seen.text[seen.text.index("<main") :]
    kept = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main)
    assert main.count("<input") == len(kept)
    assert "<select" not in main
    assert "<textarea" not in main
    assert [value for name, value in kept if name == "no"] == some
    again = {name: value for name, value in kept if name in typed}
    assert again == typed
    wang.follow(wang.send("/staff/award", act="save", no=some, **again))
    cases = [case["case_id"] for case in waiting(office)]

    assert "全选这一批（20 户）" in li.read("/staff/sign")
    signed = li.send("/staff/sign", act="sign", case=[str(case) for case in cases])
    assert "签好了 20 件" in li.follow(signed)
    assert {balances.of(number).balance for number in some} == {0}
    assert "20 户次" in Desk(office, "he").read("/staff/notices")
    office.place.in_public(*cases)
    assert {balances.of(number).balance for number in some} == {4}


def test_a_batch_sent_twice_is_one_batch(office: Office, wang: Desk) -> None:
    key, some = uuid4().hex, office.numbers[100:105]
    for _ in range(3):
        sent = wang.send("/staff/award", key=key, act="save", no=some, **ROUND)
        assert sent.status_code == 303

    assert len(waiting(office)) == 5
    other = wang.send("/staff/award", key=key, act="save", no=office.numbers[110:112], **ROUND)
    assert other.status_code == 422
    assert "这张表已经交过了" in words(other)


def test_each_household_that_cannot_have_it_is_told_why(office: Office, zhou: Desk) -> None:
    """Cap (it had its 清洁户 this month), own household, and what is no number."""
    seen = zhou.send(
        "/staff/award",
        act="preview",
        rule="C01",
        occurred_on="2026-10-22",
        evidence="评比",
        no=[office.numbers[1]],
        numbers="A001，A200 Z99",
    )
    page = words(seen)

    assert "不能报的 3 户" in page
    assert "超过上限" in page
    assert "不能办自己家的事" in page
    assert "Z99 没有这个户号" in page
    assert "可以报的 1 户，一共 +5 分" in page
    assert 'name="no" value="999901100201-A200"' in seen.text


def test_what_the_preview_says_is_what_the_ledger_does(office: Office, wang: Desk) -> None:
    """The preview decides from views, the ledger from accounts: they agree on everybody."""
    place: Place = office.place
    for rule, points in (("C01", None), ("E01", 60), ("P03", None), ("C03-V", None)):
        form = ROUND | {"rule": rule, "points": str(points or "")}
        seen = words(wang.send("/staff/award", act="preview", no=office.numbers[:40], **form))
        refused = 0
        for number in office.numbers[:40]:
            wish = Proposal(number, rule, office.today, points)
            if no := _refusal(place, office, wish):
                refused += 1
                assert sentence(no) in seen
        assert f"可以报的 {40 - refused} 户" in seen, rule


def _refusal(place: Place, office: Office, wish: Proposal) -> Refusal | None:
    try:
        with place.by(office.actor(office.user("li"))) as ledger:
            ledger.propose(wish)
    except Refusal as no:
        return no
    return None


def test_a_household_reported_the_same_day_is_marked(office: Office, wang: Desk) -> None:
    form = ROUND | {"occurred_on": office.today.isoformat()}
    page = words(wang.send("/staff/award", act="preview", no=office.numbers[4:7], **form))

    assert page.count("同一天已经报过一次") == 2


def test_nothing_typed_is_lost(office: Office, wang: Desk) -> None:
    form = {"rule": "P03", "occurred_on": "2026-12-01", "evidence": "看签到表", "numbers": "A007"}
    answer = wang.send("/staff/award?group=3组", act="preview", no=[office.numbers[1]], **form)

    assert answer.status_code == 409
    assert "看签到表" in answer.text
    assert 'value="2026-12-01"' in answer.text
    assert ">A007</textarea>" in answer.text
    assert 'value="P03" data-by-time="0" data-choice="0" selected' in answer.text
    assert 'value="999901100201-A002" checked' in answer.text


def test_another_group_keeps_what_was_ticked(office: Office, wang: Desk) -> None:
    answer = wang.send("/staff/award?group=4组", no=office.numbers[1:2], **ROUND)

    assert answer.status_code == 200
    assert "别的小组已勾选 1 户" in words(answer)
    assert '<input type="hidden" name="no" value="999901100201-A002">' in answer.text
    assert "A003" in words(answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"evidence": " "}, "请填写"),
        ({"occurred_on": "gestern"}, "请填日期"),
        ({"rule": "X99"}, "现行规则里没有 X99"),
        ({"rule": "V01", "hours": "0.2"}, "时长请填小时数"),
        ({"rule": "E01", "points": "500"}, "分数和规则不一样"),
        ({"rule": "E01", "points": "viel"}, "请填整数"),
        ({"no": []}, "还没有选户"),
    ],
)
def test_what_is_missing_is_said(wang: Desk, change: dict[str, Any], said: str) -> None:
    form = ROUND | {"no": ["999901100201-A050"]} | change

    answer = wang.send("/staff/award", act="preview", **form)

    assert answer.status_code in (400, 409)
    assert said in words(answer)


def test_hours_become_points(wang: Desk) -> None:
    form = ROUND | {"rule": "V01", "hours": "2.5"}
    page = words(wang.send("/staff/award", act="preview", no=["999901100201-A050"], **form))

    assert "一共 +5 分" in page


def test_a_deduction_warns_of_its_two_signatures(office: Office, wang: Desk) -> None:
    form = ROUND | {"rule": "D01"}
    page = words(wang.send("/staff/award", act="preview", no=office.numbers[50:51], **form))

    assert "扣分要两个人签字" in page
    assert "一共 -5 分" in page


def test_three_hundred_households_cost_the_preview_no_more_than_one(
    office: Office, wang: Desk
) -> None:
    asked = []
    for some in (office.numbers[:1], office.numbers):
        wang.send("/staff/award", act="list")  # the form's token is fetched before
        with statements(office.house) as heard:
            assert wang.send("/staff/award", act="preview", no=some, **ROUND).status_code == 200
        asked.append(len(heard))

    assert asked[0] == asked[1] <= 11


def test_other_villages_are_not_hers(wang: Desk) -> None:
    form = ROUND | {"no": ["999901100202-A001"]}

    assert "没有办这件事的权限" in words(wang.send("/staff/award", act="preview", **form))
    assert wang.send("/staff/award", act="save", **form).status_code == 403
