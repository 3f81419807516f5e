"""Who serves in a shop: keepers, and the devices of the till."""

from __future__ import annotations

from flask import flash, g
from flask.typing import ResponseReturnValue

from points.refusals import Refusal
from web.access.authorize import at_place
from web.access.declared import needs
from web.access.find import shop as in_address
from web.access.gate import check
from web.access.tokens import Token, UnknownToken
from web.access.users import UnknownUser, User
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import Form, Nays, loaded, once_by_form, refused, show, text
from web.pages.staff.shops import devices_of, shop_page, the_shop
from web.pages.staff.shown import back_to
from web.wiring import house
from web.words.i18n import _


class Keeper(Form):
    keeper = text(40, required=True)


class Device(Form):
    name = text(40, required=True)


@pages.post("/shops/<code>/keepers")
@needs("shop.keepers", of=in_address())
def add_keeper(code: str) -> ResponseReturnValue:
    """A keeper of the village serves here from now on, and in no other shop's till."""
    try:
        wish = loaded(Keeper)
        keeper = _keeper(code, wish["keeper"])
        with once_by_form(wish):
            house().ledger.assign_keeper(code, keeper=keeper.id)
        house().users.change(keeper.id, shop=code)
    except Nays as error:
        return shop_page(code, refused(error, "keeper"))
    flash(_("%(name)s可以在这里收银了。", name=keeper.name))
    return back_to("shop", code=code)


@pages.post("/shops/<code>/keepers/<keeper>/release")
@needs("shop.keepers", of=in_address())
def release_keeper(code: str, keeper: str) -> ResponseReturnValue:
    try:
        found = _keeper(code, keeper)
        with once_by_form({}):
            house().ledger.release_keeper(code, keeper=found.id)
        if found.shop == code:
            house().users.change(found.id, shop=None)
    except Refusal as error:
        return shop_page(code, refused(error, "keeper"))
    flash(_("%(name)s不再在这里收银。", name=found.name))
    return back_to("shop", code=code)


def _keeper(code: str, user_id: str) -> User:
    """A keeper whose place is the shop's village; raises `UnknownUser`."""
    found = house().users.by_id(user_id)
    if found.role != "keeper" or not found.place.startswith(the_shop(code)["village"]):
        raise UnknownUser
    return found


@pages.post("/shops/<code>/devices")
@needs("token.change", of=in_address())
def enrol(code: str) -> ResponseReturnValue:
    """A device's code, shown this once.

    The same name again replaces a code that was never used: a form sent twice leaves one.
    """
    village = the_shop(code)["village"]
    try:
        wish = loaded(Device)
        for token in devices_of(code, village):
            if token.name == wish["name"] and not token.used_at and not token.ended_at:
                _end(code, token)
        made, secret = house().tokens.create(
            wish["name"], role="keeper", place=village, made_by=g.actor.id, shop=code
        )
        house().ledger.assign_keeper(code, keeper=made.id)
    except Nays as error:
        return shop_page(code, refused(error, "device"))
    return show("device", shop=the_shop(code), device=made, secret=secret)


@pages.post("/shops/<code>/devices/<token>/end")
@needs("token.change", of=in_address())
def end_device(code: str, token: str) -> ResponseReturnValue:
    """Lost or given away: its code opens nothing any more."""
    found = house().tokens.by_id(token)
    check("token.change", at_place(found.place))
    if found.shop != code:
        raise UnknownToken
    _end(code, found)
    flash(_("“%(name)s”停用了。", name=found.name))
    return back_to("shop", code=code)


def _end(code: str, token: Token) -> None:
    house().tokens.end(token.id)
    house().ledger.release_keeper(code, keeper=token.id)
