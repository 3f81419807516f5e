"""A month of awards by the command line alone: proposed, reviewed, hung up, due, spendable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from points.clock import business_day, utc_now
from tests.support.house import Watch
from tests.web.cli.conftest import Line
from tests.web.test_evidence import photo
from web.wiring import build_house

pytestmark = pytest.mark.row("A4", "B1")

VILLAGE = "999901100201"
NUMBER, NEXT = f"{VILLAGE}-A001", f"{VILLAGE}-A002"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
GRID, CONFIRMER = ("--as", "grid"), ("--as", "confirmer")


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The command line's clock."""
    made = Watch(utc_now())
    monkeypatch.setattr("web.cli.call.build_house", lambda settings: build_house(settings, made))
    return made


@pytest.fixture
def office(started: Line, watch: Watch) -> Line:
    """With a third person: she proposes, `confirmer` reviews, `admin` hangs up."""
    assert watch
    started("user", "create", "grid", "--role", "village", "--place", VILLAGE)
    started("user", "create", "near", "--role", "village", "--place", VILLAGE, "--household", NEXT)
    return started


def proposed(
    line: Line, *more: str, rule: str = "N01", number: str = NUMBER, exits: int = 0
) -> Any:
    day = line.json("balance", NUMBER)["on"]
    return line.json("award", "propose", number, rule, "--on", day, *more, exits=exits)


def listed(line: Line, *more: str) -> list[tuple[str, str]]:
    awards = line.json("award", "list", "--place", VILLAGE, *more)["awards"]
    return [(each["id"], each["state"]) for each in awards]


def test_a_whole_month_by_the_command_line(office: Line, watch: Watch) -> None:
    first = proposed(office, "--evidence", "帮邻居收麦子", *GRID)
    second = proposed(office, *GRID, number="A002")
    assert (first["state"], first["points"], first["evidence"]) == ("proposed", 3, "帮邻居收麦子")
    assert "帮邻居收麦子" in office("award", "list", "--state", "proposed").output
    cases = [first["id"], second["id"]]

    office("award", "sign", *cases, *CONFIRMER)
    assert dict(listed(office)) == dict.fromkeys(cases, "reviewed")
    month = business_day(watch()).isoformat()[:7]
    hung = office.json("notice", "open", "--village", VILLAGE, "--month", month)
    assert hung["lines"] == 2
    assert office.json("due")["cases_posted"] == 0
    assert office.json("balance", NUMBER)["balance"] == 0

    watch.later(days=45)
    assert office.json("due")["cases_posted"] == 2
    assert [office.json("balance", each)["balance"] for each in (NUMBER, NEXT)] == [3, 3]
    assert dict(listed(office, "--state", "posted")) == dict.fromkeys(cases, "posted")
    assert listed(office, "--state", "proposed") == []
    assert office.json("check")["failures"] == []


def test_one_that_is_refused_holds_no_other_back(office: Line) -> None:
    mine = proposed(office)["id"]
    hers = proposed(office, *GRID)["id"]

    told = office.json("award", "sign", mine, hers, exits=1)

    assert told["signed"] == [hers]
    ((case, code),) = [(each["case"], each["code"]) for each in told["refused"]]
    assert (case, code) == (mine, "same-person")
    assert dict(listed(office)) == {mine: "proposed", hers: "reviewed"}
    said = office("award", "sign", mine, exits=1).output
    assert "没有办成 1 件" in said
    assert "same-person" in said


def test_an_unknown_case_holds_all_back(office: Line) -> None:
    case = proposed(office)["id"]

    no = office.json("award", "sign", case, UNKNOWN, *CONFIRMER, exits=1)

    assert no["code"] == "case-unknown"
    assert listed(office) == [(case, "proposed")]
    assert office("award", "sign", exits=2)
    assert office("award", "sign", "x", exits=2)


def test_sent_back_and_taken_back(office: Line) -> None:
    case, other = proposed(office)["id"], proposed(office)["id"]

    no = office.json("award", "refuse", case, "--reason", "没有依据", exits=1)
    assert no["code"] == "same-person"
    blank = office.json("award", "refuse", case, "--reason", " ", *CONFIRMER, exits=1)
    assert blank["code"] == "reason-missing"
    done = office.json("award", "refuse", case, "--reason", "没有依据", *CONFIRMER)
    assert (done["state"], done["why"]) == ("refused", "review")

    no = office.json("award", "withdraw", other, *CONFIRMER, exits=1)
    assert no["code"] == "not-the-proposer"
    assert office.json("award", "withdraw", other)["state"] == "withdrawn"
    assert office.json("award", "withdraw", other, exits=1)["code"] == "case-closed"
    assert "已撤回" in office("award", "list").output


@pytest.mark.parametrize(
    ("rule", "more", "code"),
    [
        ("X99", (), "rule-unknown"),
        ("N01", ("--points", "4"), "points-not-in-rule"),
        ("E01", (), "points-not-in-rule"),
        ("N01", ("--on", "2099-01-01"), "date-in-future"),
        ("F01-V", (), "consent-missing"),
        ("N01", ("--as", "near"), "own-household"),
    ],
)
def test_what_cannot_be_proposed_says_why(
    office: Line, rule: str, more: tuple[str, ...], code: str
) -> None:
    assert proposed(office, *more, rule=rule, number=NEXT, exits=1)["code"] == code
    assert listed(office) == []


def test_who_has_no_business_there_is_refused(office: Line) -> None:
    office("user", "create", "far", "--role", "village", "--place", "999901100202")
    case = proposed(office)["id"]
    for command in (
        ("list", "--place", VILLAGE),
        ("sign", case),
        ("refuse", case, "--reason", "x"),
        ("withdraw", case),
    ):
        no = office.json("award", *command, "--as", "far", exits=1)
        assert no["code"] == "not-allowed"
    assert proposed(office, "--as", "far", exits=1)["code"] == "not-allowed"
    assert office.json("award", "list", "--as", "far")["awards"] == []
    assert office("award", "list", "--state", "lost", exits=2)


def test_a_photo_goes_with_it(office: Line, tmp_path: Path) -> None:
    picture, text = tmp_path / "door.jpg", tmp_path / "door.txt"
    picture.write_bytes(photo())
    text.write_text("no picture", encoding="utf-8")

    assert proposed(office, "--photo", str(picture))["state"] == "proposed"
    assert proposed(office, "--photo", str(text), exits=1)["code"] == "no-photo"
    six = [part for _ in range(6) for part in ("--photo", str(picture))]
    assert proposed(office, *six, exits=1)["code"] == "too-many-photos"
