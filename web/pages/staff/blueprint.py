"""The staff's blueprint, and what its templates may ask."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, g

from web.access.gate import allowed
from web.pages.staff import words

pages = Blueprint("staff", __name__, url_prefix="/staff")


def form_key() -> str:
    """A form's own key: sent twice, it is done once. A page shown again has a new one."""
    return token_hex(12)


@pages.before_request
def _audience() -> None:
    g.audience = "staff"


@pages.context_processor
def _words() -> dict[str, Any]:
    return {"words": words, "allowed": allowed}


pages.add_app_template_global(form_key)
