"""Hanging up what was reviewed, and what hangs: lists, their later versions, who objected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from points.award import UnknownCase
from points.notice import MONTHS_BACK, PRIVATE, UnknownNotice
from points.rulebook import Rule
from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.find import notice as in_address
from web.access.gate import allowed, check
from web.access.roles import UnknownPlace
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import NOTHING, Form, Nays, No, loaded, once_by_form, refused, show
from web.pages.staff.shown import (
    back_to,
    homes,
    is_village,
    notes,
    people,
    place_asked,
    place_name,
    today,
    village_names,
    whereabouts,
)
from web.wiring import house
from web.words.i18n import _, _l

AT_ONCE = 500
"""Cases of one notice."""

EVALUATED_UNTIL = 10
"""Up to this day of a month it is the month before that is hung up (domain.md §2.10)."""


class Hanging(Form):
    village = fields.String(required=True)
    month = fields.String(
        required=True,
        validate=validate.Regexp(r"\d{4}-\d{2}\Z", error=_l("请选一个月份。")),
    )


@dataclass(frozen=True)
class Reviewed:
    """A case that waits to be hung up; `why_not`: the reader may not, and why."""

    case: dict[str, Any]
    why_not: str


@pages.get("/notices")
@needs("notice.read", of=mine)
def notices() -> ResponseReturnValue:
    return _page()


@pages.post("/notices")
@needs("notice.open", of=in_body)
def open_notice() -> ResponseReturnValue:
    """One public list of a village and month, or a private notice for one deduction."""
    try:
        wish = loaded(Hanging)
        if wish["village"] not in village_names():
            raise UnknownPlace(place=wish["village"])  # answered like the others
        check("notice.open", at_place(wish["village"]))
        cases = _ticked()
        with once_by_form({**wish, "cases": [str(case) for case in cases]}):
            made = house().ledger.open_notice(wish["village"], wish["month"], cases)
    except Nays as error:
        return _page(refused(error, request.form.get("form", "open")))
    flash(_("公示好了，请把公示单打印出来贴上。"))
    return back_to("notice", notice=made)


def _ticked() -> list[UUID]:
    try:
        return [UUID(each) for each in request.form.getlist("case")[:AT_ONCE]]
    except ValueError:
        raise UnknownCase(case="") from None


@pages.get("/notices/<uuid:notice>")
@needs("notice.read", of=in_address())
def notice(notice: UUID) -> ResponseReturnValue:
    """The frozen list, what later versions changed, and how each line stands."""
    found = house().read.notices.one(notice)
    if found is None:
        raise UnknownNotice(notice=str(notice))
    lines = house().read.notices.lines([notice])
    objections = house().read.objections.on([notice])
    recused = [person for line in lines for person in line["recused"].split()]
    return show(
        "notice",
        notice=found,
        village=place_name(found["village"]),
        lines=lines,
        changes={change["line"]: change for change in house().read.notices.changes(notice)},
        objections=objections,
        answers=notes(each["answer"] for each in objections),
        homes=homes(line["household"] for line in lines),
        names=people([found["opened_by"], *recused]),
        capped=_capped(lines),
        sat=house().read.sittings.behind([line["case_id"] for line in lines]),
        today=today().isoformat(),
    )


def _capped(lines: list[dict[str, Any]]) -> dict[int, Rule]:
    """By line, the rule whose cap was used up when it should have been posted."""
    book = house().ledger.rule_book()
    return {
        line["line"]: book.rule_of(line["rule_version"], line["rule"])[0]
        for line in lines
        if line["why"] == "cap"
    }


def _page(said: No = NOTHING) -> ResponseReturnValue:
    place = place_asked("notice.read")
    waiting = house().read.cases.reviewed(place) if is_village(place) else []
    rows = [Reviewed(case, _why_not(case)) for case in waiting]
    hung = house().read.notices.of_place(place)
    return show(
        "notices",
        said,
        **whereabouts(place),
        public=[row for row in rows if row.case["points"] > 0],
        private=[row for row in rows if row.case["points"] < 0],
        by_village=[] if is_village(place) else _waiting_villages(place),
        months=_months(today(), [row.case["occurred_on"][:7] for row in rows]),
        hung=hung,
        villages=village_names(),
        homes=homes(row.case["household"] for row in rows),
        names=people([each["opened_by"] for each in hung]),
        today=today().isoformat(),
        may_open=allowed("notice.open"),
        PRIVATE=PRIVATE,
    )


def _waiting_villages(place: str) -> list[tuple[str, int]]:
    """Villages of a place in which something waits to be hung up, and how much."""
    rows = house().read.cases.reviewed(place)
    by_village = groupby(rows, key=lambda case: case["household"].partition("-")[0])
    counted: dict[str, int] = {}
    for village, some in by_village:
        counted[village] = counted.get(village, 0) + len(list(some))
    return sorted(counted.items())


def _months(day: date, deeds: Sequence[str]) -> list[tuple[str, str]]:
    """The months that a notice may be of, the likeliest first; all of them are ticked, and none
    hangs with a month before it happened."""
    months, first = [], day.replace(day=1)
    for _step in range(MONTHS_BACK + 1):
        months.append((first.isoformat()[:7], f"{first.year}年{first.month}月"))
        first = (first - timedelta(days=1)).replace(day=1)
    likeliest = months[1:] + months[:1] if day.day <= EVALUATED_UNTIL else months
    latest = max(deeds, default="")
    return sorted(likeliest, key=lambda month: month[0] < latest)


def _why_not(case: dict[str, Any]) -> str:
    """Why the reader may not hang this up; empty where she may."""
    village = case["household"].partition("-")[0]
    if not allowed("notice.open", at_place(village)):
        return _("只能看")
    if case["household"] == g.actor.household:
        return _("您自己家的，要别人来公示")
    if g.actor.id in (case["proposer"], *case["signers"].split()):
        return _("您报过或复核过，要第三个人来公示")
    if case["household"] in _kin():
        return _("您的亲属，要回避")
    return ""


def _kin() -> dict[str, str]:
    if "kin" not in g:
        g.kin = house().read.kinship.of_person(g.actor.id)
    found: dict[str, str] = g.kin
    return found
