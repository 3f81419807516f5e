"""Awards in public on the command line: hung up, answered, kept out of, and a day declared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from points.envelope import Actor, Envelope, opened
from points.ledger import Proposal
from tests.support.house import settings_for
from tests.web.cli.conftest import Line
from web.wiring import House, build_house

pytestmark = pytest.mark.row("B3", "Q2")

VILLAGE = "999901100201"
HOUSEHOLDS = [f"{VILLAGE}-A{number:03}" for number in (1, 2, 3)]


@contextmanager
def by(house: House, name: str) -> Iterator[Any]:
    actor = Actor(name, "village", VILLAGE)
    with opened(Envelope(actor, house.clock(), "page", uuid4().hex)):
        yield house.ledger


@pytest.fixture
def reviewed(started: Line, tmp_path: Path) -> Line:
    """Three cases that another person has reviewed."""
    key = bytes(range(32))
    house = build_house(settings_for(f"sqlite:///{tmp_path}/var/jiamei.db", vault_key=key))
    with by(house, "grid") as ledger:
        today = house.clock().date()
        cases = [ledger.propose(Proposal(number, "N01", today)) for number in HOUSEHOLDS]
    with by(house, "reviewer") as ledger:
        for case in cases:
            ledger.sign(case)
    house.close()
    return started


def test_from_hanging_up_to_the_answer(reviewed: Line) -> None:
    month = reviewed.json("balance", HOUSEHOLDS[0])["on"][:7]
    hung = reviewed.json("notice", "open", "--village", VILLAGE, "--month", month)
    assert hung["lines"] == 3
    (listed,) = reviewed.json("notice", "list", "--place", VILLAGE)["notices"]
    assert listed["notice_id"] == hung["notice"]
    again = reviewed.json("notice", "open", "--village", VILLAGE, "--month", month, exits=1)
    assert again["code"] == "notice-empty"

    lines = reviewed.json("notice", "show", hung["notice"])["lines"]
    assert [(each["line"], each["points_now"]) for each in lines] == [(1, 3), (2, 3), (3, 3)]
    assert "邻里互助" in reviewed("notice", "show", hung["notice"]).output
    filed = reviewed.json("objection", "file", hung["notice"], "--line", "2", "--text", "不对")
    assert filed["household"] == lines[1]["household"]
    (waiting,) = reviewed.json("objection", "list")["objections"]
    one = waiting["objection_id"]
    no = reviewed.json("objection", "answer", one, "dismissed", "--answer", "没有错", exits=1)
    assert no["code"] == "same-person"  # the administrator hung it up
    done = reviewed.json(
        "objection", "answer", one, "upheld", "--answer", "不给", "--as", "confirmer"
    )
    assert done["outcome"] == "upheld"
    assert reviewed.json("objection", "list")["objections"] == []
    unknown = "00000000-0000-0000-0000-000000000000"
    gone = reviewed.json("objection", "answer", unknown, "upheld", "--answer", "对", exits=1)
    assert gone["code"] == "objection-unknown"


def test_what_is_missing_is_filed_and_taken_to_the_township(reviewed: Line) -> None:
    month = reviewed.json("balance", HOUSEHOLDS[0])["on"][:7]
    hung = reviewed.json("notice", "open", "--village", VILLAGE, "--month", month)["notice"]
    said = ("--text", "少了我家的")
    filed = reviewed.json("objection", "file", hung, "--missing", "A004", "--by", "A005", *said)
    assert filed["household"] == f"{VILLAGE}-A004"
    one = filed["objection"]
    early = reviewed.json("objection", "appeal", one, "--text", "不服", exits=1)
    assert early["code"] == "objection-closed"
    reviewed("objection", "answer", one, "dismissed", "--answer", "没有", "--as", "confirmer")
    assert reviewed.json("objection", "appeal", one, "--text", "不服")["state"] == "appealed"
    told = reviewed.json("objection", "show", one)
    assert [told[name] for name in ("text", "answer", "appeal")] == ["少了我家的", "没有", "不服"]
    assert "不服：不服" in reviewed("objection", "show", one).output
    again = reviewed.json("objection", "appeal", one, "--text", "不服", exits=1)
    assert again["code"] == "objection-closed"


@pytest.mark.row("B4")
def test_a_posted_entry_is_doubted(started: Line, tmp_path: Path) -> None:
    number = HOUSEHOLDS[0]
    key = bytes(range(32))
    house = build_house(settings_for(f"sqlite:///{tmp_path}/var/jiamei.db", vault_key=key))
    with by(house, "grid") as ledger:
        ledger.grant_base(number, document="村字1号")
    house.close()
    line = started.json("statement", number)["lines"][0]["id"]
    said = ("--text", "不是十分")
    filed = started.json("objection", "entry", number, str(line), *said)
    told = started.json("objection", "show", filed["objection"])
    assert (told["about"], told["by"], told["text"]) == ("entry", number, "不是十分")
    again = started.json("objection", "entry", number, str(line), *said, exits=1)
    assert again["code"] == "entry-doubted"
    other = started.json("objection", "entry", HOUSEHOLDS[1], str(line), *said, exits=1)
    assert other["code"] == "unknown-entry"


def test_what_cannot_be_objected_to_is_said(reviewed: Line) -> None:
    month = reviewed.json("balance", HOUSEHOLDS[0])["on"][:7]
    hung = reviewed.json("notice", "open", "--village", VILLAGE, "--month", month)["notice"]
    said = ("--text", "不对")
    for more, code in (
        (("--line", "9"), "case-unknown"),
        (("--missing", "A999"), "household-unknown"),
        (("--line", "1", "--text", " "), "reason-missing"),
    ):
        assert reviewed.json("objection", "file", hung, *said, *more, exits=1)["code"] == code
    unknown = "00000000-0000-4000-8000-000000000000"
    gone = reviewed.json("objection", "file", unknown, "--line", "1", *said, exits=1)
    assert gone["code"] == "notice-unknown"
    assert reviewed.json("notice", "show", unknown, exits=1)["code"] == "notice-unknown"
    assert reviewed.json("objection", "show", unknown, exits=1)["code"] == "objection-unknown"
    gone = reviewed.json("objection", "appeal", unknown, *said, exits=1)
    assert gone["code"] == "objection-unknown"
    reviewed("objection", "file", hung, *said, exits=2)
    reviewed("objection", "file", hung, *said, "--line", "1", "--missing", "A004", exits=2)
    reviewed("user", "create", "far", "--role", "village", "--place", "999901100202")
    far = reviewed.json("objection", "file", hung, *said, "--line", "1", "--as", "far", exits=1)
    assert far["code"] == "not-allowed"
    assert reviewed.json("objection", "list")["objections"] == []


def test_a_relative_and_a_day(started: Line) -> None:
    users = started.json("user", "list")["users"]
    person = next(each["id"] for each in users if each["login"] != "admin")
    started("kin", "declare", person, HOUSEHOLDS[0], "sibling")
    (found,) = started.json("kin", "list", "--place", VILLAGE)["kin"]
    assert (found["person"], found["household"]) == (person, HOUSEHOLDS[0])
    over = started.json("kin", "end", person, "A001", "--village", VILLAGE)
    assert over == {"person": person, "household": HOUSEHOLDS[0]}
    assert started.json("kin", "list")["kin"] == []
    assert started.json("kin", "end", person, HOUSEHOLDS[0], exits=1)["code"] == "kin-unknown"
    told = started.json("calendar", "declare", "2027-02-06", "--free", "--document", "9号")
    assert told == {"day": "2027-02-06", "working": False}
    no = started.json("calendar", "declare", "2027-02-07", "--free", "--document", " ", exits=1)
    assert no["code"] == "document-missing"
