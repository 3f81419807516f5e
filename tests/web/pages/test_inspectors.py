"""J7: the inspector's link: without a password, read-only, for a place and a time, and noted."""

from __future__ import annotations

import re

import pytest

from tests.support.house import COUNTY, NEXT_VILLAGE, VILLAGE, Browser
from tests.support.office import Office
from tests.web.pages.desk import Desk, words
from web.access.tables import inspections


def link_of(desk: Desk, **more: str) -> str:
    answer = desk.send("/staff/inspectors", **{"purpose": "县纪委检查", "days": "3"} | more)
    assert answer.status_code == 200, words(answer)
    found = re.search(r"http://[^\s<]+/inspect/([\w-]+)", answer.text)
    assert found
    return found[1]


def come_in(office: Office, token: str) -> Browser:
    browser = office.place.browser()
    answer = browser.get(f"/inspect/{token}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/staff/watch"
    return browser


def test_who_has_the_link_looks_without_a_password(jian: Desk) -> None:
    browser = come_in(jian.office, link_of(jian))
    for path in ("/staff/watch", "/staff/watch/entries", "/staff/watch/sheet", "/staff/rules"):
        assert browser.get(path).status_code == 200, path
    number = jian.office.numbers[1]
    household = browser.get(f"/staff/households/{number}")
    assert household.status_code == 200
    head = jian.office.house.registry.vault.get(number, "head") or ""
    assert head not in household.text


def test_she_only_looks_and_only_here(jian: Desk) -> None:
    browser = come_in(jian.office, link_of(jian))
    assert browser.get(f"/staff/watch?place={NEXT_VILLAGE}").status_code == 403
    for path in ("/staff/inspectors", "/staff/award", "/log", "/own", "/staff/users"):
        assert browser.get(path).status_code == 403, path
    token = browser.form_token("/sign-in")
    sent = {"csrf_token": token, "place": VILLAGE, "month": "2026-10", "n": "5"}
    refused = browser.client.post("/staff/watch/sheet", data=sent)
    assert refused.status_code == 403


def test_the_token_has_128_bits_and_is_kept_as_a_hash(jian: Desk) -> None:
    token = link_of(jian)
    assert len(token) == 22
    with jian.office.house.shared.read() as sql:
        [row] = sql.execute(inspections.select()).mappings()
    assert token not in str(dict(row))
    assert token not in jian.page("/staff/inspectors").text


def test_it_ends_by_its_day_and_a_session_with_it(jian: Desk) -> None:
    token = link_of(jian, days="1")
    jian.office.place.watch.later(hours=23, minutes=55)
    browser = come_in(jian.office, token)
    assert browser.get("/staff/watch").status_code == 200
    jian.office.place.watch.later(minutes=6)
    assert browser.get("/staff/watch").status_code == 303  # to sign in
    gone = jian.office.place.browser().get(f"/inspect/{token}")
    assert gone.status_code == 404
    assert "这个检查链接不能用了" in gone.text


def test_it_is_taken_back_at_once(jian: Desk) -> None:
    token = link_of(jian)
    browser = come_in(jian.office, token)
    [link] = jian.office.house.inspections.all(VILLAGE)
    assert jian.send(f"/staff/inspectors/{link.id}/end").status_code == 303
    assert browser.get("/staff/watch").status_code == 303
    assert jian.office.place.browser().get(f"/inspect/{token}").status_code == 404


def test_every_use_stands_in_the_access_log(jian: Desk) -> None:
    token = link_of(jian)
    browser = come_in(jian.office, token)
    browser.get("/staff/watch/entries")
    [link] = jian.office.house.inspections.all(VILLAGE)
    log = jian.office.house.access_log
    log.flush()
    lines = log.last(20, nowhere=True)
    assert any(line["action"] == "inspect.open" and line["object"] == link.id for line in lines)
    hers = [line for line in lines if line["actor"] == f"inspection:{link.id}"]
    assert {line["action"] for line in hers} >= {"household.trace"}
    assert token not in str(lines)


def test_a_wrong_link_opens_nothing_and_is_noted(jian: Desk) -> None:
    assert jian.office.place.browser().get("/inspect/" + "A" * 22).status_code == 404
    log = jian.office.house.access_log
    log.flush()
    assert any(
        (line["action"], line["result"]) == ("inspect.open", "link-dead")
        for line in log.last(5, nowhere=True)
    )


@pytest.mark.parametrize(("login", "status"), [("xian", 200), ("jian", 200), ("wang", 403)])
def test_who_may_give_one_out(office: Office, login: str, status: int) -> None:
    assert Desk(office, login).page("/staff/inspectors").status_code == status


def test_not_for_elsewhere_nor_for_long(jian: Desk) -> None:
    for wrong in ({"days": "0"}, {"days": "31"}, {"place": COUNTY}, {"purpose": " "}):
        answer = jian.send("/staff/inspectors", **{"purpose": "查", "days": "3"} | wrong)
        assert answer.status_code in (400, 403), wrong
    assert jian.office.house.inspections.all() == []
