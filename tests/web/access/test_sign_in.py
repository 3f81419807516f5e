"""Signing in, staying in, being locked out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from pyotp import TOTP

from tests.support.house import COUNTY, PASSWORD, VILLAGE, Browser, Place


def test_the_right_password_opens_the_house(place: Place) -> None:
    browser = place.browser()
    user = place.staff("village", VILLAGE)

    answer = browser.sign_in(user.login)

    assert answer.status_code == 303
    assert browser.get("/own").status_code == 200


def test_logins_are_read_kindly(place: Place) -> None:
    place.staff("village", VILLAGE, login="wang")

    assert place.browser().sign_in(" Ｗang ").status_code == 303


@pytest.mark.parametrize("login", ["village-999901100201", "nobody"])
def test_a_wrong_password_says_the_same_for_everybody(place: Place, login: str) -> None:
    place.staff("village", VILLAGE)

    answer = place.browser().sign_in(login, "wrong")

    assert answer.status_code == 401
    assert "用户名或密码不对" in answer.text
    assert "Set-Cookie" not in answer.headers or "jiamei=" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("login", ["village-999901100201", "nobody"])
def test_five_wrong_tries_shut_the_door_for_a_quarter_of_an_hour(place: Place, login: str) -> None:
    place.staff("village", VILLAGE)
    browser = place.browser()
    for _ in range(5):
        assert browser.sign_in(login, "wrong").status_code == 401

    shut = browser.sign_in(login)

    assert shut.status_code == 409
    assert "15 分钟" in shut.text
    place.watch.later(minutes=16)
    assert browser.sign_in(login).status_code == (303 if login != "nobody" else 401)


def test_a_right_password_forgets_the_wrong_ones(place: Place) -> None:
    user, browser = place.staff("village", VILLAGE), place.browser()
    for _ in range(2):
        for _ in range(4):
            browser.sign_in(user.login, "wrong")
        assert place.browser().sign_in(user.login).status_code == 303


def test_half_an_hour_without_a_click_signs_out(place: Place) -> None:
    browser = place.signed_in("village", VILLAGE)
    for _ in range(3):
        place.watch.later(minutes=29)
        assert browser.get("/own").status_code == 200
    place.watch.later(minutes=31)

    assert browser.get("/own").headers["Location"].startswith("/sign-in")


def test_a_working_day_is_the_longest(place: Place) -> None:
    browser = place.signed_in("village", VILLAGE)
    for _ in range(30):
        place.watch.later(minutes=25)
        browser.get("/own")

    assert browser.get("/own").status_code == 303


def test_signing_out_ends_the_session_on_the_server(place: Place) -> None:
    browser = place.signed_in("village", VILLAGE)
    kept = browser.client.get_cookie("jiamei")
    assert kept is not None

    browser.post("/sign-out", page="/own")
    browser.client.set_cookie("jiamei", kept.value)

    assert browser.get("/own").status_code == 303


def test_each_sign_in_is_a_new_session(place: Place) -> None:
    browser = place.browser()
    browser.client.set_cookie("jiamei", "chosen-by-somebody-else")
    browser.sign_in(place.staff("village", VILLAGE).login)
    first = browser.client.get_cookie("jiamei")
    browser.sign_in(place.staff("village", VILLAGE).login)
    second = browser.client.get_cookie("jiamei")

    assert first is not None
    assert second is not None
    assert len({"chosen-by-somebody-else", first.value, second.value}) == 3


def test_only_a_hash_of_the_cookie_is_kept(place: Place) -> None:
    browser = place.signed_in("village", VILLAGE)
    cookie = browser.client.get_cookie("jiamei")
    assert cookie is not None

    with place.house.shared.read() as sql:
        rows = sql.exec_driver_sql("SELECT * FROM sessions").all()

    assert rows
    assert cookie.value not in repr(rows)


def test_a_person_who_left_is_out_at_once(place: Place) -> None:
    user, browser = place.staff("village", VILLAGE), place.signed_in("village", VILLAGE)

    place.house.users.change(user.id, active=False)

    assert browser.get("/own").status_code == 303
    assert place.browser().sign_in(user.login).status_code == 401


def test_after_signing_in_one_goes_on_where_one_was(place: Place) -> None:
    browser = place.browser()
    user = place.staff("village", VILLAGE)
    sent = browser.get("/own").headers["Location"]

    answer = browser.post("/sign-in", page=sent, login=user.login, password=PASSWORD, next="/own")

    assert sent == "/sign-in?next=/own"
    assert answer.headers["Location"] == "/own"


@pytest.mark.parametrize("bad", ["//evil.cn", "https://evil.cn/", "/\\evil.cn", "\\\\evil.cn", "x"])
def test_it_sends_nobody_elsewhere(place: Place, bad: str) -> None:
    user = place.staff("village", VILLAGE)

    answer = place.browser().sign_in(user.login, next=bad)

    assert answer.headers["Location"] == "/"


def test_a_first_password_must_be_changed(place: Place) -> None:
    user = place.staff("village", VILLAGE, login="new", must_change=True)
    browser = place.browser()
    browser.sign_in(user.login)

    refused = browser.get("/api/v1/shops/mine", Accept="application/json")
    changed = browser.post(
        "/own/password", "/own", old=PASSWORD, new="xin-de-mi-ma", again="xin-de-mi-ma"
    )

    assert refused.json["code"] == "password-must-change"
    assert changed.status_code == 303
    assert not place.house.users.by_id(user.id).must_change
    assert place.browser().sign_in(user.login, "xin-de-mi-ma").status_code == 303


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("short1", "short1", "密码至少 8 位"),
        ("12345678", "12345678", "密码至少 8 位"),
        ("aaaaaaaaab", "aaaaaaaaab", "密码至少 8 位"),
        ("my-wang-2026", "my-wang-2026", "密码至少 8 位"),
        (PASSWORD, PASSWORD, "和旧密码不一样"),
        ("xin-de-mi-ma", "xin-de-mi-me", "两次写的新密码不一样"),
    ],
)
def test_a_password_that_is_no_good(place: Place, new: str, again: str, said: str) -> None:
    place.staff("village", VILLAGE, login="wang")
    browser = place.browser()
    browser.sign_in("wang")

    answer = browser.post("/own/password", "/own", old=PASSWORD, new=new, again=again)

    assert answer.status_code == 409
    assert said in answer.text


def test_a_new_password_ends_the_sessions_elsewhere(place: Place) -> None:
    elsewhere = place.signed_in("village", VILLAGE)
    here = place.signed_in("village", VILLAGE)

    here.post("/own/password", "/own", old=PASSWORD, new="xin-de-mi-ma", again="xin-de-mi-ma")

    assert here.get("/own").status_code == 200
    assert elsewhere.get("/own").status_code == 303


def test_one_may_end_the_sessions_elsewhere(place: Place) -> None:
    elsewhere = place.signed_in("village", VILLAGE)
    here = place.signed_in("village", VILLAGE)

    here.post("/own/sessions/end", "/own")

    assert here.get("/own").status_code == 200
    assert elsewhere.get("/own").status_code == 303


# The second factor.


def enrol(place: Place, browser: Browser) -> TOTP:
    page = browser.get("/own/code").text
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
    assert secret
    totp = TOTP(secret[1])
    browser.post("/own/code", "/own/code", secret=secret[1], code=totp.at(place.watch()))
    return totp


def test_the_second_factor_is_asked_once_it_is_there(place: Place) -> None:
    user = place.staff("county", COUNTY)
    totp = enrol(place, place.signed_in("county", COUNTY))
    place.watch.later(seconds=30)
    browser = place.browser()

    half = browser.sign_in(user.login, next="/own")
    waiting = browser.get("/own")
    wrong = browser.post("/sign-in/code", "/sign-in/code", code="000000")
    right = browser.post("/sign-in/code", "/sign-in/code", code=totp.at(place.watch()), next="/own")

    assert half.headers["Location"].startswith("/sign-in/code")
    assert waiting.status_code == 303
    assert wrong.status_code == 409
    assert right.headers["Location"] == "/own"
    assert browser.get("/own").status_code == 200


def test_a_code_works_once(place: Place) -> None:
    user = place.staff("county", COUNTY)
    totp = enrol(place, place.signed_in("county", COUNTY))
    used = totp.at(place.watch())
    browser = place.browser()
    browser.sign_in(user.login)

    assert browser.post("/sign-in/code", "/sign-in/code", code=used).status_code == 409


def test_codes_are_not_guessed(place: Place) -> None:
    user = place.staff("county", COUNTY)
    totp = enrol(place, place.signed_in("county", COUNTY))
    place.watch.later(seconds=30)
    browser = place.browser()
    browser.sign_in(user.login)
    for guess in range(5):
        browser.post("/sign-in/code", "/sign-in/code", code=f"{guess:06}")

    answer = browser.post("/sign-in/code", "/sign-in/code", code=totp.at(place.watch()))

    assert "15 分钟" in answer.text


def test_the_code_page_is_only_for_who_gave_the_password(place: Place) -> None:
    assert place.browser().get("/sign-in/code").headers["Location"] == "/sign-in?next=/sign-in/code"


def test_the_secret_is_sealed(place: Place) -> None:
    user = place.staff("county", COUNTY)
    totp = enrol(place, place.signed_in("county", COUNTY))

    with place.house.shared.read() as sql:
        kept = sql.exec_driver_sql("SELECT totp FROM users WHERE id = ?", (user.id,)).scalar()

    assert kept
    assert totp.secret.encode() not in kept


def test_sign_ins_are_in_the_access_log(place: Place) -> None:
    user = place.staff("village", VILLAGE)
    place.browser().sign_in(user.login, "wrong")
    place.browser().sign_in(user.login)
    place.house.access_log.flush()

    lines = [line for line in place.house.access_log.last(10) if line["action"] == "sign-in"]

    assert {line["result"] for line in lines} == {"sign-in-failed", "open"}
    assert all(user.login not in line.values() for line in lines)


def test_a_household_s_session_is_short(place: Place) -> None:
    secret = place.house.sessions.begin("card", f"{VILLAGE}-A001")

    place.watch.later(minutes=9)
    assert place.house.sessions.find(secret)
    place.watch.now += timedelta(minutes=11)
    assert place.house.sessions.find(secret) is None


def test_a_role_may_have_to_use_the_second_factor(place: Place) -> None:
    from dataclasses import replace

    from web import create_app

    settings = replace(place.house.settings, totp_roles=frozenset({"county"}))
    place.house = replace(place.house, settings=settings)
    place.app = create_app(place.house)
    browser = place.signed_in("county", COUNTY)

    before = browser.get("/api/v1/households/A001/balance", Accept="application/json")
    enrol(place, browser)
    after = browser.get("/api/v1/households/A001/balance", Accept="application/json")

    assert before.json["code"] == "totp-needed"
    assert after.json["code"] == "household-ambiguous"


def test_rows_of_old_sessions_go(place: Place) -> None:
    place.house.sessions.begin("user", "old")
    place.watch.later(days=31)
    place.house.sessions.begin("user", "new")

    assert place.house.sessions.forget_older(30) == 1


@pytest.mark.parametrize("where", ["/a\r\nSet-Cookie: x=1", "/\t/evil.example", "//evil.example"])
def test_a_way_on_that_no_header_can_hold_is_left_out(place: Place, where: str) -> None:
    user = place.staff("village", VILLAGE)

    answer = place.browser().sign_in(user.login, next=where)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
