"""Awards in public, asked by programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from points.clock import business_day
from points.envelope import Actor
from points.ledger import Proposal
from tests.support.house import COUNTY, QIAN, VILLAGE, ZHAO, Place, Program

pytestmark = pytest.mark.row("B1", "B5")


GRID, REVIEWER = (Actor(name, "village", VILLAGE) for name in ("grid", "reviewer"))


@pytest.fixture
def opener(place: Place) -> Program:
    return place.program("village", VILLAGE)


@pytest.fixture
def decider(place: Place) -> Program:
    return Program(place.app.test_client(), place.token("village", VILLAGE))


def reviewed(place: Place, household: str = ZHAO) -> UUID:
    with place.by(GRID) as ledger:
        case: UUID = ledger.propose(Proposal(household, "E01", business_day(place.watch()), 30))
    with place.by(REVIEWER) as ledger:
        ledger.sign(case)
    return case


def hung(opener: Program, *cases: UUID) -> Any:
    wish = {"village": VILLAGE, "month": "2026-11", "cases": [str(case) for case in cases]}
    return opener.post("/api/v1/notices", wish)


def test_the_chain_by_programs(place: Place, opener: Program, decider: Program) -> None:
    answer = hung(opener, reviewed(place), reviewed(place, QIAN))
    assert answer.status_code == 201
    notice = answer.json
    assert [(line["line"], line["points"]) for line in notice["lines"]] == [(1, 30), (2, 30)]
    address = f"/api/v1/notices/{notice['id']}"
    assert opener.get(address).json == notice
    assert opener.get("/api/v1/notices").json["notices"] == [notice]

    said = opener.post(f"{address}/objections", {"about": "line", "line": 1, "text": "不对"})
    assert (said.status_code, said.json["household"]) == (201, ZHAO)
    one = f"/api/v1/objections/{said.json['id']}"
    no = opener.post(f"{one}/answer", {"outcome": "dismissed", "answer": "没有错"})
    assert (no.status_code, no.json["code"]) == (409, "same-person")
    yes = decider.post(f"{one}/answer", {"outcome": "dismissed", "answer": "没有错"})
    assert yes.json["state"] == "decided"
    assert opener.post(f"{one}/appeal", {"text": "再看"}).json["state"] == "appealed"
    town = place.program("township", VILLAGE[:9])
    last = town.post(f"{one}/answer", {"outcome": "upheld", "answer": "应是二十", "points": 20})
    assert last.json["state"] == "settled"
    assert opener.get(address).json["lines"][0]["points_now"] == 20
    told = opener.get(one).json
    assert told.items() >= last.json.items()
    words = [told[name] for name in ("text", "answer", "appeal", "by", "way")]
    assert words == ["不对", "应是二十", "再看", None, "paper"]

    missing = {"about": "missing", "household": QIAN, "text": "少了我的"}
    said = opener.post(f"{address}/objections", missing)
    wish = {"outcome": "upheld", "answer": "漏了", "rule": "C01", "occurred_on": "2026-11-20"}
    done = decider.post(f"/api/v1/objections/{said.json['id']}/answer", wish)
    case = place.house.read.cases.one(UUID(done.json["new_case"]))
    assert case
    assert (case["household"], case["state"]) == (QIAN, "proposed")
    assert len(opener.get("/api/v1/objections").json["objections"]) == 2
    assert opener.get("/api/v1/objections?page=2").json["objections"] == []


def test_what_was_missing_is_of_today_in_the_village(
    place: Place, opener: Program, decider: Program
) -> None:
    notice = hung(opener, reviewed(place)).json["id"]
    missing = {"about": "missing", "household": QIAN, "text": "少了我的"}
    said = opener.post(f"/api/v1/notices/{notice}/objections", missing).json["id"]
    place.watch.now = place.watch.now.replace(hour=17)  # after midnight there
    wish = {"outcome": "upheld", "answer": "漏了", "rule": "C01"}
    done = decider.post(f"/api/v1/objections/{said}/answer", wish).json
    case = place.house.read.cases.one(UUID(done["new_case"]))
    assert case
    assert str(case["occurred_on"]) == business_day(place.watch()).isoformat()


def test_what_cannot_be_is_said(place: Place, opener: Program) -> None:
    assert hung(opener).json["code"] == "invalid"
    unknown = "00000000-0000-0000-0000-000000000000"
    assert hung(opener, UUID(unknown)).json["code"] == "case-unknown"
    assert opener.get(f"/api/v1/notices/{unknown}").json["code"] == "notice-unknown"
    assert opener.get(f"/api/v1/objections/{unknown}").status_code == 404
    gone = opener.post(f"/api/v1/objections/{unknown}/appeal", {"text": "x"})
    assert (gone.status_code, gone.json["code"]) == (404, "objection-unknown")
    far = place.program("village", "999901100202")
    assert hung(far, reviewed(place)).status_code == 403
    address = f"/api/v1/notices/{hung(opener, reviewed(place)).json['id']}"
    said = {"about": "line", "line": 1, "text": "不对"}
    one = opener.post(f"{address}/objections", said).json["id"]
    assert far.get(f"/api/v1/objections/{one}").json["code"] == "not-allowed"
    keeper = place.program("keeper", COUNTY, "S01")
    assert hung(keeper, reviewed(place)).status_code == 403


@pytest.mark.row("B4")
def test_a_posted_entry_is_doubted_by_a_program(place: Place, opener: Program) -> None:
    place.earn(ZHAO, 40)
    (line,) = opener.get(f"/api/v1/households/{ZHAO}/statement").json["lines"]
    address = f"/api/v1/households/{ZHAO}/objections"
    wish = {"entry": line["id"], "text": "应该是五十分"}
    for household, entry in ((QIAN, line["id"]), (ZHAO, line["id"] + 99)):
        no = opener.post(f"/api/v1/households/{household}/objections", wish | {"entry": entry})
        assert no.json["code"] == "unknown-entry"
    said = opener.post(address, wish)
    assert (said.status_code, said.json["about"], said.json["household"]) == (201, "entry", ZHAO)
    assert opener.post(address, wish).json["code"] == "entry-doubted"
    answer = {"outcome": "dismissed", "answer": "没有错"}
    own = opener.post(f"/api/v1/objections/{said.json['id']}/answer", answer)
    assert own.json["code"] == "same-person"
