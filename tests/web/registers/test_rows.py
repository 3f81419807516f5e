"""What each row of a register may say, and what it is answered when it may not."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from string import Formatter

import pytest

from points.envelope import Actor, OwnHousehold
from points.ledger import Proposal
from points.paper import PaperOver
from tests.web.registers.conftest import ADMIN, CONFIRMER, NOON, THIRD, As
from volunteers.households import Household
from web.registers import sentences
from web.registers.answers import Answer
from web.registers.service import Imports
from web.wiring import House

COUNTY, ONE, TWO = "999901", "999901100201", "999901100202"
HOUSEHOLDS = "户编号,户主姓名,村（社区）,村民小组,家庭人口,联系电话"
NEXT_DAY = NOON + timedelta(days=1)
CREDITS = "日期,户编号,户主,项目代码,项目,分值,登记人,依据"


def sheet(header: str, *rows: str) -> bytes:
    return "\n".join((header, *rows)).encode()


def codes(answer: Answer) -> dict[int, str]:
    assert all(row.message for row in answer.refused)
    return {row.row: row.code for row in answer.refused}


@pytest.fixture
def two(house: House, imports: Imports, acting: As) -> Imports:
    """Households A001 in two villages, B001 in one."""
    with acting(ADMIN):
        answer = imports.enrolling.run(
            sheet(
                HOUSEHOLDS,
                "A001,张桂英,示例01村,1组,3,13800008779",
                "A001,李秀英,示例02村,1组,3,",
                "B001,王芳,示例02村,1组,3,",
            ),
            COUNTY,
        )
    assert answer.imported == 3
    return imports


# Households.


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",徐斌,示例01村,1组,1,", "household-no-missing"),
        ("A/1,徐斌,示例01村,1组,1,", "household-no-invalid"),
        ("A001,,示例01村,1组,1,", "head-name-missing"),
        ("A001,徐斌2,示例01村,1组,1,", "head-name-invalid"),
        ("A001,徐斌,,1组,1,", "village-missing"),
        ("A001,徐斌,示例999村,1组,1,", "village-unknown"),
        ("A001,徐斌,示例01村,1组,三,", "size-not-a-number"),
        ("A001,徐斌,示例01村,1组,2.5,", "size-not-a-number"),
        ("A001,徐斌,示例01村,1组,0,", "size-out-of-range"),
        ("A001,徐斌,示例01村,1组,1,138****8779", "phone-invalid"),
        ("A001,徐斌,示例01村,1组,1,1.38E+10", "phone-invalid"),
        ("A001,徐斌,示例01村,=1&组,1,", "formula"),
        ("13800138000,徐斌,示例01村,1组,1,", "household-no-personal"),
        ("11010119900307001X,徐斌,示例01村,1组,1,", "household-no-personal"),
        ("999901100201-110101199003070010,徐斌,示例01村,1组,1,", "household-no-personal"),
        ("A001,徐斌,示例01村,李四13800138000,1,", "group-invalid"),
        (
            "A001,徐斌,示例01村,低保户因病致贫家里三个老人请多照顾一些不要再打电话,1,",
            "group-invalid",
        ),
        ("999901100202-A001,徐斌,示例03村X,1组,1,", "village-unknown"),
    ],
)
def test_a_household_is_refused(imports: Imports, acting: As, row: str, code: str) -> None:
    with acting(ADMIN):
        answer = imports.enrolling.run(sheet(HOUSEHOLDS, row), COUNTY, dry_run=True)

    assert codes(answer) == {2: code}


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("Ａ００１,徐斌,示例01村,1组,１,０９３２－６６２１１１１", f"{ONE}-A001"),
        ("a001,徐斌,示例01村民委员会,,,", f"{ONE}-A001"),
        ("A001,徐斌,示例01镇示例01村,,,", f"{ONE}-A001"),
        (f"A001,徐斌,{ONE},,,", f"{ONE}-A001"),
        (f"{TWO}-A001,徐斌,,,,", f"{TWO}-A001"),
        ("A001,徐斌,示例01社区居民委员会,,,", "999901100001-A001"),
    ],
)
def test_a_household_is_read(
    house: House, imports: Imports, acting: As, row: str, number: str
) -> None:
    with acting(ADMIN):
        answer = imports.enrolling.run(sheet(HOUSEHOLDS, row), COUNTY)

    assert codes(answer) == {}
    assert house.registry.numbers(COUNTY) == [number]


def test_the_sheet_of_one_village_need_not_name_it(
    house: House, imports: Imports, acting: As
) -> None:
    with acting(ADMIN):
        imports.enrolling.run(sheet("户编号,户主姓名", "A001,徐斌"), TWO)

    assert house.registry.numbers(COUNTY) == [f"{TWO}-A001"]


def test_a_number_belongs_to_the_first_row_even_where_that_is_refused(
    imports: Imports, acting: As
) -> None:
    with acting(ADMIN):
        answer = imports.enrolling.run(
            sheet(
                HOUSEHOLDS,
                "A001,徐斌,示例01村,1组,三,",
                "A001,徐斌,示例01村,1组,3,",
                "A001,徐斌,示例02村,1组,3,",
            ),
            COUNTY,
        )

    assert codes(answer) == {2: "size-not-a-number", 3: "household-no-duplicate"}
    assert answer.imported == 1


def test_what_changed_is_written_anew_and_blanks_change_nothing(
    house: House, two: Imports, acting: As
) -> None:
    with acting(ADMIN):
        answer = two.enrolling.run(
            sheet(HOUSEHOLDS, "A001,张桂英,示例01村,2组,,", "B001,王芳,示例02村,1组,3,13900000000"),
            COUNTY,
        )

    assert (answer.imported, answer.unchanged, answer.extra) == (2, 0, {"updated": 2})
    assert house.registry.find(f"{ONE}-A001") == Household(
        ONE, "A001", "张桂英", group="2组", size=3, phone="13800008779"
    )
    assert [one.number for one in house.registry.with_phone("13900000000", COUNTY)] == [
        f"{TWO}-B001"
    ]


def test_a_number_that_is_anothers_is_refused(two: Imports, acting: As) -> None:
    with acting(ADMIN):
        answer = two.enrolling.run(sheet(HOUSEHOLDS, "A001,刘小,示例01村,1组,3,"), COUNTY)

    assert codes(answer) == {2: "household-no-taken"}
    assert "张*英" in answer.refused[0].message
    assert "张桂英" not in answer.refused[0].message


def test_nobody_grants_base_points_to_her_own_household(
    house: House, two: Imports, acting: As
) -> None:
    wang = Actor("wang", "village", TWO, household=f"{TWO}-B001")
    with acting(wang):
        answer = two.enrolling.run(
            sheet(HOUSEHOLDS, "B001,王芳,示例02村,1组,3,", "A001,李秀英,示例02村,1组,3,"),
            TWO,
            base=True,
        )

    assert answer.extra == {"base_granted": 1}
    assert house.read.accounts.totals(TWO)["base"] == 10


# Credits.


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",B001,王芳,C01,清洁户,5,王,纪要", "date-missing"),
        ("3月9日,B001,王芳,C01,清洁户,5,王,纪要", "date-invalid"),
        ("2026-11-25,B001,王芳,C01,清洁户,5,王,纪要", "date-in-future"),
        ("2026-3-9,,王芳,C01,清洁户,5,王,纪要", "household-no-missing"),
        ("2026-3-9,Z999,王芳,C01,清洁户,5,王,纪要", "household-unknown"),
        ("2026-3-9,A001,李秀英,C01,清洁户,5,王,纪要", "household-ambiguous"),
        ("2026-3-9,B001,王桂芳,C01,清洁户,5,王,纪要", "head-name-differs"),
        ("2026-3-9,B001,王芳,,清洁户,5,王,纪要", "rule-missing"),
        ("2026-3-9,B001,王芳,X77,清洁户,5,王,纪要", "rule-unknown"),
        ("2026-3-9,B001,王芳,C01,丧事简办,5,王,纪要", "rule-name-differs"),
        ("2026-3-9,B001,王芳,C01,清洁户,,王,纪要", "points-missing"),
        ("2026-3-9,B001,王芳,C01,清洁户,五,王,纪要", "points-not-a-number"),
        ("2026-3-9,B001,王芳,C01,清洁户,-5,王,纪要", "points-negative"),
        ("2026-3-9,B001,王芳,C01,清洁户,0,王,纪要", "points-not-in-rule"),
        ("2026-3-9,B001,王芳,E01,见义勇为,19,王,纪要", "points-not-in-rule"),
        ("2026-3-9,B001,王芳,V01,志愿服务,49,王,纪要", "points-not-in-rule"),
        ("2026-3-9,B001,王芳,B01,基础分,10,王,纪要", "rule-not-for-import"),
        ("2026-3-9,B001,王芳,D01,乱倒垃圾,5,王,纪要", "rule-not-for-import"),
        ("2026-3-9,B001,王芳,D01,乱倒垃圾,-5,王,纪要", "points-negative"),
        ("2026-3-9,B001,王芳,C01,清洁户,5,王,", "evidence-missing"),
        ("2026-3-9,B001,王芳,C01,清洁户,=1+4,王,纪要", "formula"),
        # the first column of the paper that is wrong decides
        ("2026-13-9,Z999,王,X77,清洁户,五,王,", "date-invalid"),
        ("2026-3-9,Z999,王,X77,清洁户,五,王,", "household-unknown"),
        ("2026-3-9,B001,王芳,X77,清洁户,五,王,", "rule-unknown"),
    ],
)
def test_a_credit_is_refused(two: Imports, acting: As, row: str, code: str) -> None:
    with acting(ADMIN):
        answer = two.posting.ask(sheet(CREDITS, row), COUNTY, dry_run=True)

    assert codes(answer) == {2: code}


@pytest.mark.parametrize(
    "row",
    [
        "2026年3月9日,Ｂ００１, 王 芳,c01,清洁户,５,王,纪要",
        "2026-11-24,B001,,F02,好媳妇,20,王,纪要",  # no name: the number stands alone
        "2026.3.9,B001,王芳,E01,见义勇为,60,王,纪要",
        "2026/3/9,B001,王芳,V01,志愿服务,7,王,纪要",  # three and a half hours
        f"2026/3/9,{ONE}-A001,张桂英,C01,卫生检查优秀,5,王,纪要",
    ],
)
def test_a_credit_is_read(two: Imports, acting: As, row: str) -> None:
    with acting(ADMIN):
        answer = two.posting.ask(sheet(CREDITS, row), COUNTY, dry_run=True)

    assert codes(answer) == {}
    assert answer.imported == 1


def test_two_equal_rows_of_a_sheet_are_two_entries(house: House, two: Imports, acting: As) -> None:
    row = "2026-3-9,B001,王芳,C01,清洁户,5,王,纪要3号"
    post(two, acting, sheet(CREDITS, row, row.replace("2026-3-9", "2026年3月9日")))
    assert house.read.accounts.totals()["balance"] == 10

    answer = post(two, acting, sheet(CREDITS, row, row, row))
    assert (answer.imported, house.read.accounts.totals()["balance"]) == (1, 15)


def test_the_recorder_tells_equal_rows_apart(house: House, two: Imports, acting: As) -> None:
    row = "2026-3-9,B001,王芳,C01,清洁户,5,王桂兰,纪要3号"
    post(two, acting, sheet(CREDITS, row))
    post(two, acting, sheet(CREDITS, row.replace("王桂兰", "李秀英")))

    assert house.read.accounts.totals()["balance"] == 10


def test_nobody_imports_or_confirms_for_her_own_household(
    house: House, two: Imports, acting: As
) -> None:
    wang = Actor("wang", "village", TWO, household=f"{TWO}-B001")
    content = sheet(
        CREDITS,
        "2026-3-9,B001,王芳,C01,清洁户,5,王,纪要",
        "2026-3-9,A001,李秀英,C01,清洁户,5,王,纪要",
    )
    with acting(wang):
        answer = two.posting.ask(content, TWO)
    assert codes(answer) == {2: "own-household"}

    with acting(ADMIN):
        asked = two.posting.ask(content, TWO)
    assert asked.pending is not None
    with acting(wang), pytest.raises(OwnHousehold):
        two.confirm(asked.pending)
    assert house.read.accounts.totals()["balance"] == 0


def hang(house: House, acting: As, household: str) -> None:
    """The first public notice of the household's village."""
    with acting(ADMIN) as envelope:
        case = house.ledger.propose(Proposal(household, "C01", envelope.today))
    with acting(CONFIRMER):
        house.ledger.sign(case)
    with acting(THIRD):
        house.ledger.open_notice(household.partition("-")[0], "2026-11", [case])


