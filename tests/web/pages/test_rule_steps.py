"""The rule book's procedure at the desk: six plain forms in a row, then another person adopts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from points.procedure import DELIBERATIONS, STEPS, Step
from tests.support.office import Office
from tests.support.procedure import procedure
from tests.web.pages.desk import Desk, forms, links, tiles, words
from tests.web.pages.html_form import fields_of

DRAFT, STEP, ADOPT = (
    "/staff/books/rules/draft",
    "/staff/books/rules/2/step",
    "/staff/books/rules/2/adopt",
)

pytestmark = pytest.mark.row("A1", "A2", "Q3")


@pytest.fixture
def xian(office: Office) -> Desk:
    return Desk(office, "xian")


@pytest.fixture
def liang(office: Office) -> Desk:
    return Desk(office, "liang")


def draft(desk: Desk, **change: str) -> None:
    """Version 2: the rules in force, with one row changed. `C01_name="…"`."""
    form = fields_of(desk.page(DRAFT).text, "form-draft")
    for what, value in change.items():
        code, _, field = what.partition("_")
        row = next(n[:-5] for n, said in form.items() if n.endswith(".code") and said == code)
        form[f"{row}.{field}"] = value
    desk.follow(desk.send(DRAFT, **form))


def typed(step: Step) -> dict[str, str]:
    """What is typed on the page of a step."""
    return {
        name: str(what)
        for name, what in {**step.fields(), "note": step.note}.items()
        if what not in (None, "")
    }


def take(desk: Desk, *steps: Step) -> None:
    for step in steps:
        desk.follow(desk.send(STEP, **typed(step)))


def test_six_forms_in_a_row_and_then_another_person(
    office: Office, xian: Desk, liang: Desk
) -> None:
    draft(xian, C01_name="整洁户")
    assert "还差“党支部提议”" in liang.read("/staff/books/rules/2")
    refused = liang.send(ADOPT, effective_from="2026-11-24")
    assert (refused.status_code, "还差“党支部提议”" in words(refused)) == (409, True)

    for number, step in enumerate(procedure(office.today), start=1):
        assert f"第 {number} 步，共 6 步" in xian.read(STEP)
        page = xian.follow(xian.send(STEP, **typed(step)))
    assert "您起草的，要另一个人通过" in page
    assert "应到 30 人，实到 24 人，同意 22 人，记录 示例字〔2026〕1号" in page
    assert xian.page(STEP).status_code == 303

    done = liang.follow(liang.send(ADOPT, effective_from="2026-11-24"))
    assert "从 2026-11-24 起生效" in done
    assert office.house.ledger.rule_on(office.today, "C01")[1].name == "整洁户"
    assert "记下一步" not in done


@pytest.mark.parametrize("taken", range(len(STEPS)))
def test_without_a_step_it_is_refused_by_name(
    office: Office, xian: Desk, liang: Desk, taken: int
) -> None:
    from web.words.facts import STEPS as STEP_WORDS

    draft(xian)
    take(xian, *procedure(office.today)[:taken])

    refused = liang.send(ADOPT, effective_from="2026-11-24")
    assert refused.status_code == 409
    assert f"还差“{STEP_WORDS[STEPS[taken]]}”" in words(refused)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"present": 19, "in_favour": 19}, "至少要到 20 人"),
        ({"in_favour": 12}, "至少要 13 人同意"),
        ({"present": 31, "in_favour": 31}, "人数不对"),
    ],
)
def test_what_does_not_hold_is_told_and_nothing_is_lost(
    office: Office, xian: Desk, change: dict[str, Any], said: str
) -> None:
    draft(xian)
    step = replace(procedure(office.today)[0], **change)
    answer = xian.send(STEP, **typed(step))

    assert answer.status_code == 409
    assert said in words(answer)
    assert 'value="示例字〔2026〕1号"' in answer.text
    assert office.house.ledger.rule_book().steps_of(2) == []


def test_blank_fields_are_told_beside_them(xian: Desk) -> None:
    draft(xian)
    answer = xian.send(STEP, step="branch")

    assert answer.status_code == 400
    assert answer.text.count('<span class="error">') == 6


def test_a_form_sent_twice_is_one_step_and_an_old_one_is_refused(
    office: Office, xian: Desk
) -> None:
    draft(xian)
    first = typed(procedure(office.today)[0])
    for _ in range(2):
        xian.send(STEP, key="once", **first)
    assert len(office.house.ledger.rule_book().steps_of(2)) == 1

    old = xian.send(STEP, **first)
    assert "下一步是“村两委会商议”" in words(old)
    assert len(office.house.ledger.rule_book().steps_of(2)) == 1


def test_who_meets_and_where_it_hangs_is_typed_once_for_all_versions(xian: Desk) -> None:
    draft(xian)
    form = fields_of(xian.page(STEP).text, "form-step")

    assert (form["body"], form["entitled"], form["step"]) == (
        "示例村党支部",
        "30",
        DELIBERATIONS[0],
    )
    assert (form["present"], form["number"]) == ("", "")


def test_a_note_is_read_by_staff_and_the_legal_check_stays_with_the_version(
    office: Office, xian: Desk, liang: Desk
) -> None:
    draft(xian)
    take(xian, replace(procedure(office.today)[0], note="两人请假"))
    legal = {"opinion": "remarks", "note": "第三条写得太宽"}
    xian.follow(xian.send("/staff/books/rules/2/legal", **legal))

    page = liang.read("/staff/books/rules/2")
    assert "两人请假" in page
    assert "合法，有建议" in page
    assert "钱芳 记 第三条写得太宽" in page
    wrong = xian.send("/staff/books/rules/2/legal", opinion="maybe")
    assert wrong.status_code == 400


def test_villages_read_the_procedure_and_record_nothing(office: Office, xian: Desk) -> None:
    draft(xian)
    wang = Desk(office, "wang")
    page = wang.page("/staff/books/rules/2")

    assert "四议两公开" in words(page)
    assert STEP not in links(page)
    assert forms(page) == []
    assert wang.page(STEP).status_code == 403
    assert wang.send(STEP, **typed(procedure(office.today)[0])).status_code == 403


def test_the_first_page_names_the_step_that_comes_next(
    office: Office, xian: Desk, liang: Desk
) -> None:
    draft(xian)
    take(xian, *procedure(office.today)[:2])
    said = "细则第 2 版，接下来：党员大会审议"
    assert tiles(xian.page("/staff"))[said] == (4, STEP)
    assert tiles(Desk(office, "wang").page("/staff"))[said] == (4, "/staff/books/rules/2")
    assert "等通过的积分细则" not in tiles(xian.page("/staff"))

    take(xian, *procedure(office.today)[2:])
    ready = tiles(liang.page("/staff"))
    assert ready["等通过的积分细则"] == (1, "/staff/rules")
    assert not any("接下来" in label for label in ready)
    liang.follow(liang.send(ADOPT, effective_from=office.today.isoformat()))
    assert not any("细则" in label for label in tiles(liang.page("/staff")))


# Two versions beside each other.


def test_what_was_changed_stands_side_by_side(office: Office, xian: Desk) -> None:
    draft(xian, C01_name="整洁户", N01_points_max="4", E01_proof_kind="photo", V02_drop="1")
    page = xian.read("/staff/books/rules/2/compare?before=1")

    assert "第 1 版和第 2 版对照" in page
    assert "改动的 3 条" in page
    assert "名称 第 1 版： 清洁户 第 2 版： 整洁户" in page
    assert "分值 第 1 版： +3 第 2 版： +3 到 +4" in page
    assert "要附什么 第 1 版： 不用附 第 2 版： 照片" in page
    assert "新增的 0 条" in page
    assert "取消的 1 条 取消 V02 志愿培训" in page


def test_the_other_way_round_what_went_is_new(xian: Desk) -> None:
    draft(xian, V02_drop="1")

    assert "新增的 1 条 新增 V02 志愿培训" in xian.read("/staff/books/rules/1/compare?before=2")


def test_a_changed_policy_is_told_and_an_unchanged_one_is_not(xian: Desk) -> None:
    form = fields_of(xian.page(DRAFT).text, "form-draft")
    xian.send(DRAFT, **form | {"expiry_months": "12"})
    xian.send(DRAFT, **form)

    assert "第 2 版： 基础分不能换东西。积分用到得分后 12 个月。" in xian.read(
        "/staff/books/rules/2/compare?before=1"
    )
    assert "总的规定" not in xian.read("/staff/books/rules/3/compare?before=1")


def test_the_price_list_is_compared_too_and_what_is_not_there_is_not(xian: Desk) -> None:
    path = "/staff/books/prices/draft"
    form = fields_of(xian.page(path).text, "form-draft")
    row = next(n[:-4] for n, said in form.items() if n.endswith(".sku") and said == "G25")
    xian.send(path, **form | {f"{row}.points": "28"})

    assert "分值 第 1 版： 30 第 2 版： 28" in xian.read("/staff/books/prices/2/compare")
    for missing in ("/staff/books/prices/9/compare", "/staff/books/prices/1/compare?before=9"):
        assert xian.page(missing).status_code in (404, 409)
