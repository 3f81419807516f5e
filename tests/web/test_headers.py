"""Headers, cookies, limits, logs and numbers for machines."""

from __future__ import annotations

import json
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.support.house import SHOP, VILLAGE, ZHAO, Place, make_tables, settings_for
from web.http import logs
from web.wiring import build_house


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/nothing", "/api/v1/nothing", "/own"])
def test_every_answer_carries_the_policy(place: Place, path: str) -> None:
    headers = place.app.test_client().get(path).headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "blob:" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "Server" not in headers


def test_only_the_till_may_run_its_scanner(place: Place) -> None:
    policy = place.app.test_client().get("/till").headers["Content-Security-Policy"]

    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "img-src 'self' data: blob:;" in policy
    assert "unsafe-inline" not in policy


def test_files_with_a_version_are_kept_for_ever(place: Place) -> None:
    client = place.app.test_client()

    with client.get("/static/style.css?v=1") as versioned, client.get("/static/style.css") as plain:
        assert "immutable" in versioned.headers["Cache-Control"]
        assert plain.headers["Cache-Control"] == "no-cache"


def test_on_plain_http_cookies_are_closed_to_scripts(place: Place) -> None:
    answer = place.browser().sign_in(place.staff("village", VILLAGE).login)

    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie


def test_on_https_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'jiamei.db'}", base_url="https://jf.example.cn")
    make_tables(settings)
    place = Place(settings)
    place.house.users.add(
        "wang", name="王", password="zao-shang-hao", role="village", place=VILLAGE
    )
    client = place.app.test_client()
    base = "https://jf.example.cn"
    page = client.get("/sign-in", base_url=base)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/sign-in",
        base_url=base,
        data={"csrf_token": token, "login": "wang", "password": "zao-shang-hao"},
    )
    place.close()

    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"__Host-jiamei", "__Host-form"}
    assert all("Secure" in cookie and "Path=/" in cookie for cookie in cookies)


def test_a_request_keeps_its_id(place: Place) -> None:
    client = place.app.test_client()

    given = client.get("/healthz", headers={"X-Request-ID": "till-7-000123"})
    made = client.get("/healthz", headers={"X-Request-ID": "bad id\t<script>"})

    assert given.headers["X-Request-ID"] == "till-7-000123"
    assert len(made.headers["X-Request-ID"]) == 32


def test_the_log_holds_no_card_no_name_no_address(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = structlog.get_config()
    logs.configure("INFO")
    card = place.card(ZHAO)
    place.app.test_client().get(f"/C/{card.token}")
    place.app.test_client().get(f"/api/v1/households/{ZHAO}/balance?on=2026-11-24")
    written = capsys.readouterr().err
    structlog.configure(**before)

    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["route"] for line in lines] == ["/C/<token>", "/api/v1/households/<no>/balance"]
    assert card.token not in written
    assert ZHAO not in written
    assert "赵" not in written


def test_the_access_log_holds_of_a_card_only_a_hash(place: Place) -> None:
    place.earn(ZHAO, 20)
    card = place.card(ZHAO)
    till = place.program("keeper", VILLAGE, SHOP)
    till.post("/api/v1/cards/lookup", {"card": card.token})
    place.app.test_client().get(f"/C/{card.token}")
    place.house.access_log.flush()

    kept = place.house.access_log.last(10)

    assert {line["action"] for line in kept} == {"card.lookup", "card.page"}
    assert card.token not in repr(kept)
    assert card.number not in repr(kept)


def test_a_refusal_is_in_the_access_log(place: Place) -> None:
    program = place.program("village", VILLAGE)
    program.get("/api/v1/households/999901100202-A001/balance")
    place.house.access_log.flush()

    (line,) = place.house.access_log.last(1)

    assert (line["action"], line["object"]) == ("household.balance", "999901100202-A001")
    assert (line["result"], line["role"], line["channel"]) == ("not-allowed", "village", "api")


def test_the_access_log_is_not_edited_nor_forgotten_too_soon(place: Place) -> None:
    place.program("village", VILLAGE).get("/api/v1/shops/mine")
    place.house.access_log.flush()

    for statement in ("UPDATE access_log SET actor = 'x'", "DELETE FROM access_log"):
        with pytest.raises(Exception, match="access log"), place.house.shared.write() as sql:
            sql.exec_driver_sql(statement)


def knock_and_leave(url: str) -> None:
    """A server's process: one request, and a regular end a moment later."""
    place = Place(settings_for(url))
    place.app.test_client().get("/own")


def test_a_server_that_stops_writes_its_last_lines(place: Place) -> None:
    url = place.house.settings.database_url
    server = get_context("spawn").Process(target=knock_and_leave, args=(url,))
    server.start()
    server.join()

    (line,) = place.house.access_log.last(5)
    assert (line["action"], line["result"]) == ("session.own", "not-signed-in")


def test_old_lines_are_forgotten(place: Place) -> None:
    now = place.watch.now
    place.watch.later(days=-400)
    place.house.access_log.note(
        actor="a", role="", place="", channel="", action="", object="", result="", request_id=""
    )
    place.house.access_log.flush()
    place.watch.now = now

    assert place.house.access_log.forget_older(183) == 1
    assert place.house.access_log.last(10) == []


def test_sign_in_is_limited_per_address(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'jiamei.db'}", rate_limits=True)
    make_tables(settings)
    place = Place(settings)
    browser = place.browser()
    token = browser.form_token()
    answers = [
        browser.client.post(
            "/sign-in", data={"csrf_token": token, "login": f"nobody{n}", "password": "x"}
        )
        for n in range(21)
    ]
    place.close()

    assert [answer.status_code for answer in answers] == [401] * 20 + [429]


def test_health(place: Place) -> None:
    client = place.app.test_client()

    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json["position"] == place.house.position()


def test_not_ready_without_tables(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'empty.db'}")
    from web import create_app

    house = build_house(settings)
    app = create_app(house)
    answer = app.test_client().get("/readyz", headers={"Accept": "application/json"})
    house.close()

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")


def test_metrics_count_and_name_nobody(place: Place) -> None:
    program: Any = place.program("village", VILLAGE)
    program.get(f"/api/v1/households/{ZHAO}/balance")
    program.get("/api/v1/households/A999/balance")

    text = place.app.test_client().get("/metrics").text

    assert 'route="/api/v1/households/<no>/balance",status="200"' in text
    assert 'jiamei_refusals_total{code="household-unknown"} 1.0' in text
    assert "A001" not in text


def test_errors_are_logged_with_their_request(place: Place) -> None:
    from web.access.declared import public

    @public
    def fail() -> str:
        raise RuntimeError("boom")

    place.app.testing = False
    place.app.config["PROPAGATE_EXCEPTIONS"] = False
    place.app.view_functions["health.alive"] = fail
    with capture_logs() as lines:
        place.app.test_client().get("/healthz")

    assert next(line["event"] for line in lines) == "broken"
