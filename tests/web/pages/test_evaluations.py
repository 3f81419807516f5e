"""Rounds, their sheets and results, plaques and consents, at the staff's desks."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from points.checks import check
from points.ledger import Proposal
from points.scoring import ITEMS
from tests.support.house import VILLAGE
from tests.support.office import Office
from tests.web.pages.desk import Desk, words
from web.village.listed import listed
from web.village.papers import papers

pytestmark = pytest.mark.row("B6", "Q5")

PERIOD = "2026-Q4"
MEETING = {"minutes": "评议11号", "where": "会议室", "present": "8", "required": "12"}


def number(n: int) -> str:
    return f"{VILLAGE}-A{n:03}"


def opened(desk: Desk, kind: str = f"courtyard {PERIOD}", marks: str = "totals") -> UUID:
    """Zhou (of A001), Li, and somebody of A007 judge."""
    judges = {"judge_1": "zhou", "judge_2": "li", "judge_3": "A007"}
    wish = {"village": VILLAGE, "round": kind, "marks": marks, **judges}
    answer = desk.send("/staff/evaluations", **wish)
    assert answer.status_code == 303, answer.text
    made = desk.office.house.read.evaluations.of(VILLAGE)
    return next(each["round_id"] for each in made if f"{each['kind']} {each['period']}" == kind)


def sheet(rows: dict[int, tuple[int | None, ...]], parts: int = 1) -> dict[str, Any]:
    """What the form of these households sends: the same score for each of a judge's parts."""
    fields: dict[str, Any] = {"no": [number(n) for n in rows]}
    for n, scores in rows.items():
        for seat, score in enumerate(scores):
            for part in range(parts):
                fields[f"{number(n)}.{seat}.{part}"] = "" if score is None else str(score)
    return fields


def scored(desk: Desk, round_id: UUID, rows: dict[int, tuple[int | None, ...]]) -> None:
    answer = desk.send(f"/staff/evaluations/{round_id}/sheet", **sheet(rows))
    assert answer.status_code == 303, answer.text


ROWS: dict[int, tuple[int | None, ...]] = {1: (None, 85, 90), 2: (95, 92, 70), 7: (60, 75, None)}


def test_a_sheet_is_typed_once_and_its_result_says_who_kept_out(wang: Desk) -> None:
    round_id = opened(wang)
    scored(wang, round_id, ROWS)
    read = wang.read(f"/staff/evaluations/{round_id}")
    for said in ("回避 周红：A001", "85 · 90 87", "5 星", "A007"):
        assert said in read, said
    page = wang.page(f"/staff/evaluations/{round_id}/sheet?group=2组").text
    assert f'value="{number(13)}"' in page
    assert f'value="{number(1)}"' not in page  # it is not asked again
    again = wang.send(f"/staff/evaluations/{round_id}/sheet", **sheet({2: (1, 2, 3)}))
    assert again.status_code == 409


def test_thirty_households_stand_on_one_page_and_each_of_their_scores_once(wang: Desk) -> None:
    round_id = opened(wang)
    path = f"/staff/evaluations/{round_id}/sheet"
    page = wang.page(f"{path}?group=2组").text
    fields = re.findall(r'<input name="([^"]+)"', page)
    homes = list(dict.fromkeys(name.partition(".")[0] for name in fields))
    assert len(homes) >= 30
    assert len(set(fields)) == len(fields) <= 3 * len(homes)
    thirty = [int(home[-3:]) for home in homes[:30]]
    sent = {n: tuple(80 + n % 15 + seat for seat in range(3)) for n in thirty}
    rows = {
        n: tuple(v if f"{number(n)}.{s}.0" in fields else None for s, v in enumerate(row))
        for n, row in sent.items()
    }
    assert "录好了 30 户" in wang.follow(wang.send(path, **sheet(rows)))
    results = wang.office.house.ledger.results(round_id)
    assert sorted(each.household for each in results) == sorted(map(number, thirty))
    left = wang.page(f"{path}?group=2组").text
    assert not any(f'name="{number(n)}.' in left for n in thirty)


@pytest.mark.row("Q2")
def test_a_sister_in_law_has_no_field_and_her_score_is_refused(office: Office, wang: Desk) -> None:
    li = office.user("li")
    with office.place.by(office.actor(office.user("wang"))) as ledger:
        ledger.declare_kin(li.id, number(2), "in-law")
    round_id = opened(wang)
    page = wang.page(f"/staff/evaluations/{round_id}/sheet?group=3组").text
    assert f"{number(2)}.0.0" in page
    assert f"{number(2)}.1.0" not in page
    refused = wang.send(f"/staff/evaluations/{round_id}/sheet", **sheet({2: (95, 92, 70)}))
    assert refused.status_code == 409
    assert "要回避" in refused.text
    assert 'value="95"' in refused.text  # nothing that was typed is lost


