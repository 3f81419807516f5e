"""The page of a village, and the list of villages."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from web.pages.village.blueprint import open_to_all, pages
from web.pages.village.forms import blank
from web.village.shown import village_of
from web.wiring import house


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
    """Raises `UnknownPlace`."""
    found = village_of(house(), village)
    return render_template(
        "village/show.html",
        village=village,
        name=found.name,
        here=found,
        form=blank(found.notices),
    )
