"""Plaques and consents by programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from points.clock import business_day
from points.ledger import Proposal
from points.rulebook import Rule
from tests.support.cast import RULES
from tests.support.house import FAR, NEXT_VILLAGE, SIGNER, VILLAGE, ZHAO, Place, Program
from tests.support.procedure import adopt_by_procedure

pytestmark = pytest.mark.row("B6")

PLAQUE = Rule("C03-V", "美丽庭院示范户（村级）", "courtyard", 20, 20)
FAMILY = Rule("F01-V", "最美家庭", "honour", 20, 20, proof_kind="consent")
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def rules(place: Place) -> None:
    with place.by() as ledger:
        version = ledger.draft_rules([*RULES, PLAQUE, FAMILY])
    with place.by(SIGNER) as ledger:
        adopt_by_procedure(ledger, version, business_day(place.watch()))


@pytest.fixture
def office(place: Place) -> Program:
    return place.program("village", VILLAGE)


@pytest.fixture
def other(place: Place) -> Program:
    return place.program("village", VILLAGE)


def posted(place: Place, household: str = ZHAO) -> str:
    today = business_day(place.watch())
    with place.by() as ledger:
        case: UUID = ledger.propose(Proposal(household, PLAQUE.code, today))
    with place.by(SIGNER) as ledger:
        ledger.sign(case)
    place.in_public(case)
    return str(case)


def wish(place: Place, case: str) -> dict[str, Any]:
    today = business_day(place.watch())
    end = today.replace(year=today.year + 1)
    days = {"valid_from": today.isoformat(), "valid_to": end.isoformat()}
    return {"case": case, "plaque": "示范1号"} | days


def test_a_plaque_from_grant_to_end(place: Place, office: Program, other: Program) -> None:
    case = posted(place)
    (waiting,) = office.get("/api/v1/showcases").json["waiting"]
    assert waiting == {"case": case, "household": ZHAO, "rule": "C03-V"}
    asked = wish(place, case)
    made = office.post("/api/v1/showcases", asked, Idempotency_Key="s1")
    assert (made.status_code, made.json["level"], made.json["state"]) == (201, "village", "valid")
    assert office.post("/api/v1/showcases", asked, Idempotency_Key="s1").json == made.json
    assert office.post("/api/v1/showcases", asked).json["code"] == "no-plaque-yet"
    address = f"/api/v1/showcases/{made.json['id']}"
    assert office.get(address).json == made.json
    assert office.get("/api/v1/showcases").json == {"showcases": [made.json], "waiting": []}

    inspections = f"{address}/inspections"
    assert office.post(inspections, {"passed": False}).json["code"] == "reason-missing"
    failed = office.post(inspections, {"passed": False, "note": "院里有杂物"})
    assert (failed.json["passed"], failed.json["due_on"] < made.json["due_on"]) == (False, True)
    assert office.post(inspections, {"passed": True}).json["passed"] is True

    revocation = f"{address}/revocation"
    none = office.post(f"{revocation}/signature")
    assert (none.status_code, none.json["code"]) == (409, "revocation-not-asked")
    why = {"why": "not-kept-up", "note": "两次不合格"}
    assert office.post(revocation, why).json["why"] == "not-kept-up"
    assert office.post(f"{revocation}/signature").json["code"] == "same-person"
    assert other.post(f"{revocation}/refusal").json["why"] == ""
    office.post(revocation, why)
    over = other.post(f"{revocation}/signature", Idempotency_Key="s2")
    assert over.json["state"] == "revoked"
    assert other.post(f"{revocation}/signature", Idempotency_Key="s2").json == over.json
    assert office.post(inspections, {"passed": True}).json["code"] == "showcase-over"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"case": UNKNOWN}, 404, "case-unknown"),
        ({"case": "x"}, 400, "invalid"),
        ({"valid_to": "2046-01-01"}, 409, "plaque-unfit"),
        ({"valid_to": "soon"}, 400, "invalid"),
        ({"plaque": ""}, 400, "invalid"),
    ],
)
def test_what_gets_no_plaque(
    place: Place, office: Program, more: dict[str, str], status: int, code: str
) -> None:
    answer = office.post("/api/v1/showcases", wish(place, posted(place)) | more)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert office.get("/api/v1/showcases").json["showcases"] == []


def test_what_is_not_there_or_not_hers(place: Place, office: Program) -> None:
    case = posted(place)
    far = place.program("village", NEXT_VILLAGE)
    assert far.post("/api/v1/showcases", wish(place, case)).status_code == 403
    one = office.post("/api/v1/showcases", wish(place, case)).json["id"]
    acts: dict[str, Any] = {
        "": None,
        "/inspections": {"passed": True},
        "/revocation": {"why": "moved", "note": "x"},
        "/revocation/signature": {},
        "/revocation/refusal": {},
    }
    for act, body in acts.items():
        method = "GET" if body is None else "POST"
        theirs = far.ask(method, f"/api/v1/showcases/{one}{act}", body)
        gone = office.ask(method, f"/api/v1/showcases/{UNKNOWN}{act}", body)
        assert (theirs.status_code, theirs.json["code"]) == (403, "not-allowed")
        assert (gone.status_code, gone.json["code"]) == (404, "showcase-unknown")
    strict = office.post(f"/api/v1/showcases/{one}/inspections", {"passed": "yes"})
    assert strict.json["code"] == "invalid"
    assert far.get("/api/v1/showcases").json == {"showcases": [], "waiting": []}


def test_a_family_agrees_and_takes_it_back(place: Place, office: Program) -> None:
    credit = {"household": ZHAO, "rule": "F01-V", "occurred_on": "2026-11-20"}
    assert office.post("/api/v1/credits", credit).json["code"] == "consent-missing"
    agreed = {"household": "A001", "rule": "F01-V", "note": "户主当面同意"}
    made = office.post("/api/v1/consents", agreed, Idempotency_Key="c1")
    assert (made.status_code, made.json) == (201, {"household": ZHAO, "rule": "F01-V"})
    assert office.post("/api/v1/consents", agreed, Idempotency_Key="c1").json == made.json
    (told,) = office.get("/api/v1/consents").json["consents"]
    assert told == made.json | {"given_on": "2026-11-24"}
    assert office.post("/api/v1/credits", credit).status_code == 202

    back = office.post("/api/v1/consents/withdrawal", made.json, Idempotency_Key="c2")
    assert (back.status_code, back.json) == (200, made.json)
    assert office.post("/api/v1/consents/withdrawal", made.json, Idempotency_Key="c2").json == (
        back.json
    )
    assert office.post("/api/v1/consents/withdrawal", made.json).json["code"] == "consent-missing"
    assert office.get("/api/v1/consents").json == {"consents": []}
    for change, code in (
        ({"household": FAR}, "not-allowed"),
        ({"household": "A999"}, "household-unknown"),
        ({"rule": "X99"}, "rule-unknown"),
        ({"note": " "}, "reason-missing"),
        ({"note": ""}, "invalid"),
    ):
        assert office.post("/api/v1/consents", agreed | change).json["code"] == code
    assert place.program("village", NEXT_VILLAGE).get("/api/v1/consents").json == {"consents": []}
