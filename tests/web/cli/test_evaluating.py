"""Rounds on the command line: opened, scored from a file, closed by a meeting, listed and shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from points.envelope import Actor, Envelope
from points.envelope import opened as envelope_of
from points.scoring import CLEANEST, Judge, Row, Terms, period_of
from tests.web.cli.conftest import BOOKS, DEMO, HOUSEHOLDS, Line
from web.settings import Settings
from web.wiring import build_house

pytestmark = pytest.mark.row("B6", "Q5")

COUNTY, VILLAGE = "999901", "999901100201"
NOW = datetime.now(UTC)


def scored(line: Line) -> str:
    """A round of the demo's first village, with a sheet of two households; its id."""
    line("init", "--regions", DEMO, *BOOKS)
    line("import", "households", HOUSEHOLDS, "--village", VILLAGE)
    url = str(line.env["JIAMEI_DATABASE_URL"])
    house = build_house(Settings(database_url=url, county=COUNTY, vault_key=bytes(range(32))))
    numbers = [str(each["household"]) for each in house.read.accounts.all(VILLAGE)]
    judges = (Judge("j1", numbers[0]), Judge("j2"), Judge("j3"))
    sheet = [Row(numbers[0], (None, (80,), (90,))), Row(numbers[1], ((60,), (70,), (95,)))]
    with envelope_of(Envelope(Actor("admin", "administrator", COUNTY), NOW, "cli", "a round")):
        period = period_of(CLEANEST, NOW.date())
        made = house.ledger.open_round(VILLAGE, CLEANEST, period, judges=judges, terms=Terms())
        house.ledger.score_sheet(made, sheet)
    house.close()
    return str(made)


def test_a_round_is_listed_and_shown_with_who_kept_out(line: Line) -> None:
    round_id = scored(line)
    (listed,) = line.json("evaluation", "list")["rounds"]
    assert (listed["round_id"], listed["scored"], listed["state"]) == (round_id, 2, "open")
    shown: dict[str, Any] = line.json("evaluation", "show", round_id)
    first, second = shown["results"]
    assert (first["median"], first["counted"], first["recused"]) == (85, 2, "j1")
    assert (second["median"], second["spread"]) == (70, 35)
    assert "85" in line("evaluation", "show", round_id).output


def test_what_is_not_there_is_said_so(line: Line) -> None:
    line("init", "--regions", DEMO, *BOOKS)
    assert line.json("evaluation", "list") == {"rounds": []}
    unknown = "00000000-0000-4000-8000-000000000000"
    assert line.json("evaluation", "show", unknown, exits=1)["code"] == "round-unknown"


MEETING = ("--minutes", "评议6号", "--where", "会议室", "--present", "8", "--required", "12")


def opened(line: Line, *more: str, kind: str = CLEANEST, exits: int = 0) -> Any:
    """By two logins of the staff and somebody of A007."""
    for login in ("wang", "li"):
        line("user", "create", login, "--role", "village", "--place", VILLAGE)
    judges = ("--judge", "wang", "--judge", "li", "--judge", "A007")
    period = period_of(kind, NOW.date())
    called = ("evaluation", "open", kind, period, *judges, "--village", VILLAGE)
    return line.json(*called, *more, exits=exits)


def sheet(folder: Path, *rows: str) -> str:
    file = folder / "sheet.csv"
    file.write_text("\n".join(("户编号,评委一,评委二,评委三", *rows)), encoding="utf-8")
    return str(file)


def test_from_opening_to_what_the_meeting_proposes(started: Line, tmp_path: Path) -> None:
    made = opened(started)
    one = made["round"]
    assert made["judges"][2] == f"household:{VILLAGE}-A007"
    file = sheet(tmp_path, "A001,90,80,95", "A002,60,70,80", "A007,90,90,")

    told = started.json("evaluation", "score", one, file, "--dry-run")
    assert (told["imported"], told["state"]) == (3, "dry-run")
    assert started.json("evaluation", "score", one, file)["state"] == "done"
    bad = sheet(tmp_path, "A003,1,1,1", "A002,60,70,80", "A007,1,1,1", "A998,1,1,1")
    told = started.json("evaluation", "score", one, bad, exits=1)
    assert [(each["row"], each["code"]) for each in told["refused"]] == [
        (3, "household-scored"),
        (4, "household-scored"),
        (5, "household-unknown"),
    ]
    said = started("evaluation", "score", one, bad, exits=1).output
    assert "第 5 行" in said
    better = sheet(tmp_path, "A002,60,75,80")
    assert started.json("evaluation", "score", one, better, "--corrects")["imported"] == 1

    called = ("evaluation", "close", one, *MEETING, "--chosen", "A001")
    tried = started.json(*called, "--dry-run")
    assert (tried["state"], tried["proposed"][0]["case"]) == ("open", None)
    few = started.json(*called, "--present", "7", exits=1)
    assert few["code"] == "quorum-missing"
    done = started.json(*called)
    ((number, rule, points),) = [
        (each["household"], each["rule"], each["points"]) for each in done["proposed"]
    ]
    assert (number, rule, points) == (f"{VILLAGE}-A001", "C01", 5)
    (case,) = started.json("award", "list", "--state", "proposed")["awards"]
    assert (case["id"], case["evidence"]) == (done["proposed"][0]["case"], "评议6号")
    assert started.json(*called, exits=1)["code"] == "round-closed"
    late = started.json("evaluation", "score", one, better, exits=1)
    assert late["code"] == "round-closed"
    medians = [each["median"] for each in started.json("evaluation", "show", one)["results"]]
    assert medians == [90, 90, 75]


def test_a_round_that_cannot_be_opened_says_why(started: Line) -> None:
    opened(started)
    for more, code in (
        (("cleanest", "2099-01", "--judge", "wang", "--judge", "li"), "judges-unfit"),
        (("cleanest", "2099-01", *("--judge", "wang") * 3), "judges-unfit"),
        (("cleanest", "2026-Q4", "--judge", "nobody"), "household-unknown"),
    ):
        no = started.json("evaluation", "open", *more, "--village", VILLAGE, exits=1)
        assert no["code"] in (code, "round-period")
    again = ("evaluation", "open", CLEANEST, period_of(CLEANEST, NOW.date()))
    three = ("--judge", "A001", "--judge", "li", "--judge", "A007", "--village", VILLAGE)
    assert started.json(*again, *three, exits=1)["code"] == "round-exists"
    started(*again, "--judge", "li", exits=2)
    started("evaluation", "open", "nicest", "2026-11", *three, exits=2)
    started("user", "create", "far", "--role", "village", "--place", "999901100202")
    assert started.json(*again, *three, "--as", "far", exits=1)["code"] == "not-allowed"


def test_who_has_no_business_there_scores_and_closes_nothing(started: Line, tmp_path: Path) -> None:
    one = opened(started)["round"]
    file = sheet(tmp_path, "A001,90,80,95")
    started("user", "create", "far", "--role", "village", "--place", "999901100202")
    for command in (("score", one, file), ("close", one, *MEETING)):
        no = started.json("evaluation", *command, "--as", "far", exits=1)
        assert no["code"] == "not-allowed"
    unknown = "00000000-0000-4000-8000-000000000000"
    for command in (("score", unknown, file), ("close", unknown, *MEETING)):
        assert started.json("evaluation", *command, exits=1)["code"] == "round-unknown"
    assert started.json("evaluation", "close", one, *MEETING, exits=1)["code"] == "round-empty"
