"""Rounds and plaques on the command line: listed and shown, changed by nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from points.envelope import Actor, Envelope, opened
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
    with opened(Envelope(Actor("admin", "administrator", COUNTY), NOW, "cli", "a round")):
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
    assert line.json("showcase", "list") == {"showcases": []}
    unknown = "00000000-0000-4000-8000-000000000000"
    assert line.json("evaluation", "show", unknown, exits=1)["code"] == "round-unknown"
