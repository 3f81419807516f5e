"""What "no" looks like: `{code, message, facts}` for programs, a kind page for people.

One shape for refusals of the rules, for what marshmallow, flask-smorest and CSRF refuse, and for
what goes wrong.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from eventsourcing.persistence import IntegrityError as Raced
from eventsourcing.persistence import PersistenceError
from flask import Flask, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from points.refusals import Refusal
from points.store.disk import trouble
from web.words.sentences import sentence_for

STATUS = {
    "not-signed-in": 401,
    "sign-in-failed": 401,
    "not-allowed": 403,
    "password-must-change": 403,
    "totp-needed": 403,
    "cross-site": 403,
    "card-unknown": 404,
    "household-unknown": 404,
    "receipt-unknown": 404,
    "case-unknown": 404,
    "round-unknown": 404,
    "sitting-unknown": 404,
    "showcase-unknown": 404,
    "undo-unknown": 404,
    "shop-unknown": 404,
    "place-unknown": 404,
    "user-unknown": 404,
    "link-dead": 404,
    "key-not-admitted": 503,
    "device-unknown": 404,
    "photo-gone": 404,
    "notice-unknown": 404,
    "objection-unknown": 404,
    "mandate-bad": 400,
    "mandate-missing": 403,
    "mandate-key-unknown": 403,
    "sign-off-unknown": 404,
    "period-unknown": 400,
    "token-unknown": 404,
    "import-unknown": 404,
    "not-logged-yet": 404,
    "not-published": 404,
    "invalid": 400,
    "idempotency-key-missing": 400,
    "key-reused": 422,
    "busy": 503,
}
"""Refusals that are not a plain 409: conflicts with how things stand."""

OF_STATUS = {
    400: "bad-request",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    429: "too-many",
}

_log = get_logger()


class Invalid(Refusal):
    """What was sent has not the right form; facts: field -> sentences."""

    code = "invalid"


def install(app: Flask) -> None:
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(ValidationError, on_invalid)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Raced, on_race)
    for gone in (PersistenceError, OperationalError, InterfaceError):
        app.register_error_handler(gone, on_no_database)
    app.register_error_handler(Exception, on_broken)


def on_refusal(refusal: Refusal) -> ResponseReturnValue:
    if refusal.code == "not-signed-in" and not wants_json():
        g.refused = refusal.code
        return _to_sign_in()
    return answer(STATUS.get(refusal.code, 409), refusal.code, refusal.facts)


def on_invalid(error: ValidationError) -> ResponseReturnValue:
    fields = error.messages if isinstance(error.messages, dict) else {"_": error.messages}
    return answer(400, "invalid", fields)


def on_csrf(_error: CSRFError) -> ResponseReturnValue:
    return answer(400, "csrf", {})


def on_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error  # a redirect
    if error.code >= 500:
        return on_broken(error)
    code = OF_STATUS.get(error.code, "bad-request")
    allowed = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(allowed)} if allowed else {}
    return answer(error.code, code, {}, headers)


def on_race(_error: Raced) -> ResponseReturnValue:
    """Somebody else wrote first, again and again: the caller tries once more."""
    return answer(503, "try-again", {}, {"Retry-After": "1"})


def on_no_database(error: Exception) -> ResponseReturnValue:
    disk = trouble(error)
    _log.error(disk or "database-not-answering", error=type(error).__name__)
    if disk == "disk-full":
        return answer(507, disk, {}, {"Retry-After": "60"})
    return answer(503, disk or "unavailable", {}, {"Retry-After": "5"})


def on_broken(error: Exception) -> ResponseReturnValue:
    _log.exception("broken", error=type(error).__name__, exc_info=error)
    return answer(500, "broken", {"request_id": g.get("request_id", "")})


def answer(
    status: int, code: str, facts: dict[str, Any], headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    """The one shape of an error."""
    g.refused = code
    message = sentence_for(code, facts)
    if wants_json():
        return jsonify(code=code, message=message, facts=plain(facts)), status, headers or {}
    page = render_template(
        "refused.html",
        sentence=message,
        facts=facts,
        code=code,
        title=_("没有这个页面") if status == 404 else None,
        audience=getattr(g, "audience", None),
        back=_back(),
    )
    return page, status, headers or {}


def wants_json() -> bool:
    """Programs and scripts get JSON, browsers a page."""
    if request.path.startswith("/api/"):
        return True
    kinds = request.accept_mimetypes
    return kinds["application/json"] > kinds["text/html"]


def plain(fact: Any) -> Any:
    """A fact as JSON can hold it."""
    match fact:
        case None | bool() | int() | float() | str():
            return fact
        case dict():
            return {str(name): plain(value) for name, value in fact.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(value) for value in fact]
        case datetime() | date():
            return fact.isoformat()
    return str(fact)


def _to_sign_in() -> ResponseReturnValue:
    """Sign in, then go on where you were; htmx is told to leave the page, not to fill a part."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    address = url_for("sign_in.form", next=back)
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url_for("sign_in.form")}
    return redirect(address, 303)


def _back() -> str:
    """The page one came from, when it is ours; else the first page."""
    came = urlsplit(request.referrer or "")
    ours = came.netloc == request.host and not came.path.startswith("//")
    return came.path if came.path and ours else "/"
