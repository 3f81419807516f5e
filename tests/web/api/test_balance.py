"""Balance and statement over HTTP."""

from __future__ import annotations

import pytest

from tests.support.house import QIAN, VILLAGE, ZHAO, Place, Program


@pytest.fixture
def office(place: Place) -> Program:
    place.earn(ZHAO, 60)
    return place.program("village", VILLAGE)


def test_the_balance_now(place: Place, office: Program) -> None:
    answer = office.get(f"/api/v1/households/{ZHAO}/balance")

    assert answer.status_code == 200
    assert answer.json == {
        "household": ZHAO,
        "on": "2026-11-24",
        "balance": 60,
        "buckets": {"base": 0, "earned": 60, "gift": 0},
        "pending": 0,
        "frozen": 0,
        "receivable": 0,
        "version": 2,
    }
    assert answer.headers["ETag"] == '"2"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_village_s_own_number_is_enough_where_it_is_clear(office: Program) -> None:
    answer = office.get("/api/v1/households/a001/balance")

    assert answer.json["household"] == ZHAO


def test_a_bare_number_of_two_villages_is_refused_with_both(place: Place) -> None:
    answer = place.program("county").get("/api/v1/households/A001/balance")

    assert answer.json["code"] == "household-ambiguous"
    assert len(answer.json["facts"]["candidates"]) == 2


def test_a_past_balance_is_that_of_the_end_of_its_day(place: Place, office: Program) -> None:
    place.watch.later(days=3)
    place.earn(ZHAO, 40)

    past = office.get(f"/api/v1/households/{ZHAO}/balance?on=2026-11-24")
    now = office.get(f"/api/v1/households/{ZHAO}/balance")

    assert (past.json["on"], past.json["balance"]) == ("2026-11-24", 60)
    assert (now.json["on"], now.json["balance"]) == ("2026-11-27", 100)


@pytest.mark.parametrize("query", ["on=yesterday", "on=2026-13-01", "at=2026-11-24"])
def test_a_day_that_is_none_is_named(office: Program, query: str) -> None:
    answer = office.get(f"/api/v1/households/{ZHAO}/balance?{query}")

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")
    assert list(answer.json["facts"]) == [query.partition("=")[0]]


def test_no_such_household(office: Program) -> None:
    for number in (f"{VILLAGE}-A999", "A999"):
        answer = office.get(f"/api/v1/households/{number}/balance")
        assert (answer.status_code, answer.json["code"]) == (404, "household-unknown")


def test_a_statement_adds_up(place: Place, office: Program) -> None:
    place.watch.later(days=3)
    place.earn(ZHAO, 40)

    whole = office.get(f"/api/v1/households/{ZHAO}/statement").json
    late = office.get(f"/api/v1/households/{ZHAO}/statement?from=2026-11-25&to=2026-11-30").json

    assert (whole["from"], whole["to"]) == ("2026-09-25", "2026-11-27")
    assert [line["points"] for line in whole["lines"]] == [60, 40]
    assert (whole["opening"], whole["closing"]) == (0, 100)
    assert (late["opening"], late["closing"], len(late["lines"])) == (60, 100, 1)
    assert late["lines"][0]["rule"] == "E01"


def test_a_period_that_ends_before_it_begins(office: Program) -> None:
    answer = office.get(f"/api/v1/households/{ZHAO}/statement?from=2026-11-25&to=2026-11-24")

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")


def test_an_account_without_entries_has_an_empty_statement(office: Program) -> None:
    answer = office.get(f"/api/v1/households/{QIAN}/statement").json

    assert (answer["opening"], answer["lines"], answer["closing"]) == (0, [], 0)
