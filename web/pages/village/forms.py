"""The form of an objection: what it is about, what is wrong, and the household where one misses
something."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from flask import request

from points.refusals import Refusal
from web.http.errors import Invalid
from web.village.listed import Listed, notice_id
from web.village.objecting import Wish
from web.village.wording import named
from web.wiring import house
from web.words.formats import signed
from web.words.i18n import _
from web.words.sentences import sentence

TEXT_MAX = 500  # characters
MISSING = "missing"


@dataclass(frozen=True)
class Filling:
    """The form as it is shown: choices by notice, and what was typed before."""

    groups: list[tuple[str, list[tuple[str, str]]]]
    key: str
    about: str = ""
    household: str = ""
    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def blank(notices: list[Listed]) -> Filling:
    return Filling(_groups(notices), uuid4().hex, about=request.args.get("about", "")[:40])


def typed(notices: list[Listed], errors: dict[str, str]) -> Filling:
    """The form again, with what is wrong."""
    form = request.form
    return Filling(
        _groups(notices),
        form.get("key", "")[:64] or uuid4().hex,
        form.get("about", "")[:40],
        form.get("household", "")[:40],
        form.get("text", "")[:TEXT_MAX],
        errors,
    )


def wish(village: str, notices: list[Listed]) -> Wish:
    """What is asked; raises `Invalid` (facts: field -> sentence)."""
    form = request.form
    if form.get("website"):
        raise Invalid(website=_("最下面那一格请不要填。"))
    about, text = form.get("about", ""), form.get("text", "").strip()
    wrong: dict[str, str] = {}
    if about not in {value for _name, group in _groups(notices) for value, _words in group}:
        wrong["about"] = _("请选一行。公示已经换了的，请重新看一遍。")
    if not text:
        wrong["text"] = _("请写一写哪里不对。")
    elif len(text) > TEXT_MAX:
        wrong["text"] = _("太长了，请写 %(count)s 字以内。", count=TEXT_MAX)
    household = None
    if about.endswith(MISSING):
        try:
            household = _household(village, form.get("household", "").strip())
        except Refusal as no:
            wrong["household"] = sentence(no)
    if wrong:
        raise Invalid(**wrong)
    month, number, line = about.split("/")
    return Wish(
        notice=notice_id(village, month, int(number)),
        line=None if line == MISSING else int(line),
        household=household,
        text=text,
    )


def _household(village: str, number: str) -> str:
    """Raises `HouseholdUnknown`."""
    return house().registry.resolve(number, village)


def _groups(notices: list[Listed]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(named(one), _choices(one)) for one in notices]


def _choices(notice: Listed) -> list[tuple[str, str]]:
    place = f"{notice.month}/{notice.number}"
    lines = [
        (
            f"{place}/{line.number}",
            _(
                "第%(line)s行 %(household)s %(item)s %(points)s",
                line=line.number,
                household=line.code,
                item=line.item,
                points=signed(line.points or 0),
            ),
        )
        for line in notice.lines
        if line.points is not None
    ]
    return [*lines, (f"{place}/{MISSING}", _("这张上少了的（请在下面写户号）"))]
