"""The page of a village, and the list of villages."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web.pages.village.blueprint import open_to_all, pages
from web.pages.village.forms import blank
from web.village.days import declared_days
from web.village.shown import village_of
from web.wiring import house

PAGES_MAX = 10_000
"""Of answers; behind them there is nothing."""


@pages.get("")
@open_to_all
def index() -> ResponseReturnValue:
    """Every village of the county."""
    here = house()
    villages = here.regions.villages(here.county.code)
    return render_template(
        "village/index.html", county=here.regions.name(here.county.code), villages=villages
    )


@pages.get("/<village>")
@open_to_all
def show(village: str) -> ResponseReturnValue:
    """Answers page on by `?answers=2`. Raises `UnknownPlace`."""
    number = request.args.get("answers", 1, type=int)
    found = village_of(house(), village, min(max(number, 1), PAGES_MAX))
    return render_template(
        "village/show.html",
        village=village,
        name=found.name,
        here=found,
        declared=declared_days(house()),
        form=blank(found.notices),
    )