def test_a_register_is_refused_row_by_row_once_its_village_had_a_notice(
    house: House, two: Imports, acting: As
) -> None:
    before = "2026-3-9,B001,王芳,C01,清洁户,5,王,纪要"
    post(two, acting, sheet(CREDITS, before))
    hang(house, acting, f"{TWO}-B001")
    rows = (
        before,
        "2026-3-10,B001,王芳,C01,清洁户,5,王,纪要",
        f"2026-3-10,{ONE}-A001,,C01,,5,王,纪要",
    )

    for dry_run in (True, False):
        with acting(ADMIN, NEXT_DAY):
            answer = two.posting.ask(sheet(CREDITS, *rows), COUNTY, dry_run=dry_run)
        assert codes(answer) == {3: "paper-over"}
        assert "2026-11-24" in answer.refused[0].message
        assert (answer.imported, answer.unchanged) == (1, 1)


def test_what_waited_while_a_notice_was_hung_up_is_not_confirmed(
    house: House, two: Imports, acting: As
) -> None:
    rows = (f"2026-3-10,{ONE}-A001,,C01,,5,王,纪要", "2026-3-10,B001,王芳,C01,清洁户,5,王,纪要")
    with acting(ADMIN):
        asked = two.posting.ask(sheet(CREDITS, *rows), COUNTY)
    assert asked.pending is not None
    hang(house, acting, f"{TWO}-B001")

    with acting(CONFIRMER, NEXT_DAY), pytest.raises(PaperOver):
        two.confirm(asked.pending)
    assert house.read.accounts.totals()["balance"] == 0
    with acting(ADMIN):
        two.posting.refuse(asked.pending)


