"""The reader's language: Chinese, unless a person has chosen otherwise.

It never comes from Accept-Language: elders' phones are often set to odd languages (ux.md §7).
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel

LANGUAGES = ("zh_Hans", "en")
LANGUAGE_COOKIE = "language"
YEAR = timedelta(days=365)


def install(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    app.add_template_global(html_language)
    Babel(app, locale_selector=chosen)  # type: ignore[no-untyped-call]  # typed elsewhere only


def chosen() -> str:
    """The signed-in person's language, else the cookie's, else Chinese."""
    actor = g.get("actor")
    wish = getattr(actor, "language", None) or request.cookies.get(LANGUAGE_COOKIE)
    return wish if wish in LANGUAGES else LANGUAGES[0]


def html_language() -> str:
    """What screen readers are told to speak."""
    return chosen().replace("_", "-")


def remember(answer: ResponseReturnValue, language: str) -> Response:
    response = make_response(answer)
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=YEAR, samesite="Lax", secure=request.is_secure
    )
    return response
