"""What an entry is known by: its content and its ordinal, however it is written."""

from __future__ import annotations

from collections import Counter
from datetime import date
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from points.rulebook import Rule
from web.registers import credit_rows
from web.registers.cells import CellError
from web.registers.credit_rows import Against, Entry
from web.registers.layout import Row, data_rows
from web.registers.workbook import Sheet

HEADER = ["日期", "户编号", "户主", "项目代码", "分值", "登记人", "依据"]
HEADS = {"A001": "徐斌", "A002": "刘兰花"}
RULES = {code: Rule(code, code, "civility", 5, 20) for code in ("C01", "M02")}
STYLES = ("{y}.{m}.{d}", "{y}年{m}月{d}日", "{y}/{m}/{d}", "{y}-{m}-{d}", "{y}-{m:02}-{d:02}")
WIDE = str.maketrans("0123456789ABCM", "０１２３４５６７８９ＡＢＣＭ")


class Village:
    """Two households of one village."""

    def meant(self, number: str) -> str:
        if number not in HEADS:
            raise CellError("household-unknown", value=number)
        return f"999901100201-{number}"

    def head_of(self, household: str) -> str:
        return HEADS[household[-4:]]


AGAINST = Against(
    Village(),  # type: ignore[arg-type]  # it answers what is asked here
    RULES,
    date(2026, 11, 24),
    None,
    lambda content: sha256(content.encode()).hexdigest(),
)

facts = st.tuples(
    st.dates(date(2026, 3, 1), date(2026, 3, 3)),
    st.sampled_from(["A001", "A002"]),
    st.sampled_from(["C01", "M02"]),
    st.sampled_from([5, 20]),
    st.sampled_from(["王桂兰", "李秀英"]),
    st.sampled_from(["纪要3号", "纪要4号"]),
)
ways = st.tuples(st.sampled_from(STYLES), st.booleans(), st.booleans())
Facts = tuple[date, str, str, int, str, str]
Way = tuple[str, bool, bool]


def written(what: Facts, way: Way) -> list[object]:
    """One row as a clerk might write it."""
    day, number, rule, points, recorder, evidence = what
    style, wide, text = way
    cells: list[object] = [style.format(y=day.year, m=day.month, d=day.day), f" {number.lower()} "]
    cells += [HEADS[number] if wide else "", rule, str(points) if text else float(points)]
    cells += [recorder, evidence]
    return [c.translate(WIDE) if wide and isinstance(c, str) else c for c in cells]


def entries(rows: list[list[object]]) -> list[Entry]:
    found: list[Row] = data_rows([Sheet("", [HEADER, *rows])], credit_rows.COLUMNS)  # type: ignore[list-item]
    read, refused = credit_rows.read(found, AGAINST)
    assert refused == []
    return read


@given(st.lists(st.tuples(facts, ways, ways), max_size=12), st.randoms())
def test_neither_order_nor_writing_changes_what_is_known(
    rows: list[tuple[Facts, Way, Way]], chance: object
) -> None:
    once = entries([written(what, way) for what, way, _ in rows])
    other = [written(what, way) for what, _, way in rows]
    chance.shuffle(other)  # type: ignore[attr-defined]

    assert {one.key for one in entries(other)} == {one.key for one in once}
    assert len({one.key for one in once}) == len(rows)


@given(st.lists(st.tuples(facts, ways), max_size=8), st.lists(st.tuples(facts, ways), max_size=4))
def test_a_longer_sheet_adds_only_what_it_adds(
    before: list[tuple[Facts, Way]], more: list[tuple[Facts, Way]]
) -> None:
    known = {one.key for one in entries([written(*row) for row in before])}
    longer = entries([written(*row) for row in (*before, *more)])
    added = [one for one in longer if one.key not in known]

    assert known <= {one.key for one in longer}
    assert Counter(one.points for one in added) == Counter(what[3] for what, _ in more)
