"""The workbooks as a village office keeps them: every row is taken or answered, once."""

from __future__ import annotations

from collections import Counter

import pytest

from points.envelope import SamePerson
from tests.web.registers.conftest import ADMIN, CONFIRMER, SHEETS, As
from web.registers.pending import ImportDecided
from web.registers.service import Imports
from web.wiring import House

COUNTY = "999901"

BAD_HOUSEHOLDS = {
    64: ("household-no-duplicate", "户编号A004与第7行重复，请核对后只保留一行。"),
    65: ("head-name-missing", "缺少户主姓名，请补填。"),
    66: ("village-unknown", "在您管辖的范围内没有“不存在的村”，请核对村（社区）名称。"),
    67: ("size-not-a-number", "家庭人口“三人”不是数字，请填写阿拉伯数字。"),
}
BAD_CREDITS = {
    83: ("household-unknown", "没有户编号为“Z999”的家庭，请核对编号，或先导入户籍登记表。"),
    84: ("date-invalid", "日期“2026-13-9”不存在或写法不对，请写成“2026-3-9”的样子。"),
    85: ("points-not-in-rule", "分值500与积分细则C01的规定（5分）不符，请核对。"),
    86: ("rule-unknown", "现行积分细则中没有项目代码“X77”，请核对代码。"),
    87: ("date-in-future", "日期2027-03-09还没有到，请核对日期。"),
    88: (
        "points-negative",
        "分值不能是负数（-5）；扣分须由两人签字，请在系统中按程序办理。",
    ),
    89: ("formula", "“分值”是公式，不能确定数值，请把公式换成数值后再导入。"),
}


@pytest.fixture(scope="module")
def households() -> bytes:
    return (SHEETS / "households.xlsx").read_bytes()


@pytest.fixture(scope="module")
def credits_sheet() -> bytes:
    return (SHEETS / "credits.xlsx").read_bytes()


@pytest.fixture
def enrolled(imports: Imports, acting: As, households: bytes) -> Imports:
    with acting(ADMIN):
        imports.enrolling.run(households, COUNTY)
    return imports


def test_every_bad_household_is_named(imports: Imports, acting: As, households: bytes) -> None:
    with acting(ADMIN):
        answer = imports.enrolling.run(households, COUNTY)

    assert (answer.imported, answer.unchanged) == (60, 0)
    assert {row.row: (row.code, row.message) for row in answer.refused} == BAD_HOUSEHOLDS
    assert answer.as_json()["refused"][0] == {
        "row": 64,
        "code": "household-no-duplicate",
        "message": BAD_HOUSEHOLDS[64][1],
    }


def test_households_are_registered_and_hold_accounts(house: House, enrolled: Imports) -> None:
    registry, accounts = house.registry, house.read.accounts

    found = registry.find("999901100201-A005")
    assert found is not None
    assert (found.head, found.group, found.size) == ("马凤", "1组", 5)
    gao, chen = registry.find("999901100201-A008"), registry.find("999901100201-A012")
    assert gao is not None
    assert gao.head == "高花"
    assert chen is not None
    assert chen.phone == "13800009143"
    assert len(accounts.all("999901100201")) == len(accounts.all("999901100202")) == 30
    assert accounts.totals()["base"] == 0


def test_a_second_import_adds_nothing(
    house: House, enrolled: Imports, acting: As, households: bytes
) -> None:
    before = house.ledger.recorder.max_notification_id()
    with acting(ADMIN):
        again = enrolled.enrolling.run(households, COUNTY)

    assert (again.imported, again.unchanged) == (0, 60)
    assert {row.row: row.code for row in again.refused} == {
        row: code for row, (code, _) in BAD_HOUSEHOLDS.items()
    }
    assert house.ledger.recorder.max_notification_id() == before


def test_base_points_come_with_base_once(
    house: House, imports: Imports, acting: As, households: bytes
) -> None:
    granted = []
    for _ in range(2):
        with acting(ADMIN):
            answer = imports.enrolling.run(households, COUNTY, base=True)
        granted.append((answer.imported, answer.unchanged, answer.extra.get("base_granted")))

    assert granted == [(60, 0, 60), (0, 60, None)]
    assert house.read.accounts.totals()["base"] == 600


def test_a_dry_run_of_households_leaves_nothing(
    house: House, imports: Imports, acting: As, households: bytes
) -> None:
    with acting(ADMIN):
        answer = imports.enrolling.run(households, COUNTY, dry_run=True, base=True)

    assert (answer.imported, answer.state, answer.extra) == (60, "dry-run", {"base_granted": 60})
    assert house.registry.numbers(COUNTY) == []


