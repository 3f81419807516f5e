"""Sheets of scores as files: taken whole, and every bad row named."""

from __future__ import annotations

from uuid import UUID

import pytest

from points.evaluation import RoundClosed, RoundEmpty
from points.scoring import CLEANEST, COURTYARD, Judge, Meeting, Terms, period_of
from tests.web.registers.conftest import ADMIN, NOON, As
from tests.web.registers.test_layout import workbook
from tests.web.registers.test_rows import ONE, codes, sheet, two  # noqa: F401  # a fixture
from volunteers.households import Household
from web.registers.layout import HeaderNotFound
from web.registers.scoring import score
from web.wiring import House

pytestmark = [pytest.mark.row("B6"), pytest.mark.usefixtures("two")]

TOTALS = "户编号,户主,评委一,评委二,评委三"
ITEMS = "户编号," + ",".join(
    f"评委{seat}{item}" for seat in "一二三" for item in ("布局", "绿化", "居室", "家风", "整洁")
)
JUDGES = (Judge("j1", f"{ONE}-A001"), Judge("j2"), Judge("j3"))
MEETING = Meeting("评议6号", "会议室", 8, 12)


def opened(house: House, acting: As, *, by_item: bool = False) -> UUID:
    """Judge one is of A001; of the village's other households A004 has no account."""
    kind = COURTYARD if by_item else CLEANEST
    with acting(ADMIN):
        for number in ("A002", "A003", "A004"):
            house.registry.add(Household(ONE, number, "陈静"))
            if number != "A004":
                house.ledger.open_account(f"{ONE}-{number}", village=ONE)
        return house.ledger.open_round(
            ONE,
            kind,
            period_of(kind, NOON.date()),
            judges=JUDGES,
            terms=Terms(by_item=by_item),
        )


def test_a_sheet_is_taken_whole(house: House, acting: As) -> None:
    made = opened(house, acting)
    file = sheet(
        "示例01村打分表", TOTALS, "A001,张桂英,,80,９０", "A002,陈静,60,70,95", "A003,,,,", "合计"
    )
    with acting(ADMIN):
        tried = score(house, made, file, dry_run=True)
        assert house.ledger.results(made) == []
        done = score(house, made, file)
        found = house.ledger.results(made)
    assert (tried.imported, tried.state) == (2, "dry-run")
    assert (done.imported, done.state, done.extra) == (2, "done", {"left": 1})
    assert [(each.median, each.recused) for each in found] == [(85, ("j1",)), (70, ())]


def test_a_workbook_with_five_items_of_each_judge(house: House, acting: As) -> None:
    made = opened(house, acting, by_item=True)
    row = ["A002", *[20, 19, 18, 17, 16] * 2, *[None] * 5]
    file = workbook(("打分表", [["9月打分表"], ITEMS.split(","), row]))
    with acting(ADMIN):
        assert score(house, made, file).imported == 1
        (found,) = house.ledger.results(made)
    assert (found.median, found.counted) == (90, 2)


def test_every_bad_row_is_named_and_nothing_is_taken(house: House, acting: As) -> None:
    made = opened(house, acting)
    with acting(ADMIN):
        score(house, made, sheet(TOTALS, "A003,,50,50,50"))
        answer = score(
            house,
            made,
            sheet(
                TOTALS,
                "A002,陈静,60,70,95",
                "A002,陈静,60,70,95",
                "A001,,70,80,90",
                "A003,,50,60,70",
                "A004,,50,60,70",
                "A999,,50,60,70",
                ",,50,60,70",
                "A00/5,,50,60,70",
                "A005,,=1+4,60,70",
            ),
        )
        more = score(house, made, sheet(TOTALS, "A002,,viel,1,1", "A001,,,101,1"))
        scored = house.ledger.results(made)
    assert answer.state == "refused"
    assert codes(answer) == {
        3: "household-no-duplicate",
        4: "judge-recused",
        5: "household-scored",
        6: "household-unknown",
        7: "household-unknown",
        8: "household-no-missing",
        9: "household-no-invalid",
        10: "formula",
    }
    assert "评委一" in answer.refused[1].message
    assert codes(more) == {2: "score-not-a-number", 3: "score-outside"}
    assert "评委一" in more.refused[0].message
    assert [each.household for each in scored] == [f"{ONE}-A003"]


def test_items_are_given_all_or_none(house: House, acting: As) -> None:
    made = opened(house, acting, by_item=True)
    with acting(ADMIN):
        answer = score(
            house,
            made,
            sheet(ITEMS, "A002,1,2,3,4,," + ",".join("1" * 10), "A003,21" + ",1" * 14),
        )
        with pytest.raises(HeaderNotFound):
            score(house, made, sheet(TOTALS, "A002,60,70,95"))
    assert codes(answer) == {2: "score-outside", 3: "score-outside"}


def test_a_correction_is_of_what_was_scored(house: House, acting: As) -> None:
    made = opened(house, acting)
    with acting(ADMIN):
        score(house, made, sheet(TOTALS, "A002,,60,70,95"))
        file = sheet(TOTALS, "A002,,60,80,95", "A003,,1,1,1")
        assert codes(score(house, made, file, corrects=True)) == {3: "household-scored"}
        assert score(house, made, sheet(TOTALS, "A002,,60,80,95"), corrects=True).imported == 1
        (found,) = house.ledger.results(made)
    assert found.median == 80


def test_no_sheet_without_a_score_or_after_the_meeting(house: House, acting: As) -> None:
    made = opened(house, acting)
    with acting(ADMIN):
        with pytest.raises(RoundEmpty):
            score(house, made, sheet(TOTALS, "A002,,,,"))
        score(house, made, sheet(TOTALS, "A002,,60,70,95"))
        house.ledger.close_round(made, MEETING)
        with pytest.raises(RoundClosed):
            score(house, made, sheet(TOTALS, "A003,,60,70,95"))
