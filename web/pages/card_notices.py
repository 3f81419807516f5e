"""What hangs on the board, behind the card: her own lines first, and a word against any of them.

At the shop the keeper scans the card and the page lies open; on her own phone it is the same page.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validate

from points.clock import business_day
from points.notice import PRIVATE, UnknownNotice
from points.objection import LINE, MISSING, UnknownObjection
from points.refusals import Refusal
from points.store.notes import Notes
from web.access.declared import limited, public
from web.access.visitor import of_household
from web.http.envelopes import once
from web.http.errors import STATUS
from web.pages.homes import Home
from web.pages.household import card_pages, home_behind, page
from web.village.shown import hanging
from web.wiring import house
from web.words import codes
from web.words.sentences import sentence

pages = card_pages("card_notices")

TEXT_MAX = 500

ABOUT = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(missing|[0-9]{1,5})\Z"


class Objecting(Schema):
    """`about`: a line as "notice/line", or "notice/missing"."""

    about = fields.String(required=True, validate=validate.Regexp(ABOUT))
    text = fields.String(required=True, validate=validate.Length(1, TEXT_MAX))


@pages.get("/C/<token>/notices")
@public
def show(token: str) -> ResponseReturnValue:
    return _page(token, home_behind(token))


@pages.post("/C/<token>/notices")
@public
@limited("10 per minute")
def object_to(token: str) -> ResponseReturnValue:
    """Her household's own objection, under its number; it holds the line until it is answered."""
    home = home_behind(token)
    try:
        wish = Objecting(unknown="exclude").load(request.form.to_dict())
        notice_id, _, line = wish["about"].partition("/")
        about = MISSING if line == "missing" else LINE
        visitor = of_household(home.household)
        with once(wish, key=request.form.get("key", ""), visitor=visitor):
            house().ledger.object_to(
                _of_her_village(notice_id, home),
                about=about,
                line=int(line) if about == LINE else None,
                household=home.household if about == MISSING else None,
                by=home.household,
                text=wish["text"],
                way="card",
            )
    except ValidationError:
        return _page(token, home, wrong=True), 400
    except Refusal as no:
        return _page(token, home, error=sentence(no)), STATUS.get(no.code, 409)
    return redirect(url_for(".show", token=token, _anchor="mine"), 303)


@pages.post("/C/<token>/objections/<uuid:objection>/appeal")
@public
@limited("10 per minute")
def appeal(token: str, objection: UUID) -> ResponseReturnValue:
    """Her household is not content with the answer: to the township."""
    home = home_behind(token)
    text = request.form.get("text", "").strip()[:TEXT_MAX]
    try:
        row = house().read.objections.one(objection)
        if row is None or row["by_whom"] != home.household:
            raise UnknownObjection(objection=str(objection))
        visitor = of_household(home.household)
        wish = {"objection": str(objection), "text": text}
        with once(wish, key=request.form.get("key", ""), visitor=visitor):
            house().ledger.appeal_objection(objection, text=text)
    except Refusal as no:
        return _page(token, home, error=sentence(no)), STATUS.get(no.code, 409)
    return redirect(url_for(".show", token=token, _anchor="mine"), 303)


def _of_her_village(notice_id: str, home: Home) -> UUID:
    """Of others nobody learns what they were told alone; raises `UnknownNotice`."""
    found = house().read.notices.one(UUID(notice_id))
    if found is None or found["village"] != home.household.partition("-")[0]:
        raise UnknownNotice(notice=notice_id)
    lines = house().read.notices.lines([found["notice_id"]])
    if found["kind"] == PRIVATE and lines[0]["household"] != home.household:
        raise UnknownNotice(notice=notice_id)
    found_id: UUID = found["notice_id"]
    return found_id


def _page(token: str, home: Home, **said: Any) -> str:
    village = home.household.partition("-")[0]
    mine = house().read.objections.by(home.household)
    answered = [each["answer"] for each in mine if each["answer"]]
    return page(
        "notices",
        token,
        home,
        notices=hanging(house(), village),
        told=house().read.notices.told(home.household, business_day(house().clock())),
        mine=mine,
        answers=Notes(house().county, house().vault).texts(answered),
        today=business_day(house().clock()).isoformat(),
        key=token_hex(12),
        words=codes,
        sent=request.form,
        **said,
    )
