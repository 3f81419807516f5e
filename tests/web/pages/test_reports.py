"""K3, Q4: points out against goods, and the quarter for the township; on pages, in files, on the
command line."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from points.clock import business_day
from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.rulebook import Policy
from points.store.slips import SlipBox
from tests.support.cast import RULES
from tests.support.house import (
    COUNTY,
    MAKER,
    NEXT_VILLAGE,
    OPENER,
    QIAN,
    SHOP,
    SIGNER,
    TOWNSHIP,
    VILLAGE,
    ZHAO,
    Browser,
    Place,
)
from tests.support.procedure import adopt_by_procedure
from web.quarterly import covers, report
from web.words.quarters import latest, said, span

pytestmark = pytest.mark.row("K3", "Q4")

STOCK = 50 * (2 + 3 + 120)


@pytest.fixture
def busy(place: Place) -> Place:
    """100 and 5 points, a redemption of 4, one objection upheld and one that waits, ten slips."""
    place.earn(ZHAO, 100)
    place.post(Proposal(QIAN, "C01", business_day(place.watch())))
    till = place.program("keeper", VILLAGE, SHOP)
    card = place.card(ZHAO)
    till.redeem(card.token, ("G01", 2), key="one")
    today = business_day(place.watch())
    cases = []
    for household in (ZHAO, QIAN):
        with place.by(MAKER) as ledger:
            cases.append(ledger.propose(Proposal(household, "M01", today)))
        with place.by(SIGNER) as ledger:
            ledger.sign(cases[-1])
    with place.by(OPENER) as ledger:
        notice = ledger.open_notice(VILLAGE, today.isoformat()[:7], cases)
        made = [
            ledger.object_to(notice, about="line", line=line, text="不对", way="paper")
            for line in (1, 2)
        ]
    place.watch.later(days=2)
    with place.by(Actor("decider", "village", VILLAGE)) as ledger:
        ledger.decide_objection(made[0], Answer("upheld", "没有办"))
    box = SlipBox(place.house.county)
    for number in range(10):
        box.drop(
            str(number),
            village=VILLAGE,
            quarter="2026Q4",
            about="redemption",
            face="bad" if number < 2 else "good",
        )
    with place.by(OPENER) as ledger:
        ledger.count_slips(business_day(place.watch()))
    return place


def staff(place: Place, role: str, where: str) -> Browser:
    return place.opened_by(place.staff(role, where))


def table_of(place: Place, path: str, role: str = "township", where: str = TOWNSHIP) -> Any:
    answer = staff(place, role, where).get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_cover_of_a_place_is_the_sum_of_its_villages(busy: Place) -> None:
    today = business_day(busy.watch())
    village = covers(busy.house, VILLAGE, today)
    (row,) = village.rows
    assert (row.cover.out, row.cover.hanging, row.cover.stock) == (101, 20, STOCK - 4)
    assert row.cover.percent == 2
    assert not row.warns
    for place in (TOWNSHIP, COUNTY, ""):
        found = covers(busy.house, place, today)
        assert found.whole.cover == row.cover
        assert sum(each.cover.out for each in found.rows) == 101
        assert [each.place for each in found.rows] == sorted(each.place for each in found.rows)


def test_points_above_the_warning_are_told_on_the_first_page(busy: Place) -> None:
    assert "积分多、货少" not in staff(busy, "village", VILLAGE).get("/staff").text
    with busy.by(MAKER) as ledger:
        version = ledger.draft_rules(RULES, policy=Policy(cover_warn_percent=1, issuance_cap=200))
    with busy.by(SIGNER) as ledger:
        adopt_by_procedure(ledger, version, business_day(busy.watch()))
    busy.watch.later(days=1)
    browser = staff(busy, "village", VILLAGE)
    assert re.search(r"积分多、货少的村.{0,80}>1<", browser.get("/staff").text, re.DOTALL)
    page = browser.get("/staff/cover").text
    assert "超过店里货值的 1%" in page
    assert "最多加 200 分" in page
    assert 'class="over"' in page


def test_every_role_sees_its_own_place(busy: Place) -> None:
    for role, where, name in (
        ("village", VILLAGE, "示例01村"),
        ("township", TOWNSHIP, "示例01村"),
        ("county", COUNTY, "示例01镇"),
        ("auditor", COUNTY, "示例01镇"),
    ):
        for page in ("/staff/cover", "/staff/quarter"):
            shown = staff(busy, role, where).get(page)
            assert shown.status_code == 200
            assert name in shown.text
    assert (
        staff(busy, "village", NEXT_VILLAGE).get(f"/staff/cover?place={VILLAGE}").status_code == 403
    )


def test_what_is_owed_goes_out_as_a_file(busy: Place) -> None:
    rows = {row["代码"]: row for row in table_of(busy, "/staff/cover.csv")}
    assert rows[VILLAGE]["没兑换的积分"] == "101"
    assert rows[VILLAGE]["店里货值（分）"] == str(STOCK - 4)
    assert rows[VILLAGE]["提醒"] == "否"
    assert rows[NEXT_VILLAGE]["没兑换的积分"] == "0"


def test_the_quarter_adds_up(busy: Place) -> None:
    found = report(busy.house, TOWNSHIP, "2026Q4", business_day(busy.watch()))
    (row,) = [each for each in found.rows if each.place == VILLAGE]
    assert row.kinds == {"civility": (2, 105)}
    assert row.did.redeemed == (1, 4)
    assert row.did.notices[1] == 4
    assert (row.did.objections, row.did.upheld, row.did.waiting) == (2, 1, 1)
    assert row.days == (2, 2)
    assert row.slips["redemption"].shares == {"good": 80, "fair": 0, "bad": 20}
    assert found.whole.did == row.did
    assert [each.place for each in found.rows] == sorted(each.place for each in found.rows)
    empty = report(busy.house, TOWNSHIP, "2026Q1", business_day(busy.watch()))
    assert empty.whole.kinds == {}
    assert empty.whole.days is None


def test_the_quarter_on_a_page_and_as_a_file(busy: Place) -> None:
    page = staff(busy, "township", TOWNSHIP).get("/staff/quarter?quarter=2026Q4").text
    assert "2026年第4季度" in page
    assert "2 件：成立 1，不成立 0，待答复 1。" in page
    assert "满意 80%" in page
    (row,) = [
        each
        for each in table_of(busy, "/staff/quarter.csv?quarter=2026Q4")
        if each["代码"] == VILLAGE
    ]
    assert (row["文明积分（笔）"], row["文明积分（分）"]) == ("2", "105")
    assert (row["兑换（分）"], row["答复天数（最长）"]) == ("4", "2")
    assert row["来店里兑换满意（%）"] == "80"
    assert row["意见的答复满意（%）"] == ""
    for wrong in ("2026", "2026Q5", "no", "99999Q1"):
        answer = staff(busy, "township", TOWNSHIP).get(f"/staff/quarter?quarter={wrong}")
        assert answer.status_code == 400


def test_no_report_names_or_ranks_anybody(busy: Place) -> None:
    for path in ("/staff/cover", "/staff/quarter", "/staff/cover.csv", "/staff/quarter.csv"):
        shown = staff(busy, "township", TOWNSHIP).get(path).text
        for word in ("赵", "钱", ZHAO, "A001", "排名第"):
            assert word not in shown


def test_quarters_as_people_say_them() -> None:
    assert said("2026Q4") == "2026年第4季度"
    assert [str(day) for day in span("2026Q4")] == ["2026-10-01", "2026-12-31"]
    assert [str(day) for day in span("2024Q1")] == ["2024-01-01", "2024-03-31"]
    assert latest(span("2026Q1")[0])[:3] == ["2026Q1", "2025Q4", "2025Q3"]
