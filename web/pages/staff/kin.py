"""Relatives (回避): who declared to be near to which household, and so decides nothing for it."""

from __future__ import annotations

from flask import flash, g
from flask.typing import ResponseReturnValue

from points.kinship import RELATIONS
from web.access.authorize import at_household
from web.access.declared import in_body, mine, needs
from web.access.find import full_number
from web.access.gate import allowed, check
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    loaded,
    once_by_form,
    one_of,
    refused,
    show,
    text,
)
from web.pages.staff.shown import back_to, homes, people, place_asked, whereabouts
from web.wiring import house
from web.words.codes import RELATIONS as RELATION_WORDS
from web.words.i18n import _


class Declaring(Form):
    """`person`: whose relative; the reader herself where it is left out."""

    person = text(40)
    household = text(40, required=True)
    relation = one_of(dict.fromkeys(RELATIONS))


class Ending(Form):
    person = text(40, required=True)
    household = text(40, required=True)


@pages.get("/kin")
@needs("kin.read", of=mine)
def kin() -> ResponseReturnValue:
    return _page()


@pages.post("/kin")
@needs("kin.declare", of=in_body)
def declare_kin() -> ResponseReturnValue:
    try:
        wish = loaded(Declaring)
        number = full_number(wish["household"])
        check("kin.declare", at_household(number))
        person = wish["person"] or g.actor.id
        house().users.by_id(person)
        with once_by_form(wish):
            house().ledger.declare_kin(person, number, wish["relation"])
    except Nays as error:
        return _page(refused(error, "declare"))
    flash(_("登记好了。这户的事，要回避。"))
    return back_to("kin")


@pages.post("/kin/end")
@needs("kin.declare", of=in_body)
def end_kin() -> ResponseReturnValue:
    try:
        wish = loaded(Ending)
        check("kin.declare", at_household(wish["household"]))
        with once_by_form(wish):
            house().ledger.end_kin(wish["person"], wish["household"])
    except Nays as error:
        return _page(refused(error, "declare"))
    flash(_("不再回避。记录仍然留着。"))
    return back_to("kin")


def _page(said: No = NOTHING) -> ResponseReturnValue:
    place = place_asked("kin.read")
    rows = house().read.kinship.of_place(place)
    staff = [user for user in house().users.all(place) if user.active]
    return show(
        "kin",
        said,
        **whereabouts(place),
        rows=rows,
        homes=homes(row["household"] for row in rows),
        names=people([each for row in rows for each in (row["person"], row["declarer"])]),
        staff=[(user.id, user.name) for user in staff],
        relations=list(RELATION_WORDS.items()),
        relation_of=RELATION_WORDS,
        may_declare=allowed("kin.declare"),
    )
