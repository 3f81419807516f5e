"""One shape for every no: `{code, message, facts}` for programs, a kind page for people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from eventsourcing.persistence import IntegrityError
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from tests.support.house import SHOP, VILLAGE, ZHAO, Browser, Place, Program
from web.access.declared import public

JSON = {"Accept": "application/json"}


@pytest.fixture
def office(place: Place) -> Program:
    return place.program("village", VILLAGE)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("DELETE", "/api/v1/credits", 405, "method-not-allowed"),
        ("GET", "/api/v1/shops/mine/today", 404, "shop-unknown"),
        ("POST", "/api/v1/redemptions", 403, "not-allowed"),
        ("POST", "/api/v1/credits/not-a-uuid/signature", 404, "not-found"),
    ],
)
def test_programs_get_the_one_shape(
    office: Program, method: str, path: str, status: int, code: str
) -> None:
    answer = office.ask(method, path)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert set(answer.json) == {"code", "message", "facts"}
    assert answer.json["message"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000, b"null", b"1e999"]
)
def test_a_body_that_is_no_json_object(place: Place, office: Program, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {office.token}", "Content-Type": "application/json"}

    answer = office.client.post("/api/v1/credits", data=body, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")


def test_a_body_of_another_kind(office: Program) -> None:
    headers = {"Authorization": f"Bearer {office.token}", "Content-Type": "text/xml"}

    answer = office.client.post("/api/v1/credits", data=b"<a/>", headers=headers)

    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")


def test_a_body_that_is_too_large(place: Place, office: Program) -> None:
    place.app.config["MAX_CONTENT_LENGTH"] = 1000
    headers = {"Authorization": f"Bearer {office.token}", "Content-Type": "application/json"}

    answer = office.client.post("/api/v1/credits", data=b" " * 2000 + b"{}", headers=headers)

    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


def test_people_get_a_page(place: Place) -> None:
    answer = place.signed_in("village", VILLAGE).get("/nothing-here")

    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert "没有这个页面" in answer.text


def test_people_who_may_not_get_a_page(place: Place) -> None:
    answer = place.signed_in("village", VILLAGE).get(f"/api/v1/households/{ZHAO}/balance")
    assert answer.status_code == 200, "the API answers a signed-in browser too"

    refused = place.signed_in("keeper", VILLAGE, shop=SHOP).get("/own/nothing")
    assert refused.status_code == 404


def test_htmx_is_told_to_leave_the_page(place: Place) -> None:
    answer = place.browser().get("/own", HX_Request="true")

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


@pytest.fixture
def broken(place: Place) -> Callable[[BaseException], Flask]:
    """An application with a route that fails in a chosen way."""

    def make(error: BaseException) -> Flask:
        @public
        def fail() -> str:
            raise error

        place.app.testing = False
        place.app.config["PROPAGATE_EXCEPTIONS"] = False
        place.app.view_functions["health.alive"] = fail
        return place.app

    return make


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("secret inside"), 500, "broken"),
        (IntegrityError("raced"), 503, "try-again"),
        (OperationalError("SELECT secret", {}, Exception("secret")), 503, "unavailable"),
    ],
)
def test_what_goes_wrong_tells_no_secrets(
    broken: Callable[[BaseException], Flask], error: Exception, status: int, code: str
) -> None:
    client = broken(error).test_client()

    for headers in (JSON, {"Accept": "text/html"}):
        answer = client.get("/healthz", headers=headers)
        assert answer.status_code == status
        assert "secret" not in answer.text
    answer = client.get("/healthz", headers=JSON)
    assert answer.json["code"] == code
    assert (
        answer.headers.get("Retry-After")
        == {500: None, 503: answer.headers.get("Retry-After")}[status]
    )


def test_flask_s_own_abort_has_the_shape_too(broken: Callable[[BaseException], Flask]) -> None:
    try:
        abort(400)
    except Exception as error:
        answer = broken(error).test_client().get("/healthz", headers=JSON)

    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")


# The form's token.


def test_a_form_without_its_token_is_refused(place: Place) -> None:
    user, browser = place.staff("village", VILLAGE), place.browser()

    answer = browser.client.post("/sign-in", data={"login": user.login, "password": "x"})

    assert answer.status_code == 400
    assert "刷新" in answer.text


def test_a_token_of_another_browser_is_refused(place: Place) -> None:
    stranger, browser = place.browser(), place.browser()
    browser.get("/sign-in")

    answer = browser.client.post("/sign-in", data={"csrf_token": stranger.form_token()})

    assert answer.status_code == 400


def test_scripts_send_the_token_in_a_header(place: Place) -> None:
    browser = place.signed_in("village", VILLAGE)
    token = browser.form_token("/own")
    credit = {"household": ZHAO, "rule": "C01", "occurred_on": "2026-11-20"}

    without = browser.client.post("/api/v1/credits", json=credit)
    with_it = browser.client.post("/api/v1/credits", json=credit, headers={"X-CSRFToken": token})

    assert (without.status_code, without.json["code"]) == (400, "csrf")
    assert with_it.status_code == 202


def test_another_site_s_form_is_refused_even_with_a_token(place: Place) -> None:
    browser = place.signed_in("village", VILLAGE)
    data = {"csrf_token": browser.form_token("/own")}

    answer = browser.client.post("/sign-out", data=data, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert browser.get("/own").status_code == 200


def test_a_bearer_token_needs_no_form_token(office: Program) -> None:
    credit = {"household": ZHAO, "rule": "C01", "occurred_on": "2026-11-20"}

    assert office.post("/api/v1/credits", credit).status_code == 202


# Languages.


def test_the_language_is_chosen_not_guessed(place: Place) -> None:
    browser = place.browser()
    guessed = browser.get("/sign-in", Accept_Language="en")
    browser.post("/language", language="en", next="/sign-in")
    chosen = browser.get("/nothing")

    assert "登录" in guessed.text
    assert browser.client.get_cookie("language") is not None
    assert chosen.status_code == 404


def test_a_person_s_language_follows_her(place: Place) -> None:
    user = place.staff("village", VILLAGE)
    browser: Browser = place.signed_in("village", VILLAGE)

    browser.post("/language", "/own", language="en")

    assert place.house.users.by_id(user.id).language == "en"


def test_the_way_back_from_a_refusal_stays_inside(place: Place) -> None:
    page = place.browser().get("/nothing", Referer="http://localhost//evil.example/x").text

    assert "evil.example" not in page


@pytest.mark.parametrize("path", ["/C/%00", "/staff/shops/%00", "/staff/households?q=A%00"])
def test_no_nul_stands_in_an_address(place: Place, path: str) -> None:
    assert place.opened_by(place.staff("administrator")).get(path).status_code == 400


def test_no_nul_stands_in_a_form(place: Place) -> None:
    assert place.browser().sign_in("ad\0min").status_code == 400


@pytest.mark.parametrize("path", ["/staff/entries/{}", "/staff/entries?before={}"])
def test_a_number_beyond_all_entries_is_no_accident(place: Place, path: str) -> None:
    answer = place.opened_by(place.staff("administrator")).get(path.format("9" * 30))

    assert answer.status_code in (200, 409)
