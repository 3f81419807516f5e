"""A draft as a form: every line of a book a row of fields, some empty rows below, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import request
from marshmallow import ValidationError, fields, post_load, validate

from points.policy import CARRY_OVER, ISSUANCE_MAX, MONTHS_MAX, PERCENT_MAX
from points.versions import NothingInForce, VersionedBook
from web.pages.staff.forms import Form, money, one_of, said_of, text, whole
from web.words.codes import BUCKETS, CAP_OF, CAP_PER, CAP_PERIOD, PROOFS, RULE_KINDS
from web.words.i18n import _l

NEW_ROWS = 3
POLICY = -1
"""Where what is wrong with the policy is told."""

POINTS_MAX = 100_000
KEYS = {"rules": "code", "prices": "sku"}


def code() -> fields.String:
    shape = validate.Regexp(r"[0-9A-Z][0-9A-Z-]{0,19}\Z", error=_l("只用大写字母、数字和短横线。"))
    return fields.String(required=True, validate=shape, error_messages={"required": _l("请填写。")})


class RuleLine(Form):
    """One rule as it is typed. A cap needs its three words; without a number they mean nothing."""

    code = code()
    name = text(60, required=True)
    kind = one_of(RULE_KINDS)
    points_min = whole(-POINTS_MAX, POINTS_MAX, required=True)
    points_max = whole(-POINTS_MAX, POINTS_MAX, required=True)
    unit = text(60)
    cap = whole(1, POINTS_MAX)
    cap_of = one_of(CAP_OF, required=False)
    cap_period = one_of(CAP_PERIOD, required=False)
    cap_per = one_of(CAP_PER, required=False)
    body = text(60)
    proof = text(200)
    bucket = one_of(BUCKETS)
    proof_kind = one_of(PROOFS, required=False)

    @post_load
    def _cap(self, line: dict[str, Any], **_: Any) -> dict[str, Any]:
        words = ("cap_of", "cap_period", "cap_per")
        if line["cap"] is None:
            return line | dict.fromkeys(words, "")
        if missing := [name for name in words if not line[name]]:
            raise ValidationError({name: [_l("请选一个。")] for name in missing})
        return line


class GoodLine(Form):
    """One good as it is typed."""

    sku = code()
    name = text(60, required=True)
    unit = text(10, required=True)
    points = whole(1, POINTS_MAX, required=True)
    unit_cost_fen = money()
    barcode = fields.String(
        load_default="",
        validate=validate.Regexp(r"\d{13}\Z", error=_l("条码是 13 位数字。")),
    )


class PolicyAsked(Form):
    base_redeemable = fields.Boolean(load_default=False)
    expiry_months = whole(1, MONTHS_MAX)
    issuance_cap = whole(1, ISSUANCE_MAX)
    cover_warn_percent = whole(1, PERCENT_MAX)
    cover_refuse_percent = whole(1, PERCENT_MAX)

    @post_load
    def _warn(self, policy: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Staff are always told some day; left out, it is the usual one."""
        warn = policy["cover_warn_percent"] or CARRY_OVER.cover_warn_percent
        return policy | {"cover_warn_percent": warn}


LINES: dict[str, type[Form]] = {"rules": RuleLine, "prices": GoodLine}


@dataclass
class Draft:
    """`typed`: every row as text, to be shown again; `lines`: what they say; `wrong`: errors by
    row and field."""

    typed: list[Mapping[str, str]]
    lines: list[dict[str, Any]] = field(default_factory=list)
    policy: dict[str, Any] = field(default_factory=dict)
    wrong: dict[int, dict[str, Any]] = field(default_factory=dict)

    def check(self) -> None:
        """Raises marshmallow's `ValidationError` where a row is wrong."""
        if self.wrong:
            raise ValidationError({str(row): about for row, about in self.wrong.items()})


def draft_of(name: str, book: VersionedBook, today: date) -> Draft:
    """What is in force, else the newest version, ready to be changed."""
    try:
        found = book.in_force(today)[1]
    except NothingInForce:
        found = next(reversed(book.versions.values()), {"lines": [], "policy": {}})
    typed = [_as_typed(line) for line in found["lines"]]
    policy = vars(CARRY_OVER) | found["policy"]
    return Draft([*typed, *({} for _ in range(NEW_ROWS))], policy=policy)


def _as_typed(line: Mapping[str, Any]) -> dict[str, str]:
    typed = {name: "" if what is None else str(what) for name, what in line.items()}
    if line.get("unit_cost_fen") is not None:
        typed["unit_cost_fen"] = f"{line['unit_cost_fen'] / 100:.2f}"
    return typed


def draft_asked(name: str) -> Draft:
    """The form of this request: rows that are ticked away or empty say nothing."""
    schema = LINES[name]()
    draft = Draft(_rows(), policy=request.form.to_dict())
    try:
        draft.policy = PolicyAsked().load(draft.policy)
    except ValidationError as error:
        draft.wrong[POLICY] = said_of(error)
    for number, row in enumerate(draft.typed):
        if row.get("drop") or not (row.get(KEYS[name]) or row.get("name")):
            continue
        try:
            draft.lines.append(schema.load(dict(row)))
        except ValidationError as error:
            draft.wrong[number] = said_of(error)
    return draft


def _rows() -> list[Mapping[str, str]]:
    """Fields are named `3.name`: row and field."""
    rows: dict[int, dict[str, str]] = {}
    for name, what in request.form.items():
        row, dot, field_name = name.partition(".")
        if dot and row.isdecimal() and len(row) < 5:
            rows.setdefault(int(row), {})[field_name] = what
    return [rows[row] for row in sorted(rows)]