def test_an_import_that_was_broken_off_is_finished_by_the_next(
    house: House, imports: Imports, acting: As, households: bytes
) -> None:
    def broken(done: int, total: int) -> None:
        if done == 30:
            raise KeyboardInterrupt

    with acting(ADMIN), pytest.raises(KeyboardInterrupt):
        imports.enrolling.run(households, COUNTY, progress=broken)
    assert len(house.read.accounts.all()) == 30
    with acting(ADMIN):
        answer = imports.enrolling.run(households, COUNTY)

    assert answer.imported == 60
    assert len(house.read.accounts.all()) == len(house.registry.numbers(COUNTY)) == 60


def test_every_bad_credit_is_named_and_the_rest_waits(
    house: House, enrolled: Imports, acting: As, credits_sheet: bytes
) -> None:
    with acting(ADMIN):
        answer = enrolled.posting.ask(credits_sheet, COUNTY, file_name="积分登记表.xlsx")

    assert (answer.imported, answer.unchanged, answer.state) == (80, 0, "pending")
    assert {row.row: (row.code, row.message) for row in answer.refused} == BAD_CREDITS
    assert house.read.accounts.totals()["balance"] == 0


def test_another_person_confirms_once(
    house: House, enrolled: Imports, acting: As, credits_sheet: bytes
) -> None:
    with acting(ADMIN):
        asked = enrolled.posting.ask(credits_sheet, COUNTY, file_name="积分登记表.xlsx")
    assert asked.pending is not None
    with acting(ADMIN), pytest.raises(SamePerson):
        enrolled.confirm(asked.pending)
    with acting(CONFIRMER):
        answer = enrolled.confirm(asked.pending)
    with acting(CONFIRMER), pytest.raises(ImportDecided):
        enrolled.confirm(asked.pending)

    assert (answer.imported, answer.unchanged) == (80, 0)
    totals = house.read.accounts.totals()
    assert totals["balance"] == totals["earned"] == 866
    waiting = enrolled.posting.pendings.one(asked.pending)
    assert (waiting.state, waiting.decided_by) == ("confirmed", CONFIRMER.id)
    assert (waiting.file_name, enrolled.posting.pendings.entries(asked.pending)) == ("", [])


def test_entries_keep_the_papers_date_its_reference_and_who_imported(
    house: House, enrolled: Imports, acting: As, credits_sheet: bytes
) -> None:
    confirm(enrolled, acting, credits_sheet)

    lines = house.read.entries.latest("999901100202-B025", 5)
    assert Counter((line["rule"], line["points"], line["occurred_on"]) for line in lines) == {
        ("M02", 20, "2026-03-09"): 1,
        ("C02-5", 10, "2026-03-22"): 1,
    }
    (line, _) = lines
    assert line["actor"] == CONFIRMER.id
    assert line["day"] == "2026-11-24"
    assert line["note"] is not None


def test_credits_are_not_posted_twice(
    house: House, enrolled: Imports, acting: As, credits_sheet: bytes
) -> None:
    confirm(enrolled, acting, credits_sheet)
    before = house.ledger.recorder.max_notification_id()
    with acting(ADMIN):
        again = enrolled.posting.ask(credits_sheet, COUNTY)

    assert (again.imported, again.unchanged, again.state, again.pending) == (0, 80, "done", None)
    assert {row.row for row in again.refused} == set(BAD_CREDITS)
    assert house.ledger.recorder.max_notification_id() == before


def test_a_file_asked_twice_waits_once(enrolled: Imports, acting: As, credits_sheet: bytes) -> None:
    asked = []
    for _ in range(2):
        with acting(ADMIN):
            asked.append(enrolled.posting.ask(credits_sheet, COUNTY).pending)

    assert asked[0] == asked[1]
    assert len(enrolled.posting.pendings.all(COUNTY, state="pending")) == 1


def test_a_refused_import_posts_nothing_and_may_be_asked_again(
    house: House, enrolled: Imports, acting: As, credits_sheet: bytes
) -> None:
    with acting(ADMIN):
        asked = enrolled.posting.ask(credits_sheet, COUNTY)
    assert asked.pending is not None
    with acting(CONFIRMER):
        enrolled.posting.refuse(asked.pending)
    with acting(ADMIN):
        again = enrolled.posting.ask(credits_sheet, COUNTY)

    assert house.read.accounts.totals()["balance"] == 0
    assert again.state == "pending"
    assert again.pending != asked.pending


def test_a_village_imports_for_itself_only(
    enrolled: Imports, acting: As, credits_sheet: bytes
) -> None:
    with acting(ADMIN):
        answer = enrolled.posting.ask(credits_sheet, "999901100201", dry_run=True)

    codes = Counter(row.code for row in answer.refused)
    assert answer.imported == 43
    assert codes["household-unknown"] == 80 - 43 + 1


def confirm(imports: Imports, acting: As, content: bytes) -> None:
    with acting(ADMIN):
        asked = imports.posting.ask(content, COUNTY)
    assert asked.pending is not None
    with acting(CONFIRMER):
        imports.confirm(asked.pending)
