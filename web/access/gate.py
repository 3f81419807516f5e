"""The gate: before any view runs, who is it, is it her browser that asks, and may she?"""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect

from points.refusals import Refusal
from web.access.authorize import NotAllowed, NotSignedIn, Thing, authorize, may
from web.access.declared import Declared, declared, is_for_programs, is_untraced
from web.access.recognise import recognise
from web.access.visitor import Visitor
from web.http.envelopes import channel
from web.http.errors import Invalid
from web.wiring import house

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})

csrf = CSRFProtect()


class CrossSite(Refusal):
    """A browser says itself that another site sent this (Sec-Fetch-Site)."""

    code = "cross-site"


class PasswordMustChange(Refusal):
    code = "password-must-change"


class TotpNeeded(Refusal):
    code = "totp-needed"


class NotChecked(RuntimeError):
    """A view that was to name its object never did: it is a mistake of ours."""


DUTIES = {"password": PasswordMustChange, "totp": TotpNeeded}


def install(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the gate asks, where a browser's cookie spoke
    csrf.init_app(app)
    app.before_request(let_in)
    app.after_request(note)


def let_in() -> None:
    """Deny by default: a route that declares nothing lets nobody in."""
    if request.routing_exception is not None or request.endpoint in (None, "static"):
        return
    _written_plainly()
    g.actor = visitor = None if _untraced() else recognise()
    rule = _rule(request.endpoint)
    if rule is None:
        raise NotAllowed(action=request.endpoint)
    if rule.action is not None:
        _admit(visitor, rule)
    if request.method not in _SAFE and not _without_cookie(visitor):
        _same_site()


def check(action: str, thing: Thing) -> Visitor:
    """For a view whose object stands in the body: may the visitor do this there?"""
    g.thing = thing
    return authorize(g.get("actor"), action, thing)


def allowed(action: str, thing: Thing | None = None) -> bool:
    """For templates: show the button or not."""
    return may(g.get("actor"), action, thing)


def _rule(endpoint: str) -> Declared | None:
    return declared(current_app.view_functions[endpoint])


def _admit(visitor: Visitor | None, rule: Declared) -> None:
    """Raises what stands in her way; then `g.thing` is the object she asked for."""
    assert rule.action is not None
    assert rule.of is not None
    if visitor is None:
        raise NotSignedIn
    if visitor.door == "token" and not request.path.startswith("/api/"):
        raise NotAllowed(action=rule.action)  # pages are for people
    if visitor.duty and not rule.action.startswith("session."):
        raise DUTIES[visitor.duty]
    if not may(visitor, rule.action):
        raise NotAllowed(action=rule.action)
    g.thing = thing = rule.of(visitor, request.view_args or {})
    if thing is not None:
        authorize(visitor, rule.action, thing)


def _without_cookie(visitor: Visitor | None) -> bool:
    """Whether no browser's cookie can have spoken for her."""
    if visitor is not None and visitor.door == "token":
        return True
    return _by_program()


def _by_program() -> bool:
    """Whether the view reads the body itself, whatever kind it says to be."""
    return is_for_programs(current_app.view_functions[request.endpoint or ""])


def _untraced() -> bool:
    return is_untraced(current_app.view_functions[request.endpoint or ""])


def _written_plainly() -> None:
    """No database keeps a NUL, so none stands in an address or a form. JSON has its schemas."""
    fields = list(request.args.items(multi=True))
    if request.mimetype in _FORMS and not _by_program():
        fields += request.form.items(multi=True)
    wrong = {name: ["NUL"] for name, value in fields if "\0" in value}
    if wrong or "\0" in request.path:
        raise Invalid(**wrong)


def _same_site() -> None:
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise CrossSite
    csrf.protect()


def note(response: Response) -> Response:
    """A line in the access log for everything that is not open to all."""
    rule = _rule(request.endpoint) if request.endpoint else None
    if rule is None or rule.action is None:
        return _note_card(response)
    if response.status_code < 400 and "refused" not in g and g.get("thing") is None:
        raise NotChecked(request.endpoint)
    log_line(rule.action, str(g.get("thing") or ""), g.get("refused") or "ok")
    return response


def _note_card(response: Response) -> Response:
    """A household's page is open to whoever holds the card; of the card only a hash is kept."""
    token = (request.view_args or {}).get("token")
    if token:
        log_line("card.page", house().keyed.path(token.upper()), g.get("refused") or "ok")
    return response


def log_line(action: str, thing: str, result: str) -> None:
    """A line in the access log about the visitor of this request, known or not."""
    visitor: Visitor | None = g.get("actor")
    asked: Thing | None = g.get("thing")
    house().access_log.note(
        actor=visitor.id if visitor else "",
        role=visitor.role if visitor else "",
        place=(asked.place if asked else "") or (visitor.place if visitor else ""),
        channel=channel(visitor),
        action=action,
        object=thing,
        result=result,
        request_id=g.get("request_id", ""),
    )