def test_the_number_is_read_inside_the_place(two: Imports, acting: As) -> None:
    row = "2026-3-9,A001,李秀英,C01,清洁户,5,王,纪要"
    with acting(ADMIN):
        answer = two.posting.ask(sheet(CREDITS, row), TWO, dry_run=True)

    assert answer.imported == 1


# Sentences.


def test_every_sentence_can_be_said() -> None:
    for code, msgid in sentences.SENTENCES.items():
        names = [name for _, name, _, _ in Formatter().parse(msgid) if name]
        assert sentences.sentence(code, dict.fromkeys(names, "x")).endswith("。")


def test_a_csv_of_excel_is_read_like_its_workbook(two: Imports, acting: As) -> None:
    file = io.StringIO()
    csv.writer(file).writerows(
        [
            ["积分登记表"],
            CREDITS.split(","),
            ["2026/3/9", "B001", "王芳", "C01", "清洁户", "5", "王", "纪要"],
        ]
    )
    with acting(ADMIN):
        answer = two.posting.ask(file.getvalue().encode("gb18030"), COUNTY, dry_run=True)

    assert answer.imported == 1


def post(imports: Imports, acting: As, content: bytes) -> Answer:
    with acting(ADMIN):
        asked = imports.posting.ask(content, COUNTY)
    assert asked.pending is not None
    with acting(CONFIRMER):
        return imports.confirm(asked.pending)
