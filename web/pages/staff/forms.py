"""Forms of the staff: fields that answer in Chinese, and the "no" that stands beside its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from points.refusals import Refusal
from web.http.envelopes import once
from web.http.errors import STATUS
from web.words.i18n import _, _l
from web.words.sentences import sentence

_WORDS: dict[str, Any] = {
    "required": _l("请填写。"),
    "null": _l("请填写。"),
    "invalid": _l("请照样子填写。"),
    "validator_failed": _l("请照样子填写。"),
}


class Form(Schema):
    """What a form sends. Blank fields were not filled in; fields of others are not looked at."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _leave_blanks_out(self, sent: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        stripped = {
            name: what.strip() if isinstance(what, str) else what for name, what in sent.items()
        }
        return {name: what for name, what in stripped.items() if what not in ("", None)}


def text(most: int = 200, *, required: bool = False) -> fields.String:
    """A text of at most so many characters; empty where it is left out."""
    how: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    limit = validate.Length(max=most, error=_l("最多 {max} 个字。"))
    return fields.String(validate=limit, error_messages=_WORDS, **how)


def whole(low: int, high: int, *, required: bool = False) -> fields.Integer:
    """A whole number; None where it is left out."""
    how: dict[str, Any] = {"required": True} if required else {"load_default": None}
    limit = validate.Range(low, high, error=_l("请填 {min} 到 {max} 的整数。"))
    return fields.Integer(
        validate=limit, error_messages=_WORDS | {"invalid": _l("请填整数。")}, **how
    )


def day(*, required: bool = False) -> fields.Date:
    """A day; None where it is left out."""
    how: dict[str, Any] = {"required": True} if required else {"load_default": None}
    words = _WORDS | {"invalid": _l("请填日期，像 2026-11-24 这样。")}
    return fields.Date(format="iso", error_messages=words, **how)


def one_of(choices: Mapping[str, object], *, required: bool = True) -> fields.String:
    how: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    listed = validate.OneOf(list(choices), error=_l("请选一个。"))
    words = _WORDS | {"required": _l("请选一个。")}
    return fields.String(validate=listed, error_messages=words, **how)


class Money(fields.Field[int]):
    """Yuan as written, "12.50", kept in fen."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        try:
            fen = Decimal(str(value)) * 100
        except InvalidOperation:
            raise self.make_error("invalid") from None
        if fen != fen.to_integral_value() or not 0 <= fen <= 100_000_000:
            raise self.make_error("invalid")
        return int(fen)


def money() -> Money:
    """Yuan; None where it is left out."""
    words = _WORDS | {"invalid": _l("请填金额，像 12.50 这样。")}
    return Money(load_default=None, error_messages=words)


@dataclass(frozen=True)
class No:
    """What was not done and why: shown beside the form of this name, with what was typed in it."""

    form: str = ""
    sentence: str = ""
    errors: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200

    def of(self, form: str) -> No:
        """This, where it is about that form; else nothing."""
        return self if self and self.form == form else NOTHING

    def typed(self, name: str, else_: Any = "") -> Any:
        """What stood in a field, so that nothing typed is lost."""
        return request.form.get(name, else_) if self else else_

    def ticked(self, name: str, value: str, *, else_: bool = False) -> bool:
        return value in request.form.getlist(name) if self else else_

    def about(self, name: str) -> Any:
        """What is wrong with a field."""
        return self.errors.get(name, "")

    def __bool__(self) -> bool:
        return bool(self.sentence)


NOTHING = No()

Nays = (Refusal, ValidationError)
"""What a form's view catches."""


def said_of(error: ValidationError) -> dict[str, Any]:
    """What is wrong, by field: sentences in the reader's language."""
    messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]  # as it is
    return {str(name): _sentences(told) for name, told in messages.items()}


def _sentences(told: Any) -> Any:
    """Words that are said when they are shown are said now: marshmallow takes them for lists."""
    match told:
        case dict():
            return {str(name): _sentences(each) for name, each in told.items()}
        case list():
            return [str(each) for each in told]
    return [str(told)]


def refused(error: Refusal | ValidationError, form: str = "") -> No:
    """A refusal as it is shown beside a form; the access log notes it."""
    if isinstance(error, ValidationError):
        g.refused = "invalid"
        return No(form, _("请先改好标出的地方。"), said_of(error), 400)
    g.refused = error.code
    said = sentence(error)
    if error.code == "key-reused":
        said = _("这张表已经交过了。要再办一件，请重新打开这一页。")
    return No(form, said, status=STATUS.get(error.code, 409))


def loaded(schema: type[Form]) -> dict[str, Any]:
    """What the form of this request says; raises marshmallow's `ValidationError`."""
    found: dict[str, Any] = schema().load(request.form.to_dict())
    return found


@contextmanager
def once_by_form(body: dict[str, Any]) -> Iterator[None]:
    """One form sent twice is one command."""
    with once(body, key=request.form.get("key", "")):
        yield


def show(template: str, said: No = NOTHING, **more: Any) -> ResponseReturnValue:
    """A staff page, perhaps with a "no" beside one of its forms."""
    page = render_template(f"staff/{template}.html", said=said, **more)
    return page, said.status


def day_asked(name: str) -> date | None:
    """A day in the address; one that is none is not looked at."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


ID_MAX = 2**63 - 1
"""The largest number that a database counts to."""


def number_asked(name: str) -> int | None:
    """A whole number in the address; one that no entry can have is not looked at."""
    found = request.args.get(name, type=int)
    return found if found is not None and 0 <= found <= ID_MAX else None
