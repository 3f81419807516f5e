"""What all public pages of a village share: big letters, no search engine, no Referrer, no cache.

Nobody is recognised here and no log has a line of it: whoever objects without a name must not be
found by what else she looked at (rulings 24). Only who gives her name signs in, on a page of its
own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, g

from web.access.declared import limited, public, untraced
from web.words import codes as words

View = TypeVar("View", bound=Callable[..., Any])

pages = Blueprint("village", __name__, url_prefix="/village")


def open_to_all(view: View) -> View:
    """Anybody may look, and nobody is asked or noted who it was."""
    return public(untraced(limited("120 per minute", methods=("GET",))(view)))


@pages.before_request
def _for_villagers() -> None:
    g.audience = "villager"


@pages.context_processor
def _words() -> dict[str, Any]:
    return {"words": words}


@pages.after_request
def _keep_apart(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
