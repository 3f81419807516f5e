"""Goods and rules as files: the starting content, and what staff change in a spreadsheet.

A price list or a rule book is adopted whole, so one bad row holds the whole file back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from points.pricelist import Good
from points.rulebook import CONSENT, PHOTO, PROOFS, SHEET, Rule
from web.registers.answers import RefusedRow
from web.registers.cells import CellError, whole_number
from web.registers.fields import no_formula
from web.registers.layout import Column, Row

GOODS = (
    Column("sku", ("sku", "货号", "商品编号", "编号"), required=True),
    Column("name", ("name", "名称", "品名", "商品名称"), required=True),
    Column("unit", ("unit", "单位"), required=True),
    Column("points", ("points", "分值", "积分"), required=True),
    Column("cost", ("unit_cost_yuan", "单价", "成本单价", "进价")),
    Column("barcode", ("barcode", "条码", "条形码")),
)
RULES = (
    Column("code", ("code", "项目代码", "代码"), required=True),
    Column("name", ("name", "名称", "项目", "项目名称"), required=True),
    Column("kind", ("kind", "类别"), required=True),
    Column("points_min", ("points_min", "最低分", "最低分值"), required=True),
    Column("points_max", ("points_max", "最高分", "最高分值"), required=True),
    Column("unit", ("unit", "计分单位", "单位")),
    Column("cap", ("cap", "上限")),
    Column("cap_of", ("cap_of", "上限单位")),
    Column("cap_period", ("cap_period", "上限周期")),
    Column("cap_per", ("cap_per", "上限对象")),
    Column("body", ("body", "评议组织")),
    Column("proof", ("proof", "凭据", "依据")),
    Column("bucket", ("bucket", "积分类型")),
    Column("proof_kind", ("proof_kind", "凭证种类")),
)

PROOF_WORDS = {"单据": SHEET, "签到表": SHEET, "照片": PHOTO, "同意书": CONSENT}
POINTS_MAX = 100_000
_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{0,19}")
_EAN13 = re.compile(r"\d{13}")
Line = TypeVar("Line", Good, Rule)


def read_goods(rows: Sequence[Row]) -> tuple[list[Good], list[RefusedRow]]:
    """The goods of a file, and the rows that are none."""
    return _read(rows, GOODS, "sku", _good)


def read_rules(rows: Sequence[Row]) -> tuple[list[Rule], list[RefusedRow]]:
    """The rules of a file, and the rows that are none."""
    return _read(rows, RULES, "code", _rule)


def _read(
    rows: Sequence[Row], columns: Sequence[Column], key: str, make: Callable[[Row, str], Line]
) -> tuple[list[Line], list[RefusedRow]]:
    lines: list[Line] = []
    refused: list[RefusedRow] = []
    firsts: dict[str, int] = {}
    for row in rows:
        try:
            no_formula(row, {column.key: column.words[-1] for column in columns})
            code = row.text(key).replace(" ", "").upper()
            if not _CODE.fullmatch(code):
                raise CellError("code-invalid", value=row.text(key))
            if code in firsts:
                raise CellError("code-duplicate", value=code, first=firsts[code])
            firsts[code] = row.number
            lines.append(make(row, code))
        except CellError as error:
            refused.append(RefusedRow(row.number, error.code, error.facts, row.sheet))
    return lines, refused


def _good(row: Row, sku: str) -> Good:
    return Good(
        sku,
        _needed(row, "name", "name-missing"),
        _needed(row, "unit", "unit-missing"),
        _points(row, "points", low=1),
        _fen(row.text("cost")),
        _barcode(row.text("barcode")),
    )


def _rule(row: Row, code: str) -> Rule:
    cap = whole_number(row.cell("cap"), "cap-not-a-number") if row.text("cap") else None
    rest = ("unit", "cap_of", "cap_period", "cap_per", "body", "proof")
    return Rule(
        code,
        _needed(row, "name", "name-missing"),
        _needed(row, "kind", "kind-missing"),
        _points(row, "points_min", low=-POINTS_MAX),
        _points(row, "points_max", low=-POINTS_MAX),
        cap=cap,
        bucket=row.text("bucket") or "earned",
        proof_kind=_proof_kind(row.text("proof_kind")),
        **{name: row.text(name) for name in rest},
    )


def _proof_kind(text: str) -> str:
    """A code, or its word as pages say it."""
    kind = PROOF_WORDS.get(text, text)
    if kind not in PROOFS:
        raise CellError("proof-kind-unknown", value=text)
    return kind


def _needed(row: Row, key: str, error: str) -> str:
    if not row.text(key):
        raise CellError(error)
    return row.text(key)


def _points(row: Row, key: str, *, low: int) -> int:
    points = whole_number(row.cell(key), "points-not-a-number")
    if not low <= points <= POINTS_MAX:
        raise CellError("points-out-of-range", value=points)
    return points


def _fen(text: str) -> int | None:
    """Yuan as written, in fen; None where blank."""
    if not text:
        return None
    try:
        fen = Decimal(text) * 100
    except InvalidOperation:
        raise CellError("cost-invalid", value=text) from None
    if fen != fen.to_integral_value() or not 0 <= fen <= POINTS_MAX * 100:
        raise CellError("cost-invalid", value=text)
    return int(fen)


def _barcode(text: str) -> str:
    """An EAN-13 code with its check digit, or empty."""
    code = text.replace(" ", "")
    if code and not (_EAN13.fullmatch(code) and _checks(code)):
        raise CellError("barcode-invalid", value=code)
    return code


def _checks(code: str) -> bool:
    return sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(code)) % 10 == 0
