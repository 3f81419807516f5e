"""The household register (户籍登记表): each row a household, new, known, changed or refused.

A blank cell tells nothing, so it changes nothing of a known household. The remarks column often
says who is poor; it is not read at all (rulings 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from volunteers.households import Household
from volunteers.names import masked
from volunteers.numbers import external, village_and_local
from web.registers import fields
from web.registers.answers import RefusedRow
from web.registers.cells import CellError
from web.registers.layout import Column, Row
from web.registers.villages import Villages

COLUMNS = (
    Column("number", ("户编号", "户号", "家庭编号", "编号"), required=True),
    Column("head", ("户主姓名", "户主", "户主名"), required=True),
    Column("village", ("村(社区)", "村社区", "村名", "所在村", "村", "社区"), shared=True),
    Column("group", ("村民小组", "小组", "组别", "组"), shared=True),
    Column("size", ("家庭人口", "家庭人口数", "家庭人数", "人口数", "人口")),
    Column("phone", ("联系电话", "电话", "手机号码", "手机号", "手机", "联系方式")),
)

Known = Callable[[Iterable[str]], dict[str, Household]]
"""The registered households of these external numbers."""


@dataclass
class Reading:
    """What a sheet says, beside what is registered. Rows of data = all four together."""

    new: list[Household] = field(default_factory=list)
    changed: list[Household] = field(default_factory=list)
    same: list[Household] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def read(rows: Sequence[Row], villages: Villages, known: Known) -> Reading:
    """Every row of the sheet, answered. Checks run in the order of the paper's columns."""
    reading, firsts = Reading(), dict[str, int]()
    said: list[tuple[Row, Household]] = []
    for row in rows:
        try:
            said.append((row, _told(row, villages, firsts)))
        except CellError as error:
            reading.refused.append(RefusedRow(row.number, error.code, error.facts, row.sheet))
    registered = known(one.number for _, one in said)
    for row, one in said:
        try:
            _sort(reading, one, registered.get(one.number))
        except CellError as error:
            reading.refused.append(RefusedRow(row.number, error.code, error.facts, row.sheet))
    reading.refused.sort(key=lambda refused: (refused.sheet or "", refused.row))
    return reading


def _told(row: Row, villages: Villages, firsts: dict[str, int]) -> Household:
    """The household that the row tells of. A number belongs to the first row that has it, even
    where that row is refused for something else: which one is right is for the office to say."""
    fields.no_formula(row, {column.key: column.words[0] for column in COLUMNS})
    number = fields.household_no(row)
    village, local_no = village_and_local(number) or ("", number)
    village = villages.code_of(row.text("village") or village)
    if external(village, local_no) in firsts:
        first = firsts[external(village, local_no)]
        raise CellError("household-no-duplicate", value=local_no, first=first)
    firsts[external(village, local_no)] = row.number
    return Household(
        village,
        local_no,
        fields.head(row),
        group=fields.group(row),
        size=fields.size(row),
        phone=fields.phone(row),
    )


def _sort(reading: Reading, one: Household, registered: Household | None) -> None:
    if registered is None:
        reading.new.append(one)
        return
    if not registered.head:
        raise CellError("household-no-erased", value=one.local_no)
    if registered.head != one.head:
        head = masked(registered.head)
        raise CellError("household-no-taken", value=one.local_no, head=head)
    told = replace(
        one,
        group=one.group or registered.group,
        size=one.size or registered.size,
        phone=one.phone or registered.phone,
    )
    (reading.same if told == registered else reading.changed).append(told)
