"""The points register (积分登记表): each row an opening entry, or refused with its reason.

Caps are skipped, for nobody can know what the paper of last spring had counted; rules are not
(rulings 3). An entry needs its reference (依据), because it is exempt from notice by naming its
document (rulings 11). The head's name beside a number is the check on a number written wrongly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from points.rulebook import PointsNotInRule, Rule
from volunteers.names import masked, plain_name
from web.registers import fields
from web.registers.answers import RefusedRow
from web.registers.cells import CellError, day, whole_number
from web.registers.known import KnownHouseholds
from web.registers.layout import Column, Row

COLUMNS = (
    Column("date", ("日期", "登记日期", "发生日期", "时间"), required=True, shared=True),
    Column("number", ("户编号", "户号", "家庭编号"), required=True),
    Column("head", ("户主姓名", "户主", "户主名")),
    Column("rule", ("项目代码", "细则代码", "代码"), required=True),
    Column("item", ("项目", "项目名称", "事项")),
    Column("points", ("分值", "积分", "得分", "分数"), required=True),
    Column("recorder", ("登记人", "记录人", "经办人"), shared=True),
    Column("evidence", ("依据", "凭据", "凭证"), shared=True),
)


@dataclass(frozen=True)
class Entry:
    """One row that may be posted. `occurred_on` is the paper's date; `key` tells it from every
    other entry for ever: its content, and its ordinal among equal rows of the file. `row` and
    `sheet` say where it stood."""

    household: str
    rule: str
    occurred_on: str
    points: int
    evidence: str
    key: str
    row: int = 0
    sheet: str | None = None


@dataclass(frozen=True)
class Against:
    """What a row is checked against. `blind` is a keyed hash: from a plain one the names in a
    reference could be guessed out of the history."""

    households: KnownHouseholds
    rules: dict[str, Rule]
    today: date
    own_household: str | None
    blind: Callable[[str], str]


def read(rows: Sequence[Row], against: Against) -> tuple[list[Entry], list[RefusedRow]]:
    """Every row of the sheet, answered. Checks run in the order of the paper's columns."""
    entries, refused, seen = [], [], Counter[str]()
    for row in rows:
        try:
            entries.append(_entry(row, against, seen))
        except CellError as error:
            refused.append(RefusedRow(row.number, error.code, error.facts, row.sheet))
    return entries, refused


def _entry(row: Row, against: Against, seen: Counter[str]) -> Entry:
    fields.no_formula(row, {column.key: column.words[0] for column in COLUMNS})
    if not row.text("date"):
        raise CellError("date-missing")
    occurred_on = day(row.cell("date"), today=against.today).isoformat()
    household = _household(row, against)
    rule = _rule(row, against)
    points = _points(row, rule)
    evidence = row.text("evidence")
    if not evidence:
        raise CellError("evidence-missing")
    if household == against.own_household:
        raise CellError("own-household")
    content = (household, occurred_on, rule.code, str(points), evidence, row.text("recorder"))
    joined = "\x1f".join(content)
    seen[joined] += 1
    key = against.blind(f"{joined}\x1f{seen[joined]}")
    return Entry(
        household, rule.code, occurred_on, points, evidence, key, row.number, row.sheet or None
    )


def _household(row: Row, against: Against) -> str:
    household = against.households.meant(fields.household_no(row))
    said, head = plain_name(row.text("head")), against.households.head_of(household)
    if not head:
        raise CellError("household-no-erased", value=household)
    if said and said != head:
        raise CellError("head-name-differs", head=masked(head))
    return household


def _rule(row: Row, against: Against) -> Rule:
    code = row.text("rule").replace(" ", "").upper()
    if not code:
        raise CellError("rule-missing")
    rule = against.rules.get(code)
    if rule is None:
        raise CellError("rule-unknown", value=code)
    said = row.text("item").replace(" ", "")
    names = {other.name for other in against.rules.values()}
    if said in names - {rule.name} and said not in rule.name:
        raise CellError("rule-name-differs", value=code, name=rule.name)
    return rule


def _points(row: Row, rule: Rule) -> int:
    if not row.text("points"):
        raise CellError("points-missing")
    points = whole_number(row.cell("points"), "points-not-a-number")
    if points < 0:
        raise CellError("points-negative", value=points)
    if rule.is_deduction or rule.kind == "base":
        raise CellError("rule-not-for-import", name=rule.name)
    try:
        return rule.points_for(points, None)
    except PointsNotInRule:
        raise CellError(
            "points-not-in-rule", value=points, rule=rule.code, allowed=_allowed(rule)
        ) from None


def _allowed(rule: Rule) -> str:
    if rule.by_time:
        return f"每小时{rule.points_min}"
    low, high = rule.points_min, rule.points_max
    return str(low) if low == high else f"{low}至{high}"
