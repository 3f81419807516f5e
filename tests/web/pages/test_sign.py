"""The second signature, and undoing: another person, each case a command of its own."""

from __future__ import annotations

from uuid import UUID, uuid4

from tests.support.chain import agree
from tests.support.house import VILLAGE
from tests.support.office import Office
from tests.web.pages.desk import Desk, tiles, words


def cases(office: Office, rule: str) -> list[str]:
    waiting = office.house.read.cases.waiting(limit=1000)
    return [str(case["case_id"]) for case in waiting if case["rule"] == rule]


def test_another_person_signs_twenty_at_once(office: Office, li: Desk) -> None:
    page = li.read("/staff/sign")
    assert "义务劳动半天 · 今天 · 20 户 · +100 分" in page
    assert "王桂兰 报于 2026年11月24日 09:00" in page
    assert "依据：11月20日清扫村道签到表" in page
    some = cases(office, "P03")
    before = office.house.read.accounts.totals()["balance"]

    done = li.send("/staff/sign", act="sign", case=some)

    assert "签好了 20 件" in li.follow(done)
    assert cases(office, "P03") == []
    assert office.house.read.accounts.totals()["balance"] == before
    office.place.in_public(*map(UUID, some))
    assert office.house.read.accounts.totals()["balance"] == before + 100


def test_signing_twice_by_one_form_is_signing_once(office: Office, li: Desk) -> None:
    key, some = uuid4().hex, cases(office, "P03")[:4]
    before = office.house.position()
    for _ in range(2):
        assert li.send("/staff/sign", key=key, act="sign", case=some).status_code == 303

    assert office.house.position() == before + 4


def test_her_own_proposals_are_shown_and_not_hers_to_sign(office: Office, wang: Desk) -> None:
    page = wang.page("/staff/sign")
    assert words(page).count("您报的，要别人签") == 20
    assert page.text.count('name="case"') == page.text.count("disabled>") == 20

    some = cases(office, "P03")[:2]
    answer = wang.send("/staff/sign", act="sign", case=some)

    assert answer.status_code == 409
    assert "办好了 0 件。下面标出的没有办成。" in words(answer)
    assert words(answer).count("要换一个人来签") == 2


def test_the_first_page_counts_what_she_may_sign(office: Office, li: Desk, zhou: Desk) -> None:
    """Zhou lives in A001: hers is for others."""
    before, hers = (tiles(desk.page("/staff"))["等我复核"][0] for desk in (li, zhou))
    office.wait("N01", office.numbers[:2])
    after = tiles(li.page("/staff")), tiles(zhou.page("/staff"))
    assert after[0]["等我复核"] == (before + 2, "/staff/sign")
    assert after[1]["等我复核"] == (hers + 1, "/staff/sign")


def test_one_that_is_refused_holds_no_other_back(office: Office, li: Desk, zhou: Desk) -> None:
    office.wait("N01", [office.numbers[0], office.numbers[40]])
    assert "您自己家的，要别人签" in zhou.read("/staff/sign")

    answer = zhou.send("/staff/sign", act="sign", case=cases(office, "N01"))

    assert answer.status_code == 409
    assert "办好了 1 件" in words(answer)
    assert len(cases(office, "N01")) == 1
    assert "签好了 1 件" in li.follow(li.send("/staff/sign", act="sign", case=cases(office, "N01")))


def test_a_deduction_waits_for_a_sitting_and_another_signature(
    office: Office, li: Desk, zhou: Desk
) -> None:
    (case,) = cases(office, "D01")
    page = li.page("/staff/sign")
    assert "要 2 个人签" in words(page)
    assert "要由村两委开会评议" in words(page)
    assert f'value="{case}"' not in page.text
    assert f"/staff/sittings/enter?place={VILLAGE}&amp;body=two_committees" in page.text
    assert "要先由村两委开会评议" in words(li.send("/staff/sign", act="sign", case=[case]))

    rows = office.house.read.cases.before_a_sitting(VILLAGE)
    agree(office.place.by, office.actor(li.user), office.place.watch(), rows)
    read = li.read("/staff/sign")
    assert "已签 1 人" in read
    assert "您签过了，还要一个人签" in read

    zhou.send("/staff/sign", act="sign", case=[case])
    assert cases(office, "D01") == []
    office.place.in_public(UUID(case))
    (entry,) = [
        line
        for line in office.house.read.entries.latest(office.numbers[30])
        if line["kind"] == "deduction"
    ]
    assert entry["not_taken"] == 5
    later = Desk(office, "li")
    read = later.read(f"/staff/entries/{entry['id']}")
    for said in ("没扣到的 5 分", "谁复核的 李玉梅、周红，", " 村两委 评议", " 谁告知的 "):
        assert said in read, said


def test_sending_back_needs_a_reason(office: Office, li: Desk) -> None:
    some = cases(office, "P03")[:2]
    answer = li.send("/staff/sign", act="refuse", case=some)
    assert answer.status_code == 409
    assert "请写明原因" in words(answer)

    done = li.send("/staff/sign", act="refuse", case=some, reason="签到表上没有她")
    assert "退回了 2 件" in li.follow(done)
    assert len(cases(office, "P03")) == 18


