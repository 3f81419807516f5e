"""Who is it? A bearer token, else the session of the browser's cookie, else nobody."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from web.access.appoint import appointers
from web.access.authorize import NotSignedIn
from web.access.inspections import LinkDead
from web.access.roles import serves
from web.access.sessions import Session
from web.access.tokens import Token
from web.access.users import UnknownUser, User
from web.access.visitor import Visitor, of_household
from web.wiring import House, house


def recognise() -> Visitor | None:
    """Raises `NotSignedIn` for a token that opens nothing: a program must not pass as nobody."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        token = house().tokens.find(secret.strip())
        if token is None or not serves(token.place, house().county.code):
            raise NotSignedIn
        return of_token(token, house())
    session = session_here()
    return None if session is None else of_session(session, house())


def session_here() -> Session | None:
    """The open session of this browser, perhaps still waiting for the second factor."""
    secret = cookie_secret()
    return house().sessions.find(secret) if secret else None


def of_token(token: Token, house: House) -> Visitor:
    """A program acts for no household that its maker may not act for; a till serves everybody."""
    return Visitor(
        token.id,
        token.role,
        token.place,
        None if token.role == "keeper" else _household(token.made_by, house),
        name=token.name,
        door="token",
        shop=token.shop,
        appointers=partial(appointers, token.made_by, house.users),
    )


def _household(user_id: str, house: House) -> str | None:
    try:
        return house.users.by_id(user_id).household
    except UnknownUser:
        return None


def of_session(session: Session, house: House) -> Visitor | None:
    if session.stage != "open":
        return None
    if session.kind == "card":
        return _of_card(session.subject, house)
    if session.kind == "inspector":
        return _of_link(session.subject, house)
    try:
        user = house.users.by_id(session.subject)
    except UnknownUser:
        return None
    here = user.active and serves(user.place, house.county.code)
    return of_user(user, house) if here else None


def _of_card(number: str, house: House) -> Visitor | None:
    village = number.partition("-")[0]
    here = serves(village, house.county.code)
    return of_household(number) if here else None


def _of_link(link_id: str, house: House) -> Visitor | None:
    """An inspector from outside; nobody once her link has ended or was taken back."""
    try:
        link = house.inspections.by_id(link_id)
    except LinkDead:
        return None
    here = house.inspections.alive(link) and serves(link.place, house.county.code)
    return (
        Visitor("inspection:" + link.id, "inspector", link.place, name=link.purpose, door="link")
        if here
        else None
    )


def of_user(user: User, house: House, *, door: str = "session") -> Visitor:
    """The user as an actor: at a page, or on the command line (`door="cli"`)."""
    return Visitor(
        user.id,
        user.role,
        user.place,
        user.household,
        name=user.name,
        door=door,
        shop=user.shop or _kept(user, house),
        duty=_duty(user, house.settings.totp_roles),
        language=user.language,
        appointers=partial(appointers, user.credentials_by, house.users),
    )


def _kept(user: User, house: House) -> str | None:
    """The shop that a keeper serves in; the first, where there are several."""
    shops = house.read.shops.kept_by(user.id) if user.role == "keeper" else []
    return shops[0] if shops else None


def _duty(user: User, totp_roles: frozenset[str]) -> str | None:
    if user.must_change:
        return "password"
    return "totp" if user.role in totp_roles and not user.has_totp else None


# The cookie.


def cookie_name() -> str:
    """`__Host-` binds a cookie to this host and to https; on plain http browsers refuse it."""
    return "__Host-jiamei" if house().settings.https else "jiamei"


def cookie_secret() -> str | None:
    return request.cookies.get(cookie_name())


def begin_session(
    answer: ResponseReturnValue, kind: str, subject: str, *, stage: str = "open"
) -> Response:
    """A new session, whose secret goes out with this answer. `kind`: user or card."""
    response = make_response(answer)
    response.set_cookie(cookie_name(), house().sessions.begin(kind, subject, stage=stage), **_how())
    return response


def take_cookie(answer: ResponseReturnValue) -> Response:
    response = make_response(answer)
    response.delete_cookie(cookie_name(), **_how())
    return response


def _how() -> dict[str, Any]:
    return {
        "secure": house().settings.https,
        "httponly": True,
        "samesite": "Lax",
        "path": "/",
    }
