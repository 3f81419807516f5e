"""Near relatives, declared and ended by programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from points.envelope import Actor
from points.kinship import Relative
from tests.support.house import FAR, NEXT_VILLAGE, QIAN, VILLAGE, ZHAO, Place, Program

pytestmark = pytest.mark.row("Q2")

CREDIT = {"household": ZHAO, "rule": "C01", "occurred_on": "2026-11-20"}


@pytest.fixture
def office(place: Place) -> Program:
    return place.program("village", VILLAGE)


@pytest.fixture
def wish(place: Place) -> dict[str, Any]:
    person = place.staff("village", VILLAGE, login="near").id
    return {"person": person, "household": "A001", "relation": "in-law"}


def test_who_is_near_decides_nothing(place: Place, office: Program, wish: dict[str, Any]) -> None:
    made = office.post("/api/v1/kin", wish, Idempotency_Key="k1")
    assert (made.status_code, made.json) == (201, wish | {"household": ZHAO})
    assert office.post("/api/v1/kin", wish, Idempotency_Key="k1").json == made.json
    assert office.post("/api/v1/kin", wish).json["code"] == "kin-known"
    (told,) = office.get("/api/v1/kin").json["kin"]
    assert told.items() >= made.json.items()
    assert told["declared_on"] == "2026-11-24"

    case = UUID(office.post("/api/v1/credits", CREDIT).json["id"])
    with place.by(Actor(wish["person"], "village", VILLAGE)) as ledger, pytest.raises(Relative):
        ledger.sign(case)

    over = {"person": wish["person"], "household": ZHAO}
    ended = office.post("/api/v1/kin/end", over, Idempotency_Key="k2")
    assert (ended.status_code, ended.json) == (200, over)
    assert office.post("/api/v1/kin/end", over, Idempotency_Key="k2").json == over
    assert office.post("/api/v1/kin/end", over).json["code"] == "kin-unknown"
    assert office.get("/api/v1/kin").json["kin"] == []
    with place.by(Actor(wish["person"], "village", VILLAGE)) as ledger:
        ledger.sign(case)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"relation": "friend"}, 400, "invalid"),
        ({"person": "nobody"}, 404, "user-unknown"),
        ({"household": "A999"}, 404, "household-unknown"),
        ({"household": FAR}, 403, "not-allowed"),
        ({"household": f"{VILLAGE}-A999"}, 404, "household-unknown"),
        ({"since": "2026"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_declared(
    office: Program, wish: dict[str, Any], change: dict[str, str], status: int, code: str
) -> None:
    answer = office.post("/api/v1/kin", wish | change)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert office.get("/api/v1/kin").json["kin"] == []


def test_another_village_s_are_out_of_reach(
    place: Place, office: Program, wish: dict[str, Any]
) -> None:
    office.post("/api/v1/kin", wish)
    far = place.program("village", NEXT_VILLAGE)

    assert far.get("/api/v1/kin").json["kin"] == []
    over = {"person": wish["person"], "household": ZHAO}
    assert far.post("/api/v1/kin/end", over).status_code == 403
    unknown = {"person": wish["person"], "household": QIAN}
    assert office.post("/api/v1/kin/end", unknown).json["code"] == "kin-unknown"
