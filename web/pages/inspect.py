"""The inspector's door: a link that opens a session for looking, and nothing else."""

from __future__ import annotations

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from web.access.declared import limited, public
from web.access.gate import log_line
from web.access.inspections import LinkDead
from web.access.recognise import begin_session
from web.access.roles import serves
from web.wiring import house

pages = Blueprint("inspect", __name__, url_prefix="/inspect")


@pages.get("/<secret>")
@public
@limited("10 per minute")
def enter(secret: str) -> ResponseReturnValue:
    """Every use stands in the access log; the pages behind note themselves, like all others."""
    try:
        link = house().inspections.use(secret)
        if not serves(link.place, house().county.code):
            raise LinkDead
    except LinkDead as dead:
        g.refused = dead.code
        log_line("inspect.open", "", dead.code)
        raise
    log_line("inspect.open", link.id, "ok")
    answer = begin_session(redirect(url_for("staff.watch"), 303), "inspector", link.id)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
