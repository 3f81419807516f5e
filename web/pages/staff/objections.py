"""What people objected to: who has to answer by when, and the answer that is published."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from points.ledger import Answer, Proposal
from points.objection import HIGHER, LINE, MISSING, OUTCOMES, UPHELD, UnknownObjection
from points.undo import Undo
from points.views.entries import Line
from web.access.declared import mine, needs
from web.access.find import full_number
from web.access.find import notice as notice_in_address
from web.access.find import objection as in_address
from web.access.gate import allowed
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    day,
    loaded,
    once_by_form,
    one_of,
    refused,
    show,
    text,
    whole,
)
from web.pages.staff.shown import (
    back_to,
    homes,
    notes,
    people,
    place_asked,
    place_name,
    today,
    whereabouts,
)
from web.wiring import house
from web.words.codes import OUTCOMES as OUTCOME_WORDS
from web.words.i18n import _, _l

PAGE = 50
PAGES_MAX = 10_000


class Deciding(Form):
    outcome = fields.String(
        required=True, validate=validate.OneOf(OUTCOMES, error=_l("请选同意还是不同意。"))
    )
    answer = text(500, required=True)
    points = whole(-1000, 1000)
    rule = text(20)
    occurred_on = day()


class Filing(Form):
    """An objection that came on paper. `household`: who objects, where she gave her name."""

    about = one_of({LINE: "", MISSING: ""})
    line = whole(1, 10_000)
    household = text(40)
    concerned = text(40)
    text_ = text(500, required=True)


class Appealing(Form):
    reason = text(500, required=True)


@pages.get("/objections")
@needs("objection.read", of=mine)
def objections() -> ResponseReturnValue:
    """The most urgent first; what is overdue is marked, here and one level up. Answered ones page
    on by `?page=2`."""
    place = place_asked("objection.read")
    waiting = house().read.objections.waiting(place)
    number = min(max(request.args.get("page", 1, type=int), 1), PAGES_MAX)
    answered = house().read.objections.decided(place, limit=PAGE + 1, offset=(number - 1) * PAGE)
    more, answered = len(answered) > PAGE, answered[:PAGE]
    return show(
        "objections",
        **whereabouts(place),
        waiting=waiting,
        answered=answered,
        number=number,
        more=more,
        homes=homes(each["household"] for each in [*waiting, *answered] if each["household"]),
        notes=notes(each["note"] for each in waiting),
        today=today().isoformat(),
    )


@pages.get("/objections/<uuid:objection>")
@needs("objection.read", of=in_address())
def objection(objection: UUID) -> ResponseReturnValue:
    return _page(objection)


@pages.post("/objections/<uuid:objection>")
@needs("objection.decide", of=in_address())
def decide(objection: UUID) -> ResponseReturnValue:
    """The first answer, or the township's last one."""
    row = _row(objection)
    try:
        wish = loaded(Deciding)
        answer = Answer(
            wish["outcome"], wish["answer"], points=wish["points"], instead=_instead(row, wish)
        )
        ledger = house().ledger
        act = ledger.settle_objection if row["state"] == "appealed" else ledger.decide_objection
        with once_by_form(wish):
            act(objection, answer)
    except Nays as error:
        return _page(objection, refused(error, "decide"))
    flash(_("答复好了，她家看得到。") if row["entry"] else _("答复好了，会公布在公示页上。"))
    return back_to("objection", objection=objection)


@pages.post("/objections/<uuid:objection>/appeal")
@needs("objection.file", of=in_address())
def appeal(objection: UUID) -> ResponseReturnValue:
    """On paper, entered by staff: to the township."""
    try:
        wish = loaded(Appealing)
        with once_by_form(wish):
            house().ledger.appeal_objection(objection, text=wish["reason"])
    except Nays as error:
        return _page(objection, refused(error, "appeal"))
    flash(_("已经报到乡镇。"))
    return back_to("objection", objection=objection)


@pages.post("/notices/<uuid:notice>/object")
@needs("objection.file", of=notice_in_address())
def object_on_paper(notice: UUID) -> ResponseReturnValue:
    """What somebody brought on paper, with or without her name."""
    try:
        wish = loaded(Filing)
        by = full_number(wish["household"]) if wish["household"] else None
        concerned = full_number(wish["concerned"]) if wish["concerned"] else by
        with once_by_form(wish):
            made = house().ledger.object_to(
                notice,
                about=wish["about"],
                line=wish["line"] if wish["about"] == LINE else None,
                household=concerned if wish["about"] == MISSING else None,
                by=by,
                text=wish["text_"],
                way="paper",
            )
    except Nays as error:
        return _filing(notice, refused(error, "object"))
    flash(_("异议登记好了。"))
    return back_to("objection", objection=made)


