"""Workbooks: looked at row by row, then taken in, or confirmed by a second person."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.office import Office
from tests.web.pages.desk import Desk, words
from web.registers.pending import ImportDecided
from web.registers.service import Imports
from web.registers.uploads import Uploads

SHEETS = Path(__file__).parents[2] / "data" / "registers"


@pytest.fixture
def third(office: Office) -> Desk:
    """Of a village without households."""
    office.person("third", "三村会计", "village", "999901100203")
    return Desk(office, "third")


@pytest.fixture
def fourth(office: Office, third: Desk) -> Desk:
    """Her colleague; in their village two households have accounts, and nothing hung yet."""
    office.person("fourth", "三村主任", "village", "999901100203")
    third.send("/staff/imports/take", digest=digest(look(third, households(*GOOD))))
    return Desk(office, "fourth")


NEW = "999901100203-C001"


def households(*rows: str) -> bytes:
    head = "户编号,户主姓名,村（社区）,村民小组,家庭人口,联系电话"
    return "\n".join((head, *rows)).encode()


def balance(office: Office) -> int:
    found = office.house.read.balances.of(NEW)
    assert found is not None
    return found.balance


def look(desk: Desk, content: bytes, kind: str = "households", **more: Any) -> TestResponse:
    return desk.send("/staff/imports", kind=kind, file=(BytesIO(content), "登记表.csv"), **more)


def digest(answer: TestResponse) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', answer.text)
    assert found
    return found[1]


GOOD = ("C001,王小妹,示例03村,1组,3,13800001111", "C002,李大姐,示例03村,1组,4,")


def test_households_are_looked_at_then_taken_in(office: Office, third: Desk) -> None:
    seen = look(third, households(*GOOD, "C003,,示例03村,2组,3,"), base="1")
    page = words(seen)
    assert "可以导入 2 行" in page
    assert "有问题，不导入 1 行" in page
    assert "第 4 行 缺少户主姓名" in page
    assert office.house.registry.numbers("999901100203") == []

    done = third.send("/staff/imports/take", digest=digest(seen))
    assert "导入了 2 行" in third.follow(done)
    page = third.read("/staff/households/C001")
    assert "王小妹" in page
    assert "基础分 10 分" in page

    again = words(look(third, households(*GOOD)))
    assert "原来就有 2 行" in again
    assert "没有新的内容要导入" in again


def test_only_what_was_shown_is_taken_in(third: Desk) -> None:
    first = digest(look(third, households(*GOOD)))
    look(third, households("C009,王大,示例03村,1组,3,"))

    answer = third.send("/staff/imports/take", digest=first)

    assert answer.status_code == 409
    assert "已经不在了" in words(answer)


def test_the_next_village_s_rows_are_refused(third: Desk) -> None:
    page = words(look(third, households("C001,王小妹,示例01村,1组,3,")))

    assert "在您管辖的范围内没有“示例01村”" in page


def test_credits_wait_for_a_second_person(office: Office, third: Desk, fourth: Desk) -> None:
    rows = (
        "日期,户编号,户主,项目代码,项目,分值,登记人,依据\n"
        "2026-3-9,C001,,M02,丧事简办,20,王桂兰,评议会纪要3号\n"
        "2026-3-9,C002,,M02,,21,王桂兰,评议会纪要3号\n"
    )
    seen = look(third, rows.encode(), "credits")
    assert "第 3 行 分值21与积分细则M02的规定（20分）不符" in words(seen)
    taken = third.send("/staff/imports/take", digest=digest(seen))
    path = taken.headers["Location"].partition("#")[0]
    assert "您交的，要另一个人确认" in third.follow(taken)
    assert "等确认" in third.read("/staff/imports")
    refused = third.send(f"{path}/confirm")
    assert refused.status_code == 409
    assert "要换一个人来签" in words(refused)

    assert "等确认的导入 1 份" in fourth.read("/staff")
    page = fourth.read(path)
    for told in ("C001", "丧事简办", "评议会纪要3号", "+20", "三村会计"):
        assert told in page
    assert "已经入账" in fourth.follow(fourth.send(f"{path}/confirm"))
    assert balance(office) == 20
    assert fourth.send(f"{path}/confirm").status_code == 409
    (entry,) = office.house.read.entries.latest(NEW)
    assert "期初登记 · 丧事简办" in fourth.read(f"/staff/entries/{entry['id']}")


def test_a_second_person_sends_it_back(office: Office, third: Desk, fourth: Desk) -> None:
    rows = "日期,户编号,项目代码,分值,依据\n2026-3-9,C001,M02,20,评议会纪要3号"
    seen = look(third, rows.encode(), "credits")
    taken = third.send("/staff/imports/take", digest=digest(seen))
    path = taken.headers["Location"].partition("#")[0]

    assert "没有入账" in fourth.follow(fourth.send(f"{path}/refuse"))
    assert "已退回" in fourth.read("/staff/imports")
    assert balance(office) == 0


def test_the_village_s_own_workbook_answers_for_every_row(office: Office, guan: Desk) -> None:
    """300 households have taken these numbers already: every row is refused with its reason."""
    content = (SHEETS / "households.xlsx").read_bytes()
    page = words(look(guan, content))

    assert "有问题，不导入" in page
    assert re.search(r"第 4 行 户编号A001已登记为另一户（户主李\*梅）", page)


def test_a_price_list_becomes_a_draft(office: Office) -> None:
    desk = Desk(office, "xian")
    rows = "货号,名称,单位,分值\nG01,牙刷,支,3"
    seen = look(desk, rows.encode(), "goods")
    assert "现行的 29 条不在新表里，会取消" in words(seen)

    taken = desk.send("/staff/imports/take", digest=digest(seen))

    assert "存成了第 2 版草稿" in desk.follow(taken)
    assert "您起草的" in desk.read(taken.headers["Location"])


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\x00\x01", "打不开"), ("甲,乙\n1,2".encode(), "列")],
)
def test_a_file_that_is_no_register_is_refused_kindly(
    wang: Desk, content: bytes, said: str
) -> None:
    answer = look(wang, content)

    assert answer.status_code == 409
    assert said in words(answer)


def test_no_file_and_no_power(wang: Desk, jian: Desk) -> None:
    nothing = wang.send("/staff/imports", kind="households")
    assert "请先选一个文件" in words(nothing)
    assert look(jian, households(*GOOD)).status_code == 403
    assert look(wang, b"x", "rules").status_code == 403
    assert wang.page("/staff/imports/nothing").status_code in (404, 409)


def test_who_does_not_register_households_does_not_import_them_either(office: Office) -> None:
    desk = Desk(office, "zhao")  # of the township
    assert "户籍登记表" not in desk.read("/staff/imports")

    assert look(desk, households(*GOOD)).status_code == 403
    assert office.house.registry.numbers("999901100203") == []


def test_a_file_that_was_looked_at_is_not_kept_over_night(third: Desk, office: Office) -> None:
    seen = digest(look(third, households(*GOOD)))

    Uploads(office.house.county, office.house.vault).forget_all()

    assert third.send("/staff/imports/take", digest=seen).status_code == 409
    with office.house.county.read() as sql:
        kept = sql.exec_driver_sql("SELECT subject FROM vault_fields").scalars().all()
    assert not [subject for subject in kept if subject.startswith("upload:")]


def test_refused_and_confirmed_at_once_is_what_was_posted(
    office: Office, third: Desk, fourth: Desk
) -> None:
    rows = "日期,户编号,项目代码,分值,依据\n2026-3-9,C001,M02,20,评议会纪要3号"
    taken = third.send("/staff/imports/take", digest=digest(look(third, rows.encode(), "credits")))
    register = taken.headers["Location"].partition("#")[0].rpartition("/")[2]
    pendings = Imports(office.house).posting.pendings

    with office.place.by(office.actor(fourth.user)):
        pendings.decide(register, "refused")
        pendings.decide(register, "confirmed")  # whose rows had been read before
        with pytest.raises(ImportDecided):
            pendings.decide(register, "refused")

    assert pendings.one(register).state == "confirmed"


def test_paper_is_refused_since_the_village_had_a_notice(wang: Desk) -> None:
    rows = "日期,户编号,项目代码,分值,依据\n2026-3-9,A050,M02,20,评议会纪要3号"
    page = words(look(wang, rows.encode(), "credits"))

    assert "第 2 行 旧台账只能登记到" in page
    assert "没有新的内容要导入" in page
