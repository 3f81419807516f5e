"""People who sign in, and the devices and programs that call: added, changed, locked."""

from __future__ import annotations

from typing import Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from web.access.appoint import check_appointment, check_change, given_by
from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.gate import allowed, check
from web.access.passwords import new_password
from web.access.regions import Region
from web.access.tokens import Token
from web.access.users import LoginTaken, User
from web.pages.staff import finding
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    loaded,
    one_of,
    refused,
    show,
    text,
)
from web.pages.staff.shown import back_to, people, place_asked, place_name
from web.wiring import house
from web.words.codes import ROLES
from web.words.i18n import _

PAGE = 100


class Person(Form):
    name = text(40, required=True)
    role = one_of(ROLES)
    place = text(12)
    household = text(40)


class NewPerson(Person):
    login = text(40, required=True)


@pages.get("/users")
@needs("user.read", of=mine)
def users() -> ResponseReturnValue:
    """Everybody of a place, perhaps of one role only."""
    place = place_asked("user.read")
    role = request.args.get("role", "")
    found = [one for one in house().users.all(place) if not role or one.role == role]
    number = max(request.args.get("page", 1, type=int), 1)
    some = found[(number - 1) * PAGE : number * PAGE]
    return show(
        "users",
        users=some,
        number=number,
        count=-(-len(found) // PAGE),
        filters={name: what for name, what in request.args.items() if name != "page"},
        role=role,
        place=place,
        place_name=place_name(place),
        places=_place_names(some),
    )


def _place_names(found: list[User]) -> dict[str, str]:
    regions = house().regions.within(g.actor.place or house().county.code)
    names = {region.code: region.name for region in regions}
    return {one.place: names.get(one.place, one.place) for one in found}


@pages.get("/users/new")
@needs("user.change", of=mine)
def new_user() -> ResponseReturnValue:
    return _new()


def _new(said: No = NOTHING) -> ResponseReturnValue:
    return show("user_new", said, roles=_roles(), places=_places())


def _roles() -> dict[str, Any]:
    return {role: words for role, words in ROLES.items() if role in given_by(g.actor)}


def _places() -> list[Region]:
    return house().regions.within(g.actor.place or house().county.code)


@pages.post("/users/new")
@needs("user.change", of=in_body)
def add_user() -> ResponseReturnValue:
    """The first password is shown this once. The same form again finds the user made."""
    try:
        wish = loaded(NewPerson)
        _check_wish(wish)
        password = new_password()
        made = house().users.add(password=password, by=g.actor.id, **_told(wish))
    except LoginTaken as error:
        return _made_before(wish) or _new(refused(error, "user"))
    except Nays as error:
        check("user.change", at_place(g.actor.place))
        return _new(refused(error, "user"))
    return show("user_made", user=made, password=password, place_name=place_name(made.place))


def _made_before(wish: dict[str, Any]) -> ResponseReturnValue | None:
    found = house().users.by_login(wish["login"])
    told = _told(wish)
    if any(getattr(found, name) != told[name] for name in ("name", "role", "place")):
        return None
    flash(_("这个人刚才已经加好了。没记下密码的话，请重设一个。"))
    return back_to("user", user_id=found.id)


def _check_wish(wish: dict[str, Any]) -> None:
    """Raises `NotAllowed`, `UnknownPlace`."""
    check_appointment(g.actor, wish["role"])
    wish["place"] = wish["place"] or g.actor.place or house().county.code
    house().regions.get(wish["place"])
    check("user.change", at_place(wish["place"]))


def _told(wish: dict[str, Any]) -> dict[str, Any]:
    """Her own household is named by its full number."""
    own = wish["household"]
    return wish | {
        "household": house().registry.resolve_own(own, wish["place"]) if own else None,
    }


@pages.get("/users/<user_id>")
@needs("user.read", of=finding.user)
def user(user_id: str) -> ResponseReturnValue:
    return _page(house().users.by_id(user_id))


def _page(found: User, said: No = NOTHING, **more: Any) -> ResponseReturnValue:
    return show(
        "user",
        said,
        user=found,
        place_name=place_name(found.place),
        roles=_roles(),
        places=_places() if _may_change(found) else [],
        sessions=house().sessions.open_of("user", found.id),
        may_change=_may_change(found),
        **more,
    )


def _may_change(found: User) -> bool:
    mine_to_give = found.role in given_by(g.actor) and found.id != g.actor.id
    return mine_to_give and allowed("user.change", at_place(found.place))


@pages.post("/users/<user_id>")
@needs("user.change", of=finding.user)
def change_user(user_id: str) -> ResponseReturnValue:
    """Name, role, place and own household; a new role ends her open sessions."""
    found = house().users.by_id(user_id)
    try:
        check_change(g.actor, found)
        wish = loaded(Person)
        _check_wish(wish)
        house().users.change(found.id, **_told(wish))
    except Nays as error:
        return _page(found, refused(error, "user"))
    if (wish["role"], wish["place"]) != (found.role, found.place):
        house().sessions.end_all("user", found.id)
        _leaves_her_shops(found)
    flash(_("改好了。"))
    return back_to("user", user_id=user_id)


def _leaves_her_shops(found: User) -> None:
    """Where she kept a shop, another place or role gives no right to its till any more."""
    for code in house().read.shops.kept_by(found.id):
        house().ledger.release_keeper(code, keeper=found.id)
    if found.shop:
        house().users.change(found.id, shop=None)


@pages.post("/users/<user_id>/password")
@needs("user.change", of=finding.user)
def reset_password(user_id: str) -> ResponseReturnValue:
    """A new password, shown this once; she is signed out everywhere and a lock opens."""
    found = house().users.by_id(user_id)
    try:
        check_change(g.actor, found)
        password = new_password()
        house().users.reset_password(found.id, password=password, by=g.actor.id)
    except Nays as error:
        return _page(found, refused(error, "act"))
    house().sessions.end_all("user", found.id)
    return show("user_made", user=found, password=password, place_name=place_name(found.place))


@pages.post("/users/<user_id>/<any(lock, unlock, sign_out, forget_code):act>")
@needs("user.change", of=finding.user)
def act_on_user(user_id: str, act: str) -> ResponseReturnValue:
    """`lock`: she may not sign in; `forget_code`: her phone with the second factor is lost."""
    found = house().users.by_id(user_id)
    try:
        check_change(g.actor, found)
    except Nays as error:
        return _page(found, refused(error, "act"))
    if act in ("lock", "unlock"):
        house().users.change(found.id, active=act == "unlock")
    if act == "forget_code":
        house().second_factor.forget(found.id)
    if act != "unlock":
        house().sessions.end_all("user", found.id)
    flash(_("办好了。"))
    return back_to("user", user_id=user_id)


@pages.get("/devices")
@needs("token.read", of=mine)
def devices() -> ResponseReturnValue:
    """Every device and program of a place: who made it, when it was last seen."""
    place = place_asked("token.read")
    found = house().tokens.all(place)
    return show(
        "devices",
        devices=found,
        names=people(token.made_by for token in found),
        place=place,
        place_name=place_name(place),
    )


@pages.post("/devices/<token>/end")
@needs("token.change", of=finding.device)
def end_token(token: str) -> ResponseReturnValue:
    """It opens nothing any more, and serves in no shop."""
    found: Token = house().tokens.by_id(token)
    house().tokens.end(found.id)
    if found.shop:
        house().ledger.release_keeper(found.shop, keeper=found.id)
    flash(_("“%(name)s”停用了。", name=found.name))
    return back_to("devices")
