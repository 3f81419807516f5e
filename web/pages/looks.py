"""The look shared by all pages: filters, versioned addresses of static files, text size, ways.

`install` is called once by `create_app`. Nothing here knows who is signed in but through `g.actor`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, url_for

from web.http import packed
from web.pages import ways
from web.words import formats

STATIC = Path(__file__).parent.parent / "static"
SIZES = ("1", "2", "3")  # 18, 23 and 30 px: the elder norm asks for a setting of at least 30
SIZE_COOKIE = "size"
YEAR = 365 * 24 * 60 * 60  # seconds


@cache
def version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file; it changes when the file does, so it may be cached for ever."""
    return url_for("static", filename=name, v=version(name))


def text_size() -> str:
    """The size asked for by `?size=`, else the one remembered in the cookie, else the smallest."""
    wish = request.args.get(SIZE_COOKIE) or request.cookies.get(SIZE_COOKIE)
    return wish if wish in SIZES else SIZES[0]


def next_size() -> str:
    return SIZES[(SIZES.index(text_size()) + 1) % len(SIZES)]


def remember_size(response: Response) -> Response:
    """Works without script: a link with `?size=2` is enough to be remembered for a year."""
    if request.args.get(SIZE_COOKIE) in SIZES:
        response.set_cookie(
            SIZE_COOKIE, text_size(), max_age=YEAR, samesite="Lax", secure=request.is_secure
        )
    return response


def scene() -> dict[str, Any]:
    actor = g.get("actor")
    return {
        "actor": actor,
        "text_size": text_size(),
        "next_size": next_size(),
        "ways": ways.of(actor),
    }


def install(app: Flask, today: Callable[[], date]) -> None:
    formats.install(app, today)
    packed.install(app)
    app.add_template_global(asset, "asset")
    app.context_processor(scene)
    app.after_request(remember_size)
