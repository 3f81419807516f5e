"""The mini demo's awards in public: every state is there to be seen, and the key file is right."""

from __future__ import annotations

import json
import stat
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from points.audit.anomalies import find
from points.audit.facts import gather
from points.clock import business_day
from points.notice import PRIVATE, PUBLIC
from points.objection import DISMISSED, UPHELD
from tests.support.house import COUNTY
from tests.web.demo.conftest import Town

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def cases(town: Town) -> list[dict[str, Any]]:
    return list(town.house.read.cases.every(COUNTY))


@pytest.fixture(scope="module")
def notices(town: Town) -> list[dict[str, Any]]:
    return list(town.house.read.notices.every(COUNTY))


@pytest.fixture(scope="module")
def objections(town: Town) -> list[dict[str, Any]]:
    return town.house.read.objections.of_place(COUNTY, limit=1_000)


@pytest.mark.row("B1", "B2")
def test_three_people_stand_behind_every_award(
    cases: list[dict[str, Any]], notices: list[dict[str, Any]]
) -> None:
    opened_by = {notice["notice_id"]: notice["opened_by"] for notice in notices}
    hung = [case for case in cases if case["notice_id"]]
    assert len(hung) > 200
    for case in hung:
        people = [case["proposer"], *case["signers"].split(), opened_by[case["notice_id"]]]
        assert len(set(people)) == len(people) >= 3


@pytest.mark.row("B2", "Q2")
def test_what_a_body_decides_went_before_it(town: Town, cases: list[dict[str, Any]]) -> None:
    """Bodies of each village met, sometimes without a member; some cases still wait for them."""
    read = town.house.read
    held = read.sittings.of_place(COUNTY, limit=1_000)
    assert len(held) >= 8
    assert {"mediation_committee", "two_committees"} <= {each["body"] for each in held}
    mine = [case for case in cases if case["body"]]
    behind = read.sittings.behind([case["case_id"] for case in mine])
    for case in mine:
        waits = case["state"] == "proposed" and not case["sitting"]
        assert (case["case_id"] in behind) != waits
    assert any(each["recused"] for each in behind.values())
    assert read.cases.waiting_by_body(COUNTY)


@pytest.mark.row("B3")
def test_notices_are_of_each_kind_and_in_proper_hands(
    town: Town, notices: list[dict[str, Any]]
) -> None:
    kinds = Counter((notice["kind"], notice["opener_role"]) for notice in notices)
    assert min(kinds[kind, "village"] for kind in (PUBLIC, PRIVATE)) >= 2
    assert kinds[PUBLIC, "township"] >= 1
    for notice in notices:
        lines = town.house.read.notices.lines([notice["notice_id"]])
        signs = {line["points"] > 0 for line in lines}
        assert signs == {notice["kind"] == PUBLIC}
        if notice["state"] == "closed":
            assert notice["closed_on"] > notice["closes_on"]


@pytest.mark.row("B5")
def test_objections_end_in_every_way(objections: list[dict[str, Any]], town: Town) -> None:
    today = business_day(town.house.clock()).isoformat()
    ends = Counter((each["state"], each["outcome"]) for each in objections)
    assert ends["decided", DISMISSED] >= 2
    assert ends["decided", UPHELD] >= 2
    assert ends["settled", DISMISSED] >= 1
    waiting = [each for each in objections if each["state"] == "open"]
    assert len([each for each in waiting if each["due_on"] < today]) == 1
    assert len(waiting) > 1
    assert any(each["points"] for each in objections)
    assert {each["way"] for each in objections} == {"card", "page"}
    assert any(each["by_whom"] is None for each in objections)


@pytest.mark.row("B5")
def test_what_was_missing_comes_by_a_linked_case(
    cases: list[dict[str, Any]], objections: list[dict[str, Any]]
) -> None:
    linked = {case["objection"]: case for case in cases if case["objection"]}
    answered = {str(each["objection_id"]) for each in objections if each["new_case"]}
    assert set(linked) == answered
    assert "posted" in {case["state"] for case in linked.values()}


def test_each_village_has_something_under_way(town: Town, cases: list[dict[str, Any]]) -> None:
    """A notice that hangs with an open objection, cases to be hung up, cases to be reviewed."""
    read, today = town.house.read, business_day(town.house.clock())
    for village in sorted({each.household[:12] for each in town.filled.cards}):
        here = [case for case in cases if case["household"].startswith(village)]
        assert {"proposed", "reviewed", "on_notice", "posted"} <= {case["state"] for case in here}
        (hanging, *_) = read.notices.hanging(village, today)
        on_it = read.objections.on([hanging["notice_id"]])
        assert [each["state"] for each in on_it] == ["open"]
        held = [line["held"] for line in read.notices.lines([hanging["notice_id"]])]
        assert sorted(held) == [0, 0, 0, 1]


def test_a_day_is_declared_and_a_relative_keeps_out(town: Town) -> None:
    assert list(town.house.ledger.days_declared().values()) == [False]
    kin = town.house.read.kinship.of_place(COUNTY)
    assert kin
    for each in kin:
        for case in town.house.read.cases.of(each["household"]):
            assert each["person"] not in case["signers"].split()


def test_the_key_file_lists_what_was_planted(town: Town) -> None:
    file = town.folder / "demo.planted.jsonl"
    listed = [json.loads(line) for line in file.read_text().splitlines()]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kinds = {each["kind"] for each in listed}
    assert kinds == {
        "self-award-refused",
        "relative-refused",
        "split-award",
        "same-minute-signature",
    }
    assert len(listed) == len(town.filled.planted)
    for each in listed:
        found = town.house.read.cases.several(_cases(each))
        assert len(found) == len(_cases(each))
        if each["kind"] == "split-award":
            assert len({(one["household"], one["occurred_on"], one["rule"]) for one in found}) == 1
            assert max(one["points"] for one in found) < 20 <= sum(one["points"] for one in found)
        if each["kind"] == "relative-refused":
            assert each["who"][0] not in found[0]["signers"].split()


@pytest.mark.row("J8")
def test_who_looks_finds_what_was_planted(town: Town) -> None:
    """What was refused left nothing behind; the rest stands out in its village."""
    facts = gather(town.house.county, COUNTY, date(2026, 1, 1), date(2026, 12, 31))
    found = {(each.kind, each.place) for each in find(facts)}
    kinds = {"split-award": "split-award", "same-minute-signature": "pair-quick"}
    planted = [each for each in town.filled.planted if each.kind in kinds]
    assert {(kinds[each.kind], each.village) for each in planted} <= found
    assert len(planted) == 3


def _cases(planted: dict[str, Any]) -> list[UUID]:
    if planted["kind"] == "self-award-refused":
        return []
    return [UUID(case) for case in planted["about"]]
