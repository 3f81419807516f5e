"""Where satisfaction slips come in: nobody is recognised, nothing is noted (Q6; rulings 24).

The token is all that speaks for a slip, so no cookie and no form token is asked for: whoever sends
one from elsewhere must have it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from points.clock import business_day
from points.refusals import Refusal
from points.views.slips import Told
from web import slips
from web.access.declared import for_programs, limited, public, untraced
from web.http.errors import STATUS
from web.village.objecting import with_code
from web.wiring import house
from web.words.codes import FACES, SLIP_ABOUT
from web.words.quarters import latest, said
from web.words.sentences import sentence

pages = Blueprint("slips", __name__)

DECIDED = ("decided", "settled")
PUBLISHED = 2
"""Quarters that a village's public page tells of."""


@pages.post("/slip")
@public
@untraced
@for_programs
@limited("60 per minute")
def give() -> ResponseReturnValue:
    """One slip: `slip` is its token, `face` what was tapped."""
    g.audience = "villager"
    try:
        village = slips.give(house(), request.form.get("slip", ""), request.form.get("face", ""))
    except Refusal as no:
        g.refused = no.code
        page = render_template("slips/thanks.html", why=sentence(no), village="")
        return page, STATUS.get(no.code, 409)
    return render_template("slips/thanks.html", why="", village=village)


def _token_for(village: str, code: str) -> str | None:
    """For the answer to the objection with this code; None where it waits, or was used."""
    found = with_code(house(), village, code)
    if found is None or found["state"] not in DECIDED:
        return None
    token = slips.for_decision(house(), village, found["objection_id"])
    return None if slips.was_given(house(), token) else token


def _shares(village: str) -> list[tuple[str, dict[str, Told]]]:
    """Of the latest quarters, those with enough slips to be told."""
    today = business_day(house().clock())
    found = ((each, house().read.slips.of(village, each)) for each in latest(today)[:PUBLISHED])
    return [
        (said(quarter), told)
        for quarter, told in found
        if any(each.shares for each in told.values())
    ]


@pages.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "faces": FACES,
        "slip_about": SLIP_ABOUT,
        "slip_for": _token_for,
        "slip_shares": _shares,
    }
