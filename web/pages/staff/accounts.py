"""In whose hands the points are: by township, by village, by household; each down to entries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from web.access.declared import mine, needs
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import show
from web.pages.staff.shown import (
    address,
    homes,
    is_village,
    place_asked,
    place_name,
    places_below,
    trail,
)
from web.wiring import house
from web.words.codes import MEASURES

PAGE = 50
COLUMNS = {name: name for name in MEASURES} | {"spendable": "balance"}


@pages.get("/accounts")
@needs("household.trace", of=mine)
def accounts() -> ResponseReturnValue:
    """One measure of every household of a village, or of every place below a larger one."""
    place = place_asked("household.trace")
    wish = request.args.get("measure", "")
    measure = wish if wish in MEASURES and wish != "points" else "spendable"
    column = COLUMNS[measure]
    common: dict[str, Any] = {
        "place": place,
        "place_name": place_name(place),
        "trail_links": _trail(place, measure),
        "measure": measure,
        "measures": {name: words for name, words in MEASURES.items() if name != "points"},
        "total": house().read.accounts.totals(place),
        "column": column,
    }
    if not is_village(place):
        return show("places", rows=_places(place), **common)
    return show("accounts", **_households(place), **common)


def _trail(place: str, measure: str) -> list[tuple[str, str]]:
    """Links to the larger places on the way from the visitor's own to this one."""
    steps = trail(place)
    if not steps:
        return []
    above = [(address("accounts", place=code, measure=measure), name) for code, name in steps[:-1]]
    return [(address("accounts", measure=measure), place_name(g.actor.place)), *above]


def _places(place: str) -> list[dict[str, Any]]:
    """Every place below, with the sums of its villages."""
    by_village = house().read.accounts.by_village(place)
    return [
        {"code": region.code, "name": region.name, **_added(region.code, by_village)}
        for region in places_below(place)
    ]


def _added(code: str, by_village: dict[str, dict[str, int]]) -> dict[str, int]:
    return _sum(sums for village, sums in by_village.items() if village.startswith(code))


def _sum(several: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for sums in several:
        for name, number in sums.items():
            total[name] = total.get(name, 0) + number
    return total


def _households(place: str) -> dict[str, Any]:
    rows = house().read.accounts.all(place)
    number = max(request.args.get("page", 1, type=int), 1)
    some = rows[(number - 1) * PAGE : number * PAGE]
    return {
        "rows": some,
        "homes": homes(str(row["household"]) for row in some),
        "number": number,
        "count": -(-len(rows) // PAGE),
    }
