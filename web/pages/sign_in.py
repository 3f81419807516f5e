"""Signing in and out: password, then the second factor where there is one."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from points.refusals import Refusal
from web.access.authorize import NotSignedIn
from web.access.declared import limited, mine, needs, public
from web.access.gate import log_line
from web.access.recognise import begin_session, cookie_secret, session_here, take_cookie
from web.access.roles import serves
from web.access.users import User
from web.http.errors import STATUS
from web.pages import ways
from web.wiring import house
from web.words.babel import LANGUAGES, remember
from web.words.sentences import sentence

pages = Blueprint("sign_in", __name__)


class OtherCounty(Refusal):
    """She works in another county than this process serves."""

    code = "other-county"


class SignIn(Schema):
    login = fields.String(required=True, validate=validate.Length(1, 60))
    password = fields.String(required=True, validate=validate.Length(1, 200))


class Code(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 12))


@pages.get("/")
@public
def index() -> ResponseReturnValue:
    """The first page of whoever comes: her own, or the way in."""
    steps = ways.of(g.actor)
    return redirect(steps[0].href if steps else url_for(".form"))


@pages.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    return render_template("sign_in/form.html", next=_inside(request.args.get("next")))


@pages.post("/sign-in")
@public
@limited("20 per minute")
def sign_in() -> ResponseReturnValue:
    """A wrong password comes back to the form, with its sentence."""
    wish = SignIn(unknown="exclude").load(request.form.to_dict())
    try:
        user = house().users.sign_in(wish["login"], wish["password"])
        if not serves(user.place, house().county.code):
            raise OtherCounty
    except Refusal as no:
        log_line("sign-in", house().keyed.login(wish["login"])[:16], no.code)
        return _again("sign_in/form.html", no, login=wish["login"])
    session.clear()  # a new form token for whoever is in now
    log_line("sign-in", user.id, "code" if user.has_totp else "open")
    if user.has_totp:
        to_code = redirect(url_for(".code", next=_inside(request.form.get("next"))), 303)
        return begin_session(to_code, "user", user.id, stage="code")
    return begin_session(_welcome(user), "user", user.id)


@pages.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    _waiting()
    return render_template("sign_in/code.html", next=_inside(request.args.get("next")))


@pages.post("/sign-in/code")
@public
@limited("20 per minute")
def check_code() -> ResponseReturnValue:
    """The right code opens a session with a new secret; the waiting one ends."""
    user_id = _waiting()
    wish = Code(unknown="exclude").load(request.form.to_dict())
    try:
        house().second_factor.check(user_id, wish["code"])
    except Refusal as no:
        log_line("sign-in.code", user_id, no.code)
        return _again("sign_in/code.html", no)
    log_line("sign-in.code", user_id, "open")
    house().sessions.end(cookie_secret() or "")
    return begin_session(_welcome(house().users.by_id(user_id)), "user", user_id)


@pages.post("/sign-out")
@needs("session.end", of=mine)
def sign_out() -> ResponseReturnValue:
    house().sessions.end(cookie_secret() or "")
    session.clear()
    return take_cookie(redirect(url_for(".form"), 303))


@pages.post("/language")
@public
def language() -> ResponseReturnValue:
    """Chosen once, remembered for a year, and by the account of whoever is signed in."""
    wish = request.form.get("language", "")
    answer = redirect(_inside(request.form.get("next")) or "/", 303)
    if wish not in LANGUAGES:
        return answer
    if g.actor and g.actor.door == "session":
        house().users.change(g.actor.id, language=wish)
    return remember(answer, wish)


def _waiting() -> str:
    """The user who gave her password and owes the code; raises `NotSignedIn`."""
    waiting = session_here()
    if waiting is None or waiting.stage != "code":
        raise NotSignedIn
    return waiting.subject


def _welcome(user: User) -> ResponseReturnValue:
    flash(_("您好，%(name)s。", name=user.name))
    return redirect(_inside(request.form.get("next")) or url_for(".index"), 303)


def _again(template: str, no: Refusal, **more: str) -> ResponseReturnValue:
    g.refused = no.code
    back = _inside(request.form.get("next"))
    return render_template(template, error=sentence(no), next=back, **more), STATUS.get(
        no.code, 409
    )


def _inside(address: str | None) -> str:
    """An address of this house, or nothing: no page sends anybody elsewhere."""
    parts = urlsplit(address or "")
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    plain = address is not None and address.isprintable() and "\\" not in address
    plain = plain and not str(address).startswith("//")
    return address or "" if inside and plain else ""