def test_a_proposer_takes_hers_back(office: Office, wang: Desk, li: Desk) -> None:
    case = cases(office, "P03")[0]
    assert li.send(f"/staff/cases/{case}/withdraw").status_code == 409

    assert "撤回了" in wang.follow(wang.send(f"/staff/cases/{case}/withdraw"))
    assert len(cases(office, "P03")) == 19


def test_nothing_ticked_is_said(li: Desk) -> None:
    answer = li.send("/staff/sign", act="sign")

    assert answer.status_code == 409
    assert "还没有勾选" in words(answer)


def test_the_supervisor_signs_nothing(office: Office, jian: Desk) -> None:
    some = cases(office, "P03")[:1]
    assert jian.send("/staff/sign", act="sign", case=some).status_code == 403
    assert "只能看" in jian.read("/staff/sign")


# Undoing.


def entry_of(office: Office, kind: str, household: int) -> int:
    lines = office.house.read.entries.latest(office.numbers[household], 20)
    return next(line["id"] for line in lines if line["kind"] == kind)


def test_a_return_is_signed_by_another_person(office: Office, wang: Desk, li: Desk) -> None:
    (undo,) = office.house.read.undos.waiting()
    path = f"/staff/undos/{undo['undo_id']}/sign"
    assert "您申请的，要别人签" in wang.read("/staff/undos")
    assert "要换一个人来签" in words(wang.send(path))

    page = li.read("/staff/undos")
    assert "退回一次兑换 · 14 分" in page
    assert "卫生纸受潮了" in page
    key = uuid4().hex
    assert "已经更正" in li.follow(li.send(path, key=key))
    assert li.send(path, key=key).status_code == 303

    assert office.house.read.stock.levels("100201")["G18"] == 16
    entry = li.read(f"/staff/entries/{entry_of(office, 'redemption', 2)}")
    assert "已退回" in entry
    assert "签字人 李玉梅" in entry


def test_a_credit_is_reversed_by_request_and_signature(
    office: Office, wang: Desk, li: Desk
) -> None:
    entry = entry_of(office, "credit", 10)
    path = f"/staff/entries/{entry}/undo"
    assert wang.send(path, reason=" ").status_code == 400
    assert "等另一个人签字" in wang.follow(wang.send(path, reason="报错了人"))
    twice = wang.send(path, reason="报错了人")
    assert twice.status_code == 409
    assert "已经有人申请了" in words(twice)

    (undo,) = [u for u in office.house.read.undos.waiting() if u["kind"] == "credit"]
    li.send(f"/staff/undos/{undo['undo_id']}/sign")

    page = li.read(f"/staff/entries/{entry}")
    assert "冲正" in page
    assert "这一笔错了" not in page
    again = wang.send(path, reason="再来")
    assert "不能再冲一次" in words(again)


def test_above_fifty_points_the_township_signs(
    office: Office, wang: Desk, li: Desk, zhao: Desk
) -> None:
    wang.send(f"/staff/entries/{_sixty(office)}/undo", reason="不是见义勇为")
    (undo,) = [u for u in office.house.read.undos.waiting() if u["points"] == 60]
    path = f"/staff/undos/{undo['undo_id']}/sign"

    assert "超过 50 分，要乡镇来签" in li.read("/staff/undos")
    assert li.send(path).status_code == 409
    assert zhao.send(path).status_code == 303


def _sixty(office: Office) -> int:
    lines = office.house.read.entries.latest(office.numbers[3], 20)
    return next(line["id"] for line in lines if line["points"] == 60)


def test_a_request_is_sent_back_with_a_reason(office: Office, li: Desk) -> None:
    (undo,) = office.house.read.undos.waiting()
    path = f"/staff/undos/{undo['undo_id']}/refuse"
    answer = li.send(path, reason="")
    assert answer.status_code == 400
    assert "请填写" in words(answer)
    assert "退回了" in li.follow(li.send(path, reason="东西没坏"))
    assert "没有等签字的更正申请" in li.read("/staff/undos")


def test_an_entry_tells_everything_about_itself(office: Office, wang: Desk) -> None:
    award = wang.read(f"/staff/entries/{entry_of(office, 'credit', 10)}")
    for told in (
        "清洁户",
        "+5 分",
        "任务积分",
        "发生日期 2026年10月31日",
        "入账时间",
        "何静（村妇联）",
    ):
        assert told in award
    for told in (
        "依据 11月例会记录",
        "规则 C01 清洁户",
        "第 1 版",
        "每户每月最多 1 次",
        "三位评委",
    ):
        assert told in award

    assert (
        "怎么来的谁报的王桂兰，2026年11月10日谁复核的李玉梅，2026年11月10日09:00"
        "谁挂的何静2026年10月第1期第11条公示期2026年11月10日–2026年11月13日"
        "入账2026年11月24日，期满后由系统入账"
    ) in "".join(award.split())

    taken = wang.read(f"/staff/entries/{entry_of(office, 'redemption', 1)}")
    assert "怎么来的" not in taken
    for told in ("菜籽油5L × 1 桶", "回执号 100201-20261124-0001", "用的是哪几笔积分", "办理编号"):
        assert told in taken


def test_an_unknown_entry_is_not_found(wang: Desk) -> None:
    assert wang.page("/staff/entries/999999").status_code in (404, 409)
