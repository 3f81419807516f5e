"""Minutes of a body's sitting on the command line."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from points.envelope import Actor, Envelope, opened
from points.ledger import Proposal
from tests.support.house import settings_for
from tests.web.cli.conftest import Line
from web.wiring import build_house

pytestmark = pytest.mark.row("B2", "Q2")

VILLAGE = "999901100201"
NUMBERS = [f"A00{n}" for n in range(1, 8)]


@pytest.fixture
def waiting(started: Line, tmp_path: Path) -> Line:
    """Two weddings that wait for the council."""
    settings = settings_for(f"sqlite:///{tmp_path}/var/jiamei.db", vault_key=bytes(range(32)))
    house = build_house(settings)
    grid = Actor("grid", "village", VILLAGE)
    with opened(Envelope(grid, house.clock(), "page", uuid4().hex)):
        today = house.clock().date()
        for number in NUMBERS[:2]:
            house.ledger.propose(Proposal(f"{VILLAGE}-{number}", "M01", today))
    house.close()
    return started


def test_a_sitting_is_entered_and_listed(waiting: Line) -> None:
    listed = waiting.json("sitting", "list", "--place", VILLAGE)
    assert listed["sittings"] == []
    cases = {each["household"][-4:]: each["case_id"] for each in listed["waiting"]}
    assert sorted(cases) == NUMBERS[:2]
    day = waiting.json("balance", f"{VILLAGE}-A001")["on"]
    members = [part for number in NUMBERS for part in ("--member", number)]
    told = ["--body", "customs_council", "--number", "红白3号", "--on", day, "--where", "会议室"]
    call = ["sitting", "hold", "--village", VILLAGE, *told, *members]
    few = waiting.json(*call, "--required", "11", f"{cases['A001']}=4", exits=1)
    assert few["code"] == "quorum-missing"
    all_seven = waiting.json(*call, "--required", "9", f"{cases['A001']}=7", exits=1)
    assert all_seven["code"] == "votes-wrong"  # one of them is of that household
    votes = [f"{cases['A001']}=4", f"{cases['A002']}=3"]
    done = waiting.json(*call, "--required", "9", *votes)
    assert [each["agreed"] for each in done["decisions"]] == [True, False]
    assert [each["recused"] for each in done["decisions"]] == [
        f"household:{VILLAGE}-{number}" for number in NUMBERS[:2]
    ]
    (held,) = waiting.json("sitting", "list")["sittings"]
    assert (held["number"], held["present"], held["required"]) == ("红白3号", 7, 9)
    assert waiting.json(*call, "--required", "9", *votes, exits=1)["code"] == "sitting-known"
    assert "CASE=7" in waiting(*call, "--required", "9", "x=y", exits=2).stderr
