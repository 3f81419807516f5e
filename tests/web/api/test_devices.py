"""A till whose own key signs: registered by itself, then nothing goes without it (P4)."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import text

from points.checks import check
from tests.support.device import Device
from tests.support.house import SHOP, VILLAGE, ZHAO, Place, Program

pytestmark = pytest.mark.row("P4")

MINE = "/api/v1/devices/mine"


@pytest.fixture
def till(place: Place) -> Program:
    return place.program("keeper", VILLAGE, SHOP)


@pytest.fixture
def card(place: Place) -> str:
    place.earn(ZHAO, 100)
    return place.card(ZHAO).token


@pytest.fixture
def device(place: Place, till: Program) -> Device:
    made = Device()
    answer = till.post(MINE, {"public_key": made.public_key, "name": "店里的平板"})
    assert answer.status_code == 201
    assert answer.json["key"] == made.key
    place.watch.later(hours=1)
    return made


def header(*mandates: str) -> str:
    return b64encode(json.dumps(mandates).encode()).decode()


def signed(till: Program, device: Device, key: str, *claim: Any) -> str:
    actor = till.get(MINE).json["actor"]
    return header(device.mandate(actor, key, list(claim)))


def bought(points: int = 4) -> list[Any]:
    return ["redemption.completed", SHOP, ZHAO, points, {"G01": 2}]


def redeem(till: Program, card: str, key: str, mandates: str) -> Any:
    wish = {"card": card, "lines": [{"sku": "G01", "quantity": 2}], "collected_by": None}
    sent = {"Idempotency_Key": key} | ({"Jiamei_Mandates": mandates} if mandates else {})
    return till.post("/api/v1/redemptions", wish, **sent)


def test_it_says_who_it_is_and_what_signs_for_it(till: Program) -> None:
    shown = till.get(MINE).json
    assert shown["county"] == "999901"
    assert (shown["key"], shown["name"], shown["since"]) == (None, None, None)


def test_with_a_key_nothing_goes_without_it(
    place: Place, till: Program, card: str, device: Device
) -> None:
    no = redeem(till, card, "k1", "")
    assert (no.status_code, no.json["code"]) == (403, "mandate-missing")
    assert "店里的平板" in no.json["message"]

    good = signed(till, device, "k1", *bought())
    slip = redeem(till, card, "k1", good)
    assert slip.status_code == 201
    again = redeem(till, card, "k1", good)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert place.balance(ZHAO) == 96

    void = f"/api/v1/redemptions/{slip.json['receipt_no']}/void"
    assert till.post(void, {}, Idempotency_Key="k2").json["code"] == "mandate-missing"
    undo = signed(till, device, "k2", "redemption.voided", slip.json["redemption"])
    assert till.post(void, {}, Idempotency_Key="k2", Jiamei_Mandates=undo).status_code == 200
    assert place.balance(ZHAO) == 100
    with place.house.county.read() as sql:
        count = sql.scalar(text("SELECT count(*) FROM events WHERE mandate IS NOT NULL"))
    assert count == 2
    assert check(place.house.county) == []


def test_a_mandate_is_for_one_request_and_one_thing(
    place: Place, till: Program, card: str, device: Device
) -> None:
    cases = [
        ("mandate-other", 409, signed(till, device, "k", *bought(5))),
        ("mandate-bad", 400, signed(till, device, "another", *bought())),
        ("mandate-bad", 400, "?"),
        ("mandate-bad", 400, b64encode(b"[1]").decode()),
        ("mandate-bad", 400, b64encode(b"{}").decode()),
        ("mandate-bad", 400, header(*["{}"] * 501)),
        ("mandate-bad", 400, header("{}")),
        ("mandate-key-unknown", 403, signed(till, Device(), "k", *bought())),
    ]
    for code, status, mandates in cases:
        answer = redeem(till, card, "k", mandates)
        assert (answer.json["code"], answer.status_code) == (code, status)
    assert place.balance(ZHAO) == 100


def test_a_key_is_registered_once_and_ends(till: Program, device: Device) -> None:
    second = {"public_key": Device().public_key, "name": "另一台"}
    no = till.post(MINE, second)
    assert (no.status_code, no.json["code"]) == (409, "device-known")
    assert till.post(f"{MINE}/revoke", {"why": "因为"}).json["code"] == "invalid"
    ended = till.post(f"{MINE}/revoke", {"why": "replaced"})
    assert (ended.status_code, ended.json["key"]) == (200, None)
    assert till.post(f"{MINE}/revoke", {"why": "lost"}).json["code"] == "device-unknown"
    assert till.post(MINE, second).status_code == 201
    for wrong in ("", "AAAA", "x" * 101):
        assert till.post(MINE, {"public_key": wrong, "name": "x"}).status_code in (400, 409)