@pages.get("/notices/<uuid:notice>/object")
@needs("objection.file", of=notice_in_address())
def object_form(notice: UUID) -> ResponseReturnValue:
    return _filing(notice)


def _filing(notice: UUID, said: No = NOTHING) -> ResponseReturnValue:
    found = house().read.notices.one(notice)
    assert found is not None  # its village was found by it
    lines = house().read.notices.lines([notice])
    return show(
        "object",
        said,
        notice=found,
        village=place_name(found["village"]),
        lines=lines,
        homes=homes(line["household"] for line in lines),
    )


def _instead(row: dict[str, Any], wish: dict[str, Any]) -> Proposal | None:
    """What a missing credit is answered by; goes the usual way."""
    if row["about"] != MISSING or wish["outcome"] != UPHELD or not wish["rule"]:
        return None
    return Proposal(
        row["household"], wish["rule"], wish["occurred_on"] or today(), points=wish["points"]
    )


def _row(objection: UUID) -> dict[str, Any]:
    found = house().read.objections.one(objection)
    if found is None:
        raise UnknownObjection(objection=str(objection))
    return found


def _page(objection: UUID, said: No = NOTHING) -> ResponseReturnValue:
    row = _row(objection)
    line = _entry(row)
    case = _case(row, line)
    where = row["notice_id"] or (case["notice_id"] if case else None)
    hung = house().read.notices.one(where) if where else None
    return show(
        "objection",
        said,
        row=row,
        case=case,
        entry=line,
        notice=hung,
        home=homes([row["household"]])[row["household"]] if row["household"] else None,
        by=homes([row["by_whom"]]).get(row["by_whom"]) if row["by_whom"] else None,
        names=people([row["decider"]]),
        notes=notes([row["note"], row["answer"], row["appeal"], case["note"] if case else None]),
        why_not=_why_not(row),
        undo=_asked_back(row, line),
        rules=_rules() if row["about"] == MISSING else [],
        today=today().isoformat(),
        outcomes=OUTCOME_WORDS,
    )


def _entry(row: dict[str, Any]) -> Line | None:
    """The posted entry that it is about."""
    lines = house().read.entries.on([row["entry"]]) if row["entry"] else []
    return next((one for one in lines if one["household"] == row["household"]), None)


def _asked_back(row: dict[str, Any], line: Line | None) -> str:
    """The request that upholding this would open; "" where none, or one stands already."""
    if line is None:
        return ""
    asked = house().read.undos.of([row["entry"]]).get(row["entry"])
    if asked and asked["state"] in ("asked", "signed"):
        return ""
    return str(Undo.id_of("credit" if line["points"] > 0 else "deduction", row["entry"]))


def _case(row: dict[str, Any], line: Line | None) -> dict[str, Any] | None:
    """The case that it holds, or that its entry posted."""
    if line is not None:
        chain = house().read.chains.behind([line]).get(line["ref"])
        return house().read.cases.one(chain["case_id"]) if chain else None
    return house().read.cases.one(row["case_id"]) if row["case_id"] else None


def _rules() -> list[Any]:
    _, rules, _policy = house().ledger.rules_on(today())
    return [rule for rule in rules.values() if not rule.is_deduction and rule.kind != "base"]


def _why_not(row: dict[str, Any]) -> str:
    """Why the reader may not decide this; empty where she may."""
    if row["state"] not in ("open", "appealed") or not allowed("objection.decide"):
        return _("只能看")
    if row["state"] == "appealed" and g.actor.role not in HIGHER:
        return _("已经报到乡镇，由乡镇来定")
    if g.actor.id in house().ledger.kept_out(row["objection_id"]):
        return _("您办过这件事，要别人来定")
    homes_of = {row["household"], row["by_whom"]} - {None}
    if g.actor.household in homes_of:
        return _("您自己家的，要别人来定")
    if homes_of.intersection(house().read.kinship.of_person(g.actor.id)):
        return _("您的亲属，要回避")
    return ""
