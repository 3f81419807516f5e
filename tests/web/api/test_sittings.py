"""Sittings, entered and asked by programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from points.clock import business_day
from points.envelope import Actor
from points.ledger import Proposal
from points.rulebook import Rule
from tests.support.cast import RULES
from tests.support.house import FAR, QIAN, SIGNER, VILLAGE, ZHAO, Place
from tests.support.procedure import adopt_by_procedure

pytestmark = pytest.mark.row("B2", "Q2")

WEDDING = Rule("M03", "低彩礼、零彩礼", "civility", 30, 30, body="customs_council")


@pytest.fixture
def case(place: Place) -> UUID:
    """It waits for the council."""
    today = business_day(place.watch())
    with place.by() as ledger:
        version = ledger.draft_rules([*RULES, WEDDING])
    with place.by(SIGNER) as ledger:
        adopt_by_procedure(ledger, version, today)
    with place.by(Actor("grid", "village", VILLAGE)) as ledger:
        made: UUID = ledger.propose(Proposal(QIAN, WEDDING.code, today))
    return made


def wish(place: Place, case: UUID, **more: Any) -> dict[str, Any]:
    logins = [place.staff("village", VILLAGE, login=f"member-{n}").login for n in range(4)]
    paper = {"village": VILLAGE, "body": WEDDING.body, "number": "红白3号", "place": "会议室"}
    day = business_day(place.watch()).isoformat()
    votes = [{"case": str(case), "in_favour": 3}]
    said = {"day": day, "required": 7, "members": [*logins, ZHAO, "A002"], "votes": votes}
    return paper | said | more


def test_minutes_come_in_by_a_program(place: Place, case: UUID) -> None:
    program = place.program("village", VILLAGE)
    sent = wish(place, case)
    made = program.post("/api/v1/sittings", sent, Idempotency_Key="once")
    assert made.status_code == 201
    assert (made.json["present"], made.json["required"]) == (6, 7)
    assert made.json["decisions"] == [
        {
            "case": str(case), "household": QIAN, "in_favour": 3, "counted": 5, "recused": 1,
            "agreed": True,
        }
    ]  # fmt: skip
    again = program.post("/api/v1/sittings", sent, Idempotency_Key="once")
    assert again.json == made.json
    assert program.get(f"/api/v1/sittings/{made.json['id']}").json == made.json
    assert program.get("/api/v1/sittings").json["sittings"] == [made.json]


def test_what_does_not_hold_is_refused(place: Place, case: UUID) -> None:
    program = place.program("village", VILLAGE)
    signed = program.post(f"/api/v1/credits/{case}/signature", {})
    assert (signed.status_code, signed.json["code"]) == (409, "sitting-missing")
    assert signed.json["facts"]["body"] == WEDDING.body
    for more, code in (
        ({"required": 20}, "quorum-missing"),
        ({"body": "two_committees"}, "sitting-mixed"),
        ({"votes": [{"case": str(case), "in_favour": 6}]}, "votes-wrong"),
        ({"members": [FAR] * 6}, "members-unfit"),
    ):
        no = program.post("/api/v1/sittings", wish(place, case, **more))
        assert (no.status_code, no.json["code"]) == (409, code)
    for more in ({"body": "womens_federation"}, {"votes": []}, {"day": "gestern"}):
        assert program.post("/api/v1/sittings", wish(place, case, **more)).status_code == 400
    assert program.get("/api/v1/sittings").json["sittings"] == []
