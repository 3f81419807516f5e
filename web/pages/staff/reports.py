"""Reports of villages: points against goods (K3, Q4), and the quarter for the township. Places
stand in the order of their codes; no person and no village is ranked."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from web.access.declared import mine, needs
from web.http.errors import Invalid
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import show
from web.pages.staff.sheets import in_a_file
from web.pages.staff.shown import place_asked, today, whereabouts
from web.quarterly import Report, covers, report
from web.sheets import village_lists
from web.wiring import house
from web.words.quarters import latest, quarter_on, said


@pages.get("/cover")
@needs("award.read", of=mine)
def cover() -> ResponseReturnValue:
    place = place_asked("award.read")
    return show(
        "cover",
        **whereabouts(place),
        day=today(),
        found=covers(house(), place, today()),
        said_quarter=said(quarter_on(today())),
    )


@pages.get("/cover.csv")
@needs("award.read", of=mine)
def cover_file() -> ResponseReturnValue:
    """Every village of the place."""
    place = place_asked("award.read")
    found = covers(house(), place, today(), villages=True)
    return in_a_file(lambda _: village_lists.cover(found), place)


@pages.get("/quarter")
@needs("award.read", of=mine)
def quarter() -> ResponseReturnValue:
    place = place_asked("award.read")
    found = _report(place)
    return show(
        "quarter",
        **whereabouts(place),
        day=today(),
        found=found,
        said_quarter=said(found.quarter),
        quarters=[(each, said(each)) for each in latest(today())],
    )


@pages.get("/quarter.csv")
@needs("award.read", of=mine)
def quarter_file() -> ResponseReturnValue:
    """Every village of the place."""
    place = place_asked("award.read")
    found = _report(place, villages=True)
    return in_a_file(lambda _: village_lists.quarter(found), place)


def _report(place: str, *, villages: bool = False) -> Report:
    wish = request.args.get("quarter", "").strip() or quarter_on(today())
    try:
        return report(house(), place, wish, today(), villages=villages)
    except ValueError:
        raise Invalid(quarter=wish) from None
