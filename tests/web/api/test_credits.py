"""Credits over HTTP: proposed by one, reviewed by another, posted after their notice."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.house import FAR, VILLAGE, ZHAO, Place, Program

CREDIT = {"household": ZHAO, "rule": "C01", "occurred_on": "2026-11-20", "evidence": "三人评分表"}


@pytest.fixture
def office(place: Place) -> Program:
    return place.program("village", VILLAGE)


@pytest.fixture
def other(place: Place) -> Program:
    return place.program("village", VILLAGE)


def test_a_credit_waits_for_another_s_signature(
    place: Place, office: Program, other: Program
) -> None:
    proposed = office.post("/api/v1/credits", CREDIT)
    case = proposed.json["id"]

    assert proposed.status_code == 202
    assert (proposed.json["state"], proposed.json["points"]) == ("proposed", 5)
    assert place.balance(ZHAO) == 0
    assert office.get(f"/api/v1/households/{ZHAO}/balance").json["pending"] == 5

    signed = other.post(f"/api/v1/credits/{case}/signature")

    assert (signed.status_code, signed.json["state"]) == (200, "reviewed")
    assert place.balance(ZHAO) == 0

    place.in_public(UUID(case))
    assert place.balance(ZHAO) == 5


def test_nobody_signs_what_she_proposed(office: Program) -> None:
    case = office.post("/api/v1/credits", CREDIT).json["id"]

    answer = office.post(f"/api/v1/credits/{case}/signature")

    assert (answer.status_code, answer.json["code"]) == (409, "same-person")


def test_the_same_key_proposes_once(place: Place, office: Program) -> None:
    first = office.post("/api/v1/credits", CREDIT, Idempotency_Key="c1")
    again = office.post("/api/v1/credits", CREDIT, Idempotency_Key="c1")
    other = office.post("/api/v1/credits", CREDIT | {"evidence": "x"}, Idempotency_Key="c1")

    assert again.json == first.json
    assert (other.status_code, other.json["code"]) == (422, "key-reused")
    assert len(place.house.read.cases.of(ZHAO)) == 1


def test_another_village_s_household_is_out_of_reach(place: Place, office: Program) -> None:
    case = place.program("county").post("/api/v1/credits", CREDIT | {"household": FAR}).json["id"]

    proposed = office.post("/api/v1/credits", CREDIT | {"household": FAR})
    signed = office.post(f"/api/v1/credits/{case}/signature")

    assert (proposed.status_code, proposed.json["code"]) == (403, "not-allowed")
    assert (signed.status_code, signed.json["code"]) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"rule": "X99"}, 409, "rule-unknown"),
        ({"points": 6}, 409, "points-not-in-rule"),
        ({"occurred_on": "2026-12-01"}, 409, "date-in-future"),
        ({"household": f"{VILLAGE}-A999"}, 404, "household-unknown"),
        ({"occurred_on": "20/11"}, 400, "invalid"),
        ({"evidence": "a" * 501}, 400, "invalid"),
    ],
)
def test_what_cannot_be_proposed(
    office: Program, change: dict[str, object], status: int, code: str
) -> None:
    answer = office.post("/api/v1/credits", CREDIT | change)

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_an_unknown_case(office: Program) -> None:
    answer = office.post("/api/v1/credits/0f8fad5b-d9cb-469f-a165-70867728950e/signature")

    assert (answer.status_code, answer.json["code"]) == (404, "case-unknown")


def test_evidence_is_in_no_event(place: Place, office: Program) -> None:
    office.post("/api/v1/credits", CREDIT)

    stored = place.house.ledger.recorder.select_notifications(1, 1000)

    assert all("三人评分表".encode() not in each.state for each in stored)
    assert all("三人评分表" not in each.state.decode("utf-8", "replace") for each in stored)


@pytest.mark.parametrize("earner", ["13800138000", "110101199003070013", "wang-xiulan"])
def test_who_earned_is_no_number_that_says_who_she_is(office: Program, earner: str) -> None:
    answer = office.post("/api/v1/credits", CREDIT | {"earner": earner})

    assert (answer.status_code, answer.json["facts"]) == (400, {"earner": ["id"]})


def test_who_earned_is_an_opaque_id(office: Program) -> None:
    person = "0f8fad5b-d9cb-469f-a165-70867728950e"

    assert office.post("/api/v1/credits", CREDIT | {"earner": person}).status_code == 202
