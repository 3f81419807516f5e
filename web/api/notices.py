"""Awards in public, for programs: what hangs, what is hung up, who objects and what is answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from points.clock import business_day
from points.ledger import Answer, Proposal
from points.notice import UnknownNotice
from points.objection import LINE, MISSING, OUTCOMES, UPHELD, UnknownObjection
from points.store.notes import Notes
from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.find import full_number, household, notice, objection
from web.access.gate import check
from web.api.blueprint import ApiBlueprint
from web.api.schemas import text
from web.http.envelopes import once
from web.village.doubting import NUMBER_MAX, entry_of
from web.wiring import House, house

api = ApiBlueprint("api_notices", __name__)

MONTH = validate.Regexp(r"\d{4}-\d{2}\Z", error="YYYY-MM")
PAGE = 50
SAID = validate.Length(1, 500, error="1-500")


class NoticeWish(Schema):
    village = fields.String(required=True, validate=text(12))
    month = fields.String(required=True, validate=MONTH, metadata={"example": "2026-11"})
    cases = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 500))


class ObjectionWish(Schema):
    """`line` where it is to a line, `household` whose points are missing; `by` may be left out."""

    about = fields.String(required=True, validate=validate.OneOf((LINE, MISSING)))
    line = fields.Integer(load_default=None, allow_none=True, strict=True)
    household = fields.String(load_default=None, allow_none=True, validate=text(40))
    by = fields.String(load_default=None, allow_none=True, validate=text(40))
    text = fields.String(required=True, validate=SAID)


class DoubtWish(Schema):
    """`entry`: its `id` in the household's statement."""

    entry = fields.Integer(required=True, strict=True, validate=validate.Range(1, NUMBER_MAX))
    text = fields.String(required=True, validate=SAID)


class PageAsked(Schema):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class AnswerWish(Schema):
    """Upheld: the line gets `points`, or is struck; what was missing is proposed by `rule`."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    answer = fields.String(required=True, validate=SAID)
    points = fields.Integer(load_default=None, allow_none=True, strict=True)
    rule = fields.String(load_default=None, allow_none=True, validate=text(20))
    occurred_on = fields.Date(load_default=None, allow_none=True)


class AppealWish(Schema):
    text = fields.String(required=True, validate=SAID)


class LineOfNotice(Schema):
    """`points` as they were hung up, `points_now` after later versions."""

    line = fields.Integer(required=True)
    case = fields.UUID(attribute="case_id", required=True)
    household = fields.String(required=True)
    rule = fields.String(required=True)
    item = fields.String(required=True)
    points = fields.Integer(required=True)
    points_now = fields.Integer(required=True)
    state = fields.String(required=True)
    held = fields.Integer(required=True)


class NoticeShown(Schema):
    """`kind`: public or private; `state`: open or closed; `version` grows with corrections."""

    id = fields.UUID(attribute="notice_id", required=True)
    village = fields.String(required=True)
    month = fields.String(required=True)
    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    opens_on = fields.String(required=True)
    closes_on = fields.String(required=True)
    posting_on = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    lines = fields.List(fields.Nested(LineOfNotice), required=True)


class ObjectionShown(Schema):
    """`state`: open, decided, appealed or settled; `outcome`: upheld or dismissed, once decided.
    `entry`: the lot or case of the posted entry that it is about."""

    id = fields.UUID(attribute="objection_id", required=True)
    village = fields.String(required=True)
    about = fields.String(required=True)
    notice = fields.UUID(attribute="notice_id", required=True, allow_none=True)
    case = fields.UUID(attribute="case_id", required=True, allow_none=True)
    entry = fields.String(required=True, allow_none=True)
    household = fields.String(required=True, allow_none=True)
    filed_on = fields.String(required=True)
    due_on = fields.String(required=True)
    state = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    appeal_until = fields.String(required=True, allow_none=True)
    new_case = fields.UUID(required=True, allow_none=True)


class ObjectionRead(ObjectionShown):
    """What was said: `text` by who objected (`by`, where she gave her household), `answer` as it
    was published, `appeal` to the township; null where there is none, or where it was erased."""

    by = fields.String(attribute="by_whom", required=True, allow_none=True)
    way = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    appeal = fields.String(required=True, allow_none=True)


class NoticesShown(Schema):
    notices = fields.List(fields.Nested(NoticeShown), required=True)


class ObjectionsShown(Schema):
    objections = fields.List(fields.Nested(ObjectionShown), required=True)


@api.get("/notices")
@needs("notice.read", of=mine)
@api.response(200, NoticesShown)
def notices() -> Any:
    """The newest notices of the token's place."""
    found = house().read.notices.of_place(g.actor.place)
    lines = _lines([each["notice_id"] for each in found])
    return {"notices": [each | {"lines": lines.get(each["notice_id"], [])} for each in found]}