@pytest.mark.parametrize("typed", ["101", "-1", "9.5", "十", "1e1"])
def test_only_whole_numbers_within_their_bounds(wang: Desk, typed: str) -> None:
    round_id = opened(wang)
    fields = sheet({2: (95, 92, 70)}) | {f"{number(2)}.0.0": typed}
    answer = wang.send(f"/staff/evaluations/{round_id}/sheet", **fields)
    assert answer.status_code == 409
    assert "0 到 100" in answer.text


def test_five_beauties_add_up(wang: Desk) -> None:
    round_id = opened(wang, marks="items")
    rows: dict[int, tuple[int | None, ...]] = {3: (18, 19, 17)}
    answer = wang.send(f"/staff/evaluations/{round_id}/sheet", **sheet(rows, parts=len(ITEMS)))
    assert answer.status_code == 303
    (found,) = wang.office.house.ledger.results(round_id)
    assert (found.median, found.spread, found.star) == (90, 10, 5)
    half = sheet({4: (18, 19, 17)}, parts=len(ITEMS)) | {f"{number(4)}.0.0": ""}
    assert wang.send(f"/staff/evaluations/{round_id}/sheet", **half).status_code == 409


def test_a_blank_sheet_is_no_sheet_and_a_household_may_be_corrected(wang: Desk) -> None:
    round_id = opened(wang)
    blank = wang.send(f"/staff/evaluations/{round_id}/sheet", **sheet({2: (None, None, None)}))
    assert "一个分也没有填" in blank.text
    scored(wang, round_id, ROWS)
    page = wang.page(f"/staff/evaluations/{round_id}/sheet?fix={number(2)}").text
    assert 'value="95"' in page
    fixed = sheet({2: (90, 92, 80)}) | {"fix": number(2)}
    assert wang.send(f"/staff/evaluations/{round_id}/sheet", **fixed).status_code == 303
    assert "改过" in wang.read(f"/staff/evaluations/{round_id}")


def test_the_meeting_closes_it_and_the_cases_wait_for_another(wang: Desk, li: Desk) -> None:
    round_id = opened(wang)
    scored(wang, round_id, ROWS)
    path = f"/staff/evaluations/{round_id}/close"
    few = wang.send(path, act="check", **(MEETING | {"present": "7"}))
    assert "不到三分之二" in few.text
    shown = wang.send(path, act="check", **MEETING)
    assert "报 2 户" in shown.text
    assert wang.office.house.read.evaluations.results(round_id) == []
    assert wang.send(path, act="close", **MEETING).status_code == 303
    read = wang.read(f"/staff/evaluations/{round_id}")
    for said in ("评议11号", "应到 12 人，实到 8 人", "5 星", "4 星", "等复核"):
        assert said in read, said
    results = li.office.house.read.evaluations.results(round_id)
    cases = [each["case_id"] for each in results if each["case_id"]]
    assert len(cases) == 2
    assert "中位数 87，相差 5，4 星，1 位评委回避" in li.read("/staff/sign")
    assert "打分表" in wang.read(f"/staff/evaluations/{round_id}/print")
    assert check(wang.office.house.county) == []


@pytest.mark.row("Q2", "J5")
def test_the_public_list_says_which_judge_kept_out_of_which_household(
    office: Office, wang: Desk, li: Desk
) -> None:
    """By her seat and its code: no name of a judge, and none in clear of a household."""
    round_id = opened(wang)
    scored(wang, round_id, ROWS)
    closed = wang.send(f"/staff/evaluations/{round_id}/close", act="close", **MEETING)
    assert closed.status_code == 303
    results = office.house.read.evaluations.results(round_id)
    cases = [each["case_id"] for each in results if each["case_id"]]
    li.follow(li.send("/staff/sign", act="sign", case=[str(case) for case in cases]))
    with office.place.by(office.actor(office.user("he"))) as ledger:
        notice = ledger.open_notice(VILLAGE, "2026-11", cases)
    page = words(office.place.browser().get(f"/village/{VILLAGE}"))
    first, second = sorted(
        (line.code, line.scored) for line in listed(office.house, notice).lines if line.scored
    )
    assert (first[0], second[0]) == ("A001", "A002")
    said = "2 位评委打分，中位数 87，相差 5；第 1 位评委回避"
    assert page.count(said) == page.count("位评委回避") == 1
    assert "3 位评委打分，中位数 92，相差 25" in page
    for name in ("周红", "李玉梅", office.user("zhou").id):
        assert name not in page
    sheet = PdfReader(BytesIO(papers(office.house, notice)["a4.pdf"].content()))
    text = "".join(one.extract_text() for one in sheet.pages)
    assert "".join(said.split()) in "".join(text.split())


