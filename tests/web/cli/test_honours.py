"""Plaques and consents by the command line alone, from the proposal to the end of the plaque."""

from __future__ import annotations

from typing import Any

import pytest

from points.clock import business_day
from tests.support.house import Watch
from tests.web.cli.conftest import Line
from tests.web.cli.test_awards import (  # noqa: F401  # watch and office are fixtures
    CONFIRMER,
    GRID,
    NEXT,
    NUMBER,
    UNKNOWN,
    VILLAGE,
    listed,
    office,
    proposed,
    watch,
)

pytestmark = pytest.mark.row("B6")


@pytest.fixture
def case(office: Line, watch: Watch) -> str:  # noqa: F811
    """A posted case of a show-case household."""
    made = str(proposed(office, *GRID, rule="C03-V")["id"])
    office("award", "sign", made, *CONFIRMER)
    month = business_day(watch()).isoformat()[:7]
    office("notice", "open", "--village", VILLAGE, "--month", month)
    watch.later(days=45)
    assert office.json("due")["cases_posted"] == 1
    return made


def plaque(line: Line, case: str, *more: str, exits: int = 0) -> Any:
    return line.json("showcase", "grant", case, "--plaque", "示范1号", *more, exits=exits)


def test_a_plaque_is_granted_inspected_and_taken_back(
    office: Line,  # noqa: F811
    case: str,
) -> None:
    (waiting,) = office.json("showcase", "list")["waiting"]
    assert (waiting["case_id"], waiting["household"]) == (case, NUMBER)
    made = plaque(office, case)
    one = made["showcase_id"]
    assert (made["household"], made["level"], made["state"]) == (NUMBER, "village", "valid")
    assert plaque(office, case, exits=1)["code"] == "no-plaque-yet"
    told = office.json("showcase", "list")
    assert ([each["showcase_id"] for each in told["showcases"]], told["waiting"]) == ([one], [])

    silent = office.json("showcase", "reinspect", one, "--failed", exits=1)
    assert silent["code"] == "reason-missing"
    wanting = office.json("showcase", "reinspect", one, "--failed", "--note", "院里有杂物")
    assert wanting["due_on"] < made["due_on"]
    assert office.json("showcase", "reinspect", one, "--passed")["due_on"] > wanting["due_on"]

    asked = ("showcase", "ask-revocation", one, "not-kept-up", "--note", "两次不合格")
    assert office.json("showcase", "revoke", one, exits=1)["code"] == "revocation-not-asked"
    office(*asked)
    assert office.json("showcase", "revoke", one, exits=1)["code"] == "same-person"
    assert office.json("showcase", "keep", one, *CONFIRMER)["why"] == ""
    office(*asked)
    over = office.json("showcase", "revoke", one, *CONFIRMER)
    assert (over["state"], over["why"]) == ("revoked", "not-kept-up")
    assert office.json("showcase", "reinspect", one, "--passed", exits=1)["code"] == "showcase-over"
    assert office.json("check")["failures"] == []


def test_what_gets_no_plaque(office: Line, case: str) -> None:  # noqa: F811
    early = proposed(office, *GRID, rule="C03-V", number=NEXT)["id"]
    assert plaque(office, early, exits=1)["code"] == "no-plaque-yet"
    long = plaque(office, case, "--from", "2026-01-01", "--to", "2036-01-01", exits=1)
    assert long["code"] == "plaque-unfit"
    assert plaque(office, UNKNOWN, exits=1)["code"] == "case-unknown"
    for act in (("revoke",), ("keep",), ("reinspect", "--passed")):
        no = office.json("showcase", act[0], UNKNOWN, *act[1:], exits=1)
        assert no["code"] == "showcase-unknown"
    office("user", "create", "far", "--role", "village", "--place", "999901100202")
    assert plaque(office, case, "--as", "far", exits=1)["code"] == "not-allowed"
    office("showcase", "ask-revocation", UNKNOWN, "bored", "--note", "x", exits=2)
    assert office.json("showcase", "list")["showcases"] == []


def test_a_family_agrees_before_it_is_honoured(office: Line) -> None:  # noqa: F811
    assert proposed(office, rule="F01-V", exits=1)["code"] == "consent-missing"
    office("consent", "give", NUMBER, "f01-v", "--note", "户主当面同意")
    (told,) = office.json("consent", "list")["consents"]
    assert (told["household"], told["rule"]) == (NUMBER, "F01-V")
    assert proposed(office, rule="F01-V")["state"] == "proposed"
    office("consent", "withdraw", "A001", "F01-V", "--village", VILLAGE)
    assert office.json("consent", "list")["consents"] == []
    again = office.json("consent", "withdraw", NUMBER, "F01-V", exits=1)
    assert again["code"] == "consent-missing"
    blank = office.json("consent", "give", NUMBER, "F01-V", "--note", " ", exits=1)
    assert blank["code"] == "reason-missing"
    nothing = office.json("consent", "give", NUMBER, "X99", "--note", "好", exits=1)
    assert nothing["code"] == "rule-unknown"
    assert len(listed(office)) == 1
