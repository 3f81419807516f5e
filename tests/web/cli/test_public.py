"""Awards in public on the command line: hung up, answered, kept out of, and a day declared."""

from __future__ import annotations

import pytest

from tests.web.cli.conftest import Line

pytestmark = pytest.mark.row("B3", "Q2")

VILLAGE = "999901100201"


def test_it_is_listed_and_answered(started: Line) -> None:
    hung = started.json("notice", "list", "--place", VILLAGE)["notices"]
    assert {each["village"] for each in hung} == {VILLAGE}
    waiting = started.json("objection", "list")["objections"]
    assert waiting
    one = waiting[0]["objection_id"]
    answered = started.json("objection", "answer", one, "dismissed", "--answer", "查过，没有错")
    assert answered["outcome"] == "dismissed"
    again = started.json("objection", "answer", one, "dismissed", "--answer", "查过", exits=1)
    assert again["code"] == "objection-closed"
    unknown = "00000000-0000-0000-0000-000000000000"
    gone = started.json("objection", "answer", unknown, "upheld", "--answer", "对", exits=1)
    assert gone["code"] == "objection-unknown"


def test_what_was_reviewed_is_hung_up(started: Line) -> None:
    villages = {each["village"] for each in started.json("notice", "list")["notices"]}
    for village in sorted(villages):
        done = started.json(
            "notice", "open", "--village", village, "--month", "2026-01", exits=None
        )
        assert done.get("lines", 1) > 0
    no = started.json("notice", "open", "--village", VILLAGE, "--month", "2026-01", exits=1)
    assert no["code"] == "notice-empty"


def test_a_relative_and_a_day(started: Line) -> None:
    person = started.json("user", "list")["users"][0]["id"]
    household = f"{VILLAGE}-A001"
    started("kin", "declare", person, household, "sibling")
    found = started.json("kin", "list", "--place", VILLAGE)["kin"]
    assert (person, household) in {(each["person"], each["household"]) for each in found}
    told = started.json("calendar", "declare", "2027-02-06", "--free", "--document", "国办发明电〔2026〕9号")
    assert told == {"day": "2027-02-06", "working": False}
