"""One's own page: password, second factor, and where one is signed in."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from points.ledger.keys import REASONS as WHY
from points.refusals import Refusal
from web.access.authorize import NotAllowed
from web.access.declared import limited, mine, needs
from web.access.gate import allowed
from web.access.recognise import begin_session, session_here
from web.access.users import User
from web.http.errors import STATUS
from web.wiring import house
from web.words.i18n import _, _l
from web.words.sentences import sentence

REASONS = dict(
    zip(WHY, (_l("丢了"), _l("换了新的"), _l("不再做这份工作"), _l("怕被别人用过")), strict=True)
)
"""Why a device signs no more."""

pages = Blueprint("own", __name__, url_prefix="/own")


class NewPassword(Schema):
    old = fields.String(required=True, validate=validate.Length(1, 200))
    new = fields.String(required=True, validate=validate.Length(1, 200))
    again = fields.String(required=True)


class FirstCode(Schema):
    secret = fields.String(required=True, validate=validate.Regexp(r"[A-Z2-7]{32}\Z"))
    code = fields.String(required=True, validate=validate.Length(1, 12))


class DeviceWish(Schema):
    public_key = fields.String(required=True, validate=validate.Length(1, 100))
    name = fields.String(required=True, validate=validate.Length(1, 40))


class DifferentPasswords(Refusal):
    """A new password is typed twice."""

    code = "passwords-differ"


@pages.get("")
@needs("session.own", of=mine)
def show() -> ResponseReturnValue:
    return _page()


@pages.post("/password")
@needs("session.own", of=mine)
@limited("20 per minute")
def change_password() -> ResponseReturnValue:
    """A new password ends every session but a new one here."""
    user = _user()
    wish = NewPassword(unknown="exclude").load(request.form.to_dict())
    try:
        if wish["new"] != wish["again"]:
            raise DifferentPasswords
        house().users.change_password(user.id, old=wish["old"], new=wish["new"])
    except Refusal as no:
        return _again(no)
    house().sessions.end_all("user", user.id)
    session.clear()
    flash(_("密码换好了。"))
    return begin_session(redirect(url_for("sign_in.index"), 303), "user", user.id)


@pages.get("/code")
@needs("session.own", of=mine)
def new_code() -> ResponseReturnValue:
    """A fresh secret as a QR code; nothing is kept before its first code comes back."""
    _user()
    return _enrolment(house().second_factor.new_secret())


@pages.post("/code")
@needs("session.own", of=mine)
@limited("20 per minute")
def enrol() -> ResponseReturnValue:
    """Second factor on, from the next sign-in. Only an administrator takes it off again."""
    user = _user()
    if user.has_totp:
        raise NotAllowed(action="session.own")
    wish = FirstCode(unknown="exclude").load(request.form.to_dict())
    try:
        house().second_factor.enrol(user.id, wish["secret"], wish["code"])
    except Refusal as no:
        g.refused = no.code
        return _enrolment(wish["secret"], error=sentence(no)), 409
    flash(_("动态验证码绑定好了，下次登录要用。"))
    return redirect(url_for(".show"), 303)


@pages.post("/device")
@needs("device.own", of=mine)
@limited("20 per minute")
def new_device() -> ResponseReturnValue:
    """This browser's key signs for her from now on; the browser made it and keeps it."""
    try:
        wish = DeviceWish(unknown="exclude").load(request.form.to_dict())
        house().ledger.register_device_key(wish["public_key"], name=wish["name"])
    except Refusal as no:
        return _again(no)
    flash(_("这台设备登记好了。以后您办的事，都由它替您签名。"))
    return redirect(url_for(".show"), 303)


@pages.post("/device/end")
@needs("device.own", of=mine)
@limited("20 per minute")
def end_device() -> ResponseReturnValue:
    try:
        house().ledger.revoke_own_device(why=request.form.get("why", ""))
    except Refusal as no:
        return _again(no)
    flash(_("注销了。它以前签过的仍然有效。"))
    return redirect(url_for(".show"), 303)


@pages.post("/sessions/end")
@needs("session.own", of=mine)
def end_others() -> ResponseReturnValue:
    here = session_here()
    house().sessions.end_all("user", _user().id, but=here.id if here else None)
    flash(_("其他地方都退出了。"))
    return redirect(url_for(".show"), 303)


def _user() -> User:
    return house().users.by_id(g.actor.id)


def _page(**more: str) -> str:
    user = _user()
    open_now = house().sessions.open_of("user", user.id)
    return render_template(
        "own/show.html",
        user=user,
        sessions=open_now,
        here=session_here(),
        duty=g.actor.duty,
        may_sign=allowed("device.own"),
        device=house().read.keys.device_of(user.id),
        reasons=REASONS,
        **more,
    )


def _again(no: Refusal) -> ResponseReturnValue:
    g.refused = no.code
    return _page(error=sentence(no)), STATUS.get(no.code, 409)


def _enrolment(secret: str, **more: str) -> str:
    address = house().second_factor.address(secret, _user().login)
    picture = segno.make(address, error="m").svg_data_uri(scale=6, border=4)
    return render_template("own/code.html", secret=secret, picture=picture, **more)