def test_people_tick_the_cleanest(wang: Desk) -> None:
    round_id = opened(wang, "cleanest 2026-10")
    scored(wang, round_id, {n: (40 + n, 40 + n, 40 + n) for n in range(40, 52)})
    page = wang.page(f"/staff/evaluations/{round_id}").text
    assert page.count("checked") == 1
    path = f"/staff/evaluations/{round_id}/close"
    two = [number(50), number(49)]
    assert wang.send(path, act="close", no=two, **MEETING).status_code == 303
    results = wang.office.house.read.evaluations.results(round_id)
    assert {each["household"] for each in results if each["case_id"]} <= set(two)


def test_judges_of_one_household_are_refused_and_what_was_typed_stays(wang: Desk) -> None:
    judges = {"judge_1": "zhou", "judge_2": "A001", "judge_3": "li"}
    wish = {"village": VILLAGE, "round": f"courtyard {PERIOD}", "marks": "totals", **judges}
    answer = wang.send("/staff/evaluations", **wish)
    assert answer.status_code == 409
    assert 'value="A001"' in answer.text
    nobody = wang.send("/staff/evaluations", **(wish | {"judge_2": "Z999"}))
    assert nobody.status_code == 404


def test_a_round_is_read_by_supervisors_and_changed_by_none_of_them(wang: Desk, jian: Desk) -> None:
    round_id = opened(wang)
    assert jian.page(f"/staff/evaluations/{round_id}").status_code == 200
    refused = jian.send(f"/staff/evaluations/{round_id}/sheet", **sheet({2: (1, 2, 3)}))
    assert refused.status_code == 403


def posted(office: Office, n: int = 30) -> UUID:
    return office.place.post(Proposal(number(n), "C03-V", office.today))[0]


def granted(desk: Desk, case: UUID) -> UUID:
    days = {"valid_from": "2026-11-24", "valid_to": "2027-11-23"}
    answer = desk.send("/staff/showcases", case=str(case), plaque="示例牌1", **days)
    assert answer.status_code == 303, answer.text
    (found,) = desk.office.house.read.showcases.of(VILLAGE)
    made: UUID = found["showcase_id"]
    return made


def test_a_plaque_from_grant_to_revocation(office: Office, wang: Desk, li: Desk) -> None:
    case = posted(office)
    assert "等发牌" in wang.read("/staff/showcases")
    path = f"/staff/showcases/{granted(wang, case)}"
    assert "2027年5月" in wang.read(path)
    missing = wang.send(f"{path}/reinspect", passed="no", note="")
    assert missing.status_code == 409
    wang.send(f"{path}/reinspect", passed="no", note="院里堆了柴")
    assert "要整改" in wang.read(path)
    assert "院里堆了柴" in wang.read(path)
    asked = wang.send(f"{path}/revocation", why="not-kept-up", note="又堆了柴")
    assert asked.status_code == 303
    assert wang.send(f"{path}/decide", act="revoke").status_code == 409
    assert li.send(f"{path}/decide", act="revoke").status_code == 303
    assert "已撤牌 复查不合格" in li.read(path)
    assert check(office.house.county) == []


def test_a_plaque_that_is_kept(office: Office, wang: Desk, li: Desk) -> None:
    path = f"/staff/showcases/{granted(wang, posted(office))}"
    wang.send(f"{path}/revocation", why="conduct", note="吵架")
    assert li.send(f"{path}/decide", act="keep").status_code == 303
    assert "有效" in li.read(path)


def test_a_consent_is_written_down_and_taken_back(office: Office, wang: Desk) -> None:
    wish = {"household": "A012", "rule": "F02", "note": "婆媳都同意"}
    assert wang.send("/staff/consents", **wish).status_code == 303
    assert "婆媳都同意" in wang.read("/staff/showcases")
    award = {"rule": "F02", "occurred_on": str(office.today), "evidence": "评议会记录"}
    shown = wang.send("/staff/award", act="preview", no=[number(12), number(13)], **award)
    assert shown.text.count("还没有同意评这项荣誉") == 1
    assert wang.send("/staff/award", act="save", no=number(13), **award).status_code == 409
    assert wang.send("/staff/award", act="save", no=number(12), **award).status_code == 303
    gone = wang.send("/staff/consents", act="withdraw", household=number(12), rule="F02")
    assert gone.status_code == 303
    assert office.house.read.consents.of(VILLAGE) == []
