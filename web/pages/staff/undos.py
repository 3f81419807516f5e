"""Requests to undo an entry: asked by one person with a reason, signed by another (rulings 9)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from points.undo import HIGHER, TOWNSHIP_ABOVE
from web.access.authorize import at_household
from web.access.declared import mine, needs
from web.access.find import undo as in_address
from web.access.gate import allowed
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import NOTHING, Form, Nays, No, loaded, once_by_form, refused, show, text
from web.pages.staff.shown import back_to, homes, notes, people, place_asked, place_name
from web.wiring import house
from web.words.i18n import _


class Reason(Form):
    reason = text(300, required=True)


@pages.get("/undos")
@needs("undo.read", of=mine)
def undos() -> ResponseReturnValue:
    return _page()


@pages.post("/undos/<uuid:undo>/sign")
@needs("undo.sign", of=in_address())
def sign_undo(undo: UUID) -> ResponseReturnValue:
    """Carries it out: points and goods go back to the lots they came from."""
    try:
        with once_by_form({}):
            house().ledger.sign_undo(undo)
    except Nays as error:
        return _page(refused(error, str(undo)))
    flash(_("签好了，已经更正。"))
    return back_to("undos", **request.args)


@pages.post("/undos/<uuid:undo>/refuse")
@needs("undo.sign", of=in_address())
def refuse_undo(undo: UUID) -> ResponseReturnValue:
    try:
        wish = loaded(Reason)
        with once_by_form(wish):
            house().ledger.refuse_undo(undo, reason=wish["reason"])
    except Nays as error:
        return _page(refused(error, str(undo)))
    flash(_("退回了。"))
    return back_to("undos", **request.args)


def _page(said: No = NOTHING) -> ResponseReturnValue:
    place = place_asked("undo.read")
    waiting = house().read.undos.waiting(place)
    lines = house().read.entries.on([each["entry"] for each in waiting])
    first = {line["ref"]: line for line in reversed(lines)}
    return show(
        "undos",
        said,
        place=place,
        place_name=place_name(place),
        waiting=[(each, first.get(each["entry"]), why_not(each)) for each in waiting],
        homes=homes(each["household"] for each in waiting),
        names=people(each["asker"] for each in waiting),
        notes=notes(each["note"] for each in waiting),
    )


def why_not(undo: dict[str, Any]) -> str:
    """Why the reader may not sign this; empty where she may."""
    if not allowed("undo.sign", at_household(undo["household"])):
        return _("只能看")
    if undo["household"] == g.actor.household:
        return _("您自己家的，要别人签")
    if undo["asker"] == g.actor.id:
        return _("您申请的，要别人签")
    if undo["points"] > TOWNSHIP_ABOVE and g.actor.role not in HIGHER:
        return _("超过 %(limit)s 分，要乡镇来签", limit=TOWNSHIP_ABOVE)
    return ""
