"""The staff's blueprint, and what its templates may ask."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, g

from web.access.gate import allowed
from web.wiring import house
from web.words import codes as words

pages = Blueprint("staff", __name__, url_prefix="/staff")


def form_key() -> str:
    """A form's own key: sent twice, it is done once. A page shown again has a new one."""
    return token_hex(12)


def signer() -> dict[str, str] | None:
    """What a form needs for its sender's device to sign it; None where she has none."""
    if "signer" not in g:
        found = house().read.keys.device_of(g.actor.id)
        known = {"county": house().county.code, "actor": g.actor.id}
        g.signer = known | {"key": found["key_id"]} if found else None
    made: dict[str, str] | None = g.signer
    return made


@pages.before_request
def _audience() -> None:
    g.audience = "staff"


@pages.context_processor
def _words() -> dict[str, Any]:
    return {"words": words, "allowed": allowed, "signer": signer}


pages.add_app_template_global(form_key)
