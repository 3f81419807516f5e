"""Rounds by programs: opened, scored, closed, read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.house import FAR, NEXT_VILLAGE, QIAN, VILLAGE, ZHAO, Place, Program

pytestmark = pytest.mark.row("B6", "Q5")

MEETING = {"minutes": "评议6号", "place": "会议室", "present": 8, "required": 12}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def office(place: Place) -> Program:
    return place.program("village", VILLAGE)


@pytest.fixture
def wish(place: Place) -> dict[str, Any]:
    """Two of the staff and somebody of ZHAO judge the cleanest."""
    logins = [place.staff("village", VILLAGE, login=f"judge-{n}").login for n in (1, 2)]
    return {
        "village": VILLAGE,
        "kind": "cleanest",
        "period": "2026-11",
        "judges": [*logins, "A001"],
        "by_item": False,
    }


def opened(office: Program, wish: dict[str, Any]) -> str:
    made = office.post("/api/v1/evaluations", wish)
    assert made.status_code == 201, made.json
    return f"/api/v1/evaluations/{made.json['id']}"


def rows(*scores: tuple[str, list[Any]]) -> dict[str, Any]:
    return {"rows": [{"household": number, "scores": given} for number, given in scores]}


SHEET = rows((ZHAO, [[80], [91], None]), ("A002", [[70], [75], [60]]))


def test_from_opening_to_what_is_proposed(
    place: Place, office: Program, wish: dict[str, Any]
) -> None:
    made = office.post("/api/v1/evaluations", wish, Idempotency_Key="e1")
    assert (made.json["state"], made.json["results"]) == ("open", [])
    assert made.json["judges"][2] == f"household:{ZHAO}"
    assert office.post("/api/v1/evaluations", wish, Idempotency_Key="e1").json == made.json
    assert office.post("/api/v1/evaluations", wish).json["code"] == "round-exists"
    address = f"/api/v1/evaluations/{made.json['id']}"

    scored = office.post(f"{address}/sheet", SHEET, Idempotency_Key="e2")
    told = [(each["household"], each["median"], each["recused"]) for each in scored.json["results"]]
    assert told == [(ZHAO, 85, [f"household:{ZHAO}"]), (QIAN, 70, [])]
    assert office.post(f"{address}/sheet", SHEET, Idempotency_Key="e2").json == scored.json
    assert office.post(f"{address}/sheet", SHEET).json["code"] == "household-scored"
    better = rows((QIAN, [[70], [76], [72]])) | {"corrects": True}
    assert office.post(f"{address}/sheet", better).json["results"][1]["median"] == 72

    closing = MEETING | {"chosen": ["A001"]}
    few = office.post(f"{address}/closing", closing | {"present": 7})
    assert (few.status_code, few.json["code"]) == (409, "quorum-missing")
    done = office.post(f"{address}/closing", closing, Idempotency_Key="e3")
    assert (done.json["state"], done.json["minutes"]) == ("closed", "评议6号")
    first, second = done.json["results"]
    assert (first["household"], second["case"]) == (ZHAO, None)
    assert office.get(f"/api/v1/credits/{first['case']}").json["evidence"] == "评议6号"
    assert office.post(f"{address}/closing", closing, Idempotency_Key="e3").json == done.json
    assert office.post(f"{address}/closing", closing).json["code"] == "round-closed"
    assert office.get(address).json == done.json
    (listed,) = office.get("/api/v1/evaluations").json["evaluations"]
    assert listed.items() <= done.json.items()
    assert place.program("village", NEXT_VILLAGE).get("/api/v1/evaluations").json == {
        "evaluations": []
    }


def test_five_items_of_each_judge(office: Program, wish: dict[str, Any]) -> None:
    address = opened(office, wish | {"kind": "courtyard", "period": "2026-Q4", "by_item": True})
    five = [[16, 15, 14, 14, 15]] * 3

    assert office.post(f"{address}/sheet", rows((QIAN, [[20]] * 3))).json["code"] == "score-outside"
    done = office.post(f"{address}/sheet", rows((QIAN, five)))
    assert done.json["results"][0]["median"] == 74
    closed = office.post(f"{address}/closing", MEETING | {"required": 9})
    assert closed.json["results"][0]["star"] == 3


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"village": NEXT_VILLAGE}, 403, "not-allowed"),
        ({"village": "99990110020"}, 404, "place-unknown"),
        ({"kind": "nicest"}, 400, "invalid"),
        ({"period": "2099-01"}, 409, "round-period"),
        ({"judges": ["A001", "A002"]}, 400, "invalid"),
        ({"judges": ["A001", "A001", "A002"]}, 409, "judges-unfit"),
        ({"judges": ["A001", "A002", "nobody"]}, 404, "household-unknown"),
        ({"by_item": "yes"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_opened(
    office: Program, wish: dict[str, Any], change: dict[str, Any], status: int, code: str
) -> None:
    answer = office.post("/api/v1/evaluations", wish | change)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert office.get("/api/v1/evaluations").json == {"evaluations": []}


@pytest.mark.parametrize(
    ("sheet", "status", "code"),
    [
        (rows((QIAN, [[101], [1], [1]])), 400, "invalid"),
        (rows((QIAN, [[1.5], [1], [1]])), 400, "invalid"),
        (rows((QIAN, [[1], [1]])), 400, "invalid"),
        (rows(), 400, "invalid"),
        (rows((QIAN, [[1], [1], [1]]), (ZHAO, [[1], [1], [1]])), 409, "judge-recused"),
        (rows((QIAN, [[1], [1], [1]]), (FAR, [[1], [1], [1]])), 404, "household-unknown"),
        (rows((QIAN, [None, None, None])), 409, "score-outside"),
    ],
)
def test_a_sheet_with_a_wrong_row_is_not_taken(
    office: Program, wish: dict[str, Any], sheet: dict[str, Any], status: int, code: str
) -> None:
    address = opened(office, wish)
    answer = office.post(f"{address}/sheet", sheet)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert office.get(address).json["results"] == []


def test_what_is_not_there_or_not_hers(place: Place, office: Program, wish: dict[str, Any]) -> None:
    address = opened(office, wish)
    far = place.program("village", NEXT_VILLAGE)
    for act, body in (("", None), ("/sheet", SHEET), ("/closing", MEETING)):
        method = "POST" if act else "GET"
        theirs = far.ask(method, address + act, body)
        gone = office.ask(method, f"/api/v1/evaluations/{UNKNOWN}{act}", body)
        assert (theirs.status_code, theirs.json["code"]) == (403, "not-allowed")
        assert (gone.status_code, gone.json["code"]) == (404, "round-unknown")
    nobody = office.post(f"{address}/closing", MEETING)
    assert nobody.json["code"] == "round-empty"
