"""Credits over HTTP: proposed by one, reviewed by another, posted after their notice."""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

import pytest

from points.clock import business_day
from points.rulebook import Rule
from tests.support.cast import RULES
from tests.support.house import FAR, QIAN, SIGNER, VILLAGE, ZHAO, Place, Program
from tests.support.procedure import adopt_by_procedure
from tests.web.test_evidence import photo

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


def test_a_program_acts_for_no_household_of_its_maker(place: Place, office: Program) -> None:
    maker = place.staff("township", VILLAGE[:9], household=ZHAO)
    _, secret = place.house.tokens.create("hers", role="village", place=VILLAGE, made_by=maker.id)
    case = office.post("/api/v1/credits", CREDIT).json["id"]

    answer = Program(place.app.test_client(), secret).post(f"/api/v1/credits/{case}/signature")

    assert (answer.status_code, answer.json["code"]) == (409, "own-household")


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


def test_who_earned_is_somebody_of_the_household(place: Place, office: Program) -> None:
    """A made-up person would have a cap of her own."""
    hers = place.staff("keeper", VILLAGE, household=ZHAO).id
    others = place.staff("keeper", VILLAGE, login="another").id

    for person in ("0f8fad5b-d9cb-469f-a165-70867728950e", others):
        no = office.post("/api/v1/credits", CREDIT | {"earner": person})
        assert (no.status_code, no.json["code"]) == (409, "earner-unknown")
    assert office.post("/api/v1/credits", CREDIT | {"earner": hers}).status_code == 202


def case_of(program: Program, **change: object) -> str:
    return str(program.post("/api/v1/credits", CREDIT | change).json["id"])


def test_a_case_is_read_with_its_evidence(place: Place, office: Program, other: Program) -> None:
    case = case_of(office)
    other.post(f"/api/v1/credits/{case}/signature")

    told = office.get(f"/api/v1/credits/{case}").json

    assert (told["state"], told["item"], told["evidence"]) == ("reviewed", "清洁户", "三人评分表")
    assert (len(told["signers"]), told["signatures_missing"]) == (1, 0)
    assert told["proposer"] not in told["signers"]
    assert (told["notice"], told["closed_on"], told["held"]) == (None, None, 0)
    place.in_public(UUID(case))
    told = office.get(f"/api/v1/credits/{case}").json
    assert (told["state"], told["notice"] is None) == ("posted", False)


def test_cases_are_listed_by_place_and_state(place: Place, office: Program, other: Program) -> None:
    county = place.program("county")
    first, second = case_of(office), case_of(office, rule="F02")
    far = case_of(county, household=FAR)
    other.post(f"/api/v1/credits/{first}/signature")

    def ids(program: Program, query: str = "") -> set[str]:
        found = program.get(f"/api/v1/credits{query}")
        assert found.status_code == 200
        return {each["id"] for each in found.json["credits"]}

    assert ids(office) == {first, second}
    assert ids(office, "?state=proposed") == {second}
    assert ids(county) == {first, second, far}
    assert ids(county, f"?place={VILLAGE}&state=reviewed") == {first}
    elsewhere = office.get("/api/v1/credits?place=999901100202")
    assert (elsewhere.status_code, elsewhere.json["code"]) == (403, "not-allowed")
    for wrong in ("place=99990110020", "place=1'", "state=lost", "limit=9"):
        answer = county.get(f"/api/v1/credits?{wrong}")
        assert answer.json["code"] in ("invalid", "place-unknown")


def test_a_reviewer_sends_it_back_once(place: Place, office: Program, other: Program) -> None:
    case = case_of(office)
    address, wish = f"/api/v1/credits/{case}/refusal", {"reason": "评分表没有签字"}

    same = office.post(address, wish)
    assert (same.status_code, same.json["code"]) == (409, "same-person")
    assert other.post(address, {}).json["facts"] == {"reason": ["Missing data for required field."]}
    assert other.post(address, {"reason": " "}).json["code"] == "reason-missing"
    done = other.post(address, wish, Idempotency_Key="no")
    assert (done.status_code, done.json["state"]) == (200, "refused")
    assert other.post(address, wish, Idempotency_Key="no").json == done.json
    assert other.post(address, {"reason": "x"}, Idempotency_Key="no").json["code"] == "key-reused"
    assert other.post(address, wish).json["code"] == "case-closed"
    assert other.get(f"/api/v1/credits/{case}").json["why"] == "review"
    stored = place.house.ledger.recorder.select_notifications(1, 1000)
    assert all("签字" not in each.state.decode("utf-8", "replace") for each in stored)


def test_only_the_proposer_takes_it_back(place: Place, office: Program, other: Program) -> None:
    case = case_of(office)
    address = f"/api/v1/credits/{case}/withdrawal"

    no = other.post(address)
    assert (no.status_code, no.json["code"]) == (409, "not-the-proposer")
    done = office.post(address, Idempotency_Key="back")
    assert (done.status_code, done.json["state"]) == (200, "withdrawn")
    assert office.post(address, Idempotency_Key="back").json == done.json
    assert office.post(address).json["code"] == "case-closed"
    assert place.balance(ZHAO) == 0


@pytest.mark.parametrize("act", ["", "/signature", "/refusal", "/withdrawal"])
def test_what_is_not_there_or_not_hers(place: Place, office: Program, act: str) -> None:
    unknown = "/api/v1/credits/0f8fad5b-d9cb-469f-a165-70867728950e"
    far = f"/api/v1/credits/{case_of(place.program('county'), household=FAR)}"
    method, body = ("POST", {"reason": "x"} if act == "/refusal" else {}) if act else ("GET", None)

    missing, theirs = (office.ask(method, where + act, body) for where in (unknown, far))

    assert (missing.status_code, missing.json["code"]) == (404, "case-unknown")
    assert (theirs.status_code, theirs.json["code"]) == (403, "not-allowed")


def test_photos_go_with_it(place: Place, office: Program) -> None:
    """Where the rule asks for one; a second of the same is the same."""
    rule = Rule("P09", "义务劳动", "civility", 5, 5, proof_kind="photo")
    with place.by() as ledger:
        version = ledger.draft_rules([*RULES, rule])
    with place.by(SIGNER) as ledger:
        adopt_by_procedure(ledger, version, business_day(place.watch()))
    wish = CREDIT | {"rule": "P09"}
    picture = b64encode(photo()).decode()

    assert office.post("/api/v1/credits", wish).json["code"] == "photo-missing"
    made = office.post("/api/v1/credits", wish | {"photos": [picture, picture]})
    assert made.status_code == 202
    told = office.get(f"/api/v1/credits/{made.json['id']}").json
    assert (told["photos"], told["photos_before"]) == (1, 0)
    again = office.post("/api/v1/credits", wish | {"photos": [picture]})
    assert again.json["code"] == "photo-used"
    other = office.post("/api/v1/credits", wish | {"household": QIAN, "photos": [picture]})
    told = office.get(f"/api/v1/credits/{other.json['id']}").json
    assert told["photos_before"] == 1
    for wrong, code in (
        (["no base64"], "invalid"),
        ([b64encode(b"no picture").decode()], "no-photo"),
        ([picture] * 6, "invalid"),
    ):
        assert office.post("/api/v1/credits", wish | {"photos": wrong}).json["code"] == code
    assert len(place.house.read.cases.of(ZHAO)) == 1
