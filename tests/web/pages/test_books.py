"""Rule book and price list: drafted in a table by one person, adopted by another."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from points.policy import CARRY_OVER
from tests.support.office import Office
from tests.web.pages.desk import Desk, words
from tests.web.pages.html_form import fields_of

DRAFT, ADOPT = "/staff/books/prices/draft", "/staff/books/prices/2/adopt"


@pytest.fixture
def xian(office: Office) -> Desk:
    return Desk(office, "xian")


@pytest.fixture
def liang(office: Office) -> Desk:
    return Desk(office, "liang")


def table(desk: Desk, path: str = DRAFT) -> dict[str, Any]:
    """What the form of a draft holds, ready to be sent back."""
    return fields_of(desk.page(path).text, "form-draft")


def test_a_price_is_changed_by_two_people(office: Office, xian: Desk, liang: Desk) -> None:
    form = table(xian)
    row = next(name[:-4] for name, what in form.items() if name.endswith(".sku") and what == "G25")
    assert "第 2 版草稿存好了" in xian.follow(xian.send(DRAFT, **form | {f"{row}.points": "28"}))

    page = liang.read("/staff/books/prices/2")
    assert "改动 G25 大米5kg，每袋 28 分 原来：G25 大米5kg，每袋 30 分" in page
    assert "您起草的，要另一个人通过" in xian.read("/staff/books/prices/2")
    assert xian.send(ADOPT, effective_from="2026-11-24").status_code == 409

    done = liang.send(ADOPT, effective_from="2026-12-01")
    assert "从 2026-12-01 起生效" in liang.follow(done)
    assert "快生效" in liang.read("/staff/rules")
    office.place.watch.later(days=8)
    late = Desk(office, "liang")
    assert "现行" in late.read("/staff/rules")
    assert office.house.ledger.goods_on(office.today)[1]["G25"].points == 28


def test_a_draft_sent_twice_is_one_version(office: Office, xian: Desk) -> None:
    key, form = uuid4().hex, table(xian)
    for _ in range(2):
        assert xian.send(DRAFT, key=key, **form).status_code == 303

    assert len(office.house.ledger.price_list().versions) == 2


def test_a_line_is_added_and_another_dropped(office: Office, xian: Desk) -> None:
    form = table(xian)
    first = next(name[:-4] for name, what in form.items() if name.endswith(".sku") and not what)
    new = {"sku": "G31", "name": "围裙", "unit": "条", "points": "6", "unit_cost_fen": "6.50"}
    xian.send(
        DRAFT, **form | {f"{first}.{name}": what for name, what in new.items()} | {"0.drop": "1"}
    )

    lines = {line["sku"]: line for line in office.house.ledger.price_list().versions["2"]["lines"]}
    assert "G01" not in lines
    assert lines["G31"]["unit_cost_fen"] == 650
    assert len(lines) == 30


def test_what_is_wrong_is_told_in_its_row_and_nothing_is_lost(office: Office, xian: Desk) -> None:
    form = table(xian) | {"3.points": "gar nichts", "4.unit": "", "5.name": "手套（厚）"}
    answer = xian.send(DRAFT, **form)
    page = answer.text

    assert answer.status_code == 400
    assert "请填整数" in page
    assert 'value="gar nichts"' in page
    assert 'value="手套（厚）"' in page
    assert len(office.house.ledger.price_list().versions) == 1


def test_a_rule_keeps_its_cap_whole(office: Office, xian: Desk) -> None:
    path = "/staff/books/rules/draft"
    form = table(xian, path)
    row = next(name[:-5] for name, what in form.items() if name.endswith(".code") and what == "N01")
    answer = xian.send(path, **form | {f"{row}.cap_period": ""})
    assert answer.status_code == 400
    assert "请选一个" in words(answer)

    xian.send(path, **form | {f"{row}.cap": "", "expiry_months": "12", "base_redeemable": "1"})
    version = office.house.ledger.rule_book().versions["2"]
    rule = next(line for line in version["lines"] if line["code"] == "N01")
    assert (rule["cap"], rule["cap_of"]) == (None, "")
    asked = {"base_redeemable": True, "expiry_months": 12}
    assert version["policy"] == vars(CARRY_OVER) | asked


def test_a_policy_is_typed_whole_and_kept_by_the_next_draft(office: Office, xian: Desk) -> None:
    path = "/staff/books/rules/draft"
    totals = {"issuance_cap": "2000", "cover_warn_percent": "70", "cover_refuse_percent": "120"}
    xian.send(path, **table(xian, path) | totals)

    policy = office.house.ledger.rule_book().versions["2"]["policy"]
    assert policy == vars(CARRY_OVER) | {name: int(what) for name, what in totals.items()}
    page = xian.read("/staff/books/rules/2")
    assert "每村每季最多发 2,000 分。积分到货值的 70% 就提醒。到 120% 就不再公示新的。" in page
    assert "请填 1 到" in words(xian.send(path, **table(xian, path) | {"issuance_cap": "0"}))


def test_an_unchanged_rule_book_says_the_same(office: Office, xian: Desk, liang: Desk) -> None:
    path = "/staff/books/rules/draft"
    xian.send(path, **table(xian, path))

    assert "各条都一样" in liang.read("/staff/books/rules/2")


def test_two_lines_of_one_code_are_refused(xian: Desk) -> None:
    form = table(xian) | {"1.sku": "G01"}
    answer = xian.send(DRAFT, **form)

    assert answer.status_code == 409
    assert "代码重复" in words(answer)


def test_villages_read_the_books_and_write_none(office: Office) -> None:
    wang = Desk(office, "wang")
    page = wang.read("/staff/books/rules/1")

    assert re.search(r"志愿服务 每小时 \+2", page)
    assert wang.page(DRAFT).status_code == 403
    assert wang.send(ADOPT, effective_from="2026-12-01").status_code == 403
    assert wang.page("/staff/books/rules/99").status_code == 409
    assert wang.page("/staff/books/secrets/1").status_code == 404