@api.post("/notices")
@needs("notice.open", of=in_body)
@api.arguments(NoticeWish)
@api.response(201, NoticeShown)
def open_notice(wish: dict[str, Any]) -> Any:
    """Hang up reviewed cases of a village: a frozen, numbered list; one deduction alone is told to
    its household only."""
    check("notice.open", at_place(wish["village"]))
    with once(wish | {"cases": [str(case) for case in wish["cases"]]}):
        made = house().ledger.open_notice(wish["village"], wish["month"], wish["cases"])
    return _notice(made)


@api.get("/notices/<uuid:notice>")
@needs("notice.read", of=notice())
@api.response(200, NoticeShown)
def one_notice(notice: UUID) -> Any:
    """One notice: its frozen lines, and how each stands now."""
    return _notice(notice)


@api.post("/notices/<uuid:notice>/objections")
@needs("objection.file", of=notice())
@api.arguments(ObjectionWish)
@api.response(201, ObjectionShown)
def object_to(wish: dict[str, Any], notice: UUID) -> Any:
    """Enter an objection that came on paper; it holds its own line and no other."""
    by = full_number(wish["by"]) if wish["by"] else None
    concerned = full_number(wish["household"]) if wish["household"] else by
    with once(wish):
        made = house().ledger.object_to(
            notice,
            about=wish["about"],
            line=wish["line"],
            household=concerned if wish["about"] == MISSING else None,
            by=by,
            text=wish["text"],
            way="paper",
        )
    return _objection(made)


@api.post("/households/<no>/objections")
@needs("objection.file", of=household())
@api.arguments(DoubtWish)
@api.response(201, ObjectionShown)
def object_to_entry(wish: dict[str, Any], no: str) -> Any:
    """Enter what a household brought on paper against an entry of its own that was posted."""
    number = g.thing.household
    with once(wish):
        line = entry_of(house(), number, wish["entry"])
        made = house().ledger.object_to_entry(
            number, entry=line["ref"], text=wish["text"], way="paper", by=number
        )
    return _objection(made)


@api.get("/objections")
@needs("objection.read", of=mine)
@api.arguments(PageAsked, location="query")
@api.response(200, ObjectionsShown)
def objections(asked: dict[str, Any]) -> Any:
    """The newest objections of the token's place, and by `page` the older ones."""
    before = (asked["page"] - 1) * PAGE
    return {"objections": house().read.objections.of_place(g.actor.place, PAGE, before)}


@api.get("/objections/<uuid:objection>")
@needs("objection.read", of=objection())
@api.response(200, ObjectionRead)
def one_objection(objection: UUID) -> Any:
    """One objection, and what was said."""
    return spoken(house(), _objection(objection))


@api.post("/objections/<uuid:objection>/answer")
@needs("objection.decide", of=objection())
@api.arguments(AnswerWish)
@api.response(200, ObjectionShown)
def answer(wish: dict[str, Any], objection: UUID) -> Any:
    """The first answer, or after an appeal the township's last one; it is published."""
    row = _objection(objection)
    ledger = house().ledger
    act = ledger.settle_objection if row["state"] == "appealed" else ledger.decide_objection
    with once(wish):
        act(
            objection,
            Answer(
                wish["outcome"],
                wish["answer"],
                points=wish["points"],
                instead=_instead(row, wish),
            ),
        )
    return _objection(objection)


@api.post("/objections/<uuid:objection>/appeal")
@needs("objection.file", of=objection())
@api.arguments(AppealWish)
@api.response(200, ObjectionShown)
def appeal(wish: dict[str, Any], objection: UUID) -> Any:
    """To the township."""
    with once(wish):
        house().ledger.appeal_objection(objection, text=wish["text"])
    return _objection(objection)


def spoken(house: House, row: dict[str, Any]) -> dict[str, Any]:
    """An objection with its texts in place of their notes' names."""
    names = {"text": row["note"], "answer": row["answer"], "appeal": row["appeal"]}
    texts = Notes(house.county, house.vault).texts([each for each in names.values() if each])
    return row | {name: texts.get(note) for name, note in names.items()}


def _instead(row: dict[str, Any], wish: dict[str, Any]) -> Proposal | None:
    if row["about"] != MISSING or wish["outcome"] != UPHELD or not wish["rule"]:
        return None
    day = wish["occurred_on"] or business_day(house().clock())
    return Proposal(row["household"], wish["rule"], day, points=wish["points"])


def _notice(notice_id: UUID) -> dict[str, Any]:
    found = house().read.notices.one(notice_id)
    if found is None:
        raise UnknownNotice(notice=str(notice_id))
    return found | {"lines": _lines([notice_id]).get(notice_id, [])}


def _lines(ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    for line in house().read.notices.lines(ids):
        found.setdefault(line["notice_id"], []).append(line)
    return found


def _objection(objection_id: UUID) -> dict[str, Any]:
    found = house().read.objections.one(objection_id)
    if found is None:
        raise UnknownObjection(objection=str(objection_id))
    return found
