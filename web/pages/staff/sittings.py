"""Sittings of a place: what the bodies of its villages decided, and what waits for them."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from points.sitting import UnknownSitting
from web.access.authorize import at_place
from web.access.declared import mine, needs
from web.access.find import sitting as in_address
from web.access.gate import allowed
from web.pages.staff.blueprint import pages
from web.pages.staff.evaluations import judge_names
from web.pages.staff.forms import show
from web.pages.staff.shown import (
    homes,
    people,
    place_asked,
    place_name,
    village_names,
    whereabouts,
)
from web.wiring import house


@pages.get("/sittings")
@needs("award.read", of=mine)
def sittings() -> ResponseReturnValue:
    place = place_asked("award.read")
    return show(
        "sittings",
        **whereabouts(place),
        villages=village_names(),
        waiting=house().read.cases.waiting_by_body(place),
        may_hold=allowed("award.sign", at_place(place)),
        held=house().read.sittings.of_place(place),
    )


@pages.get("/sittings/<uuid:sitting>")
@needs("award.read", of=in_address())
def sitting(sitting: UUID) -> ResponseReturnValue:
    """Who was present, who was recused, and what it said of each case."""
    found = house().read.sittings.one(sitting)
    if found is None:
        raise UnknownSitting(sitting=str(sitting))
    members = [each["member"] for each in house().read.sittings.members(sitting)]
    decisions = house().read.sittings.decisions(sitting)
    cases = house().read.cases.several([each["case_id"] for each in decisions])
    return show(
        "sitting",
        sitting=found,
        place_name=place_name(found["village"]),
        members=members,
        names=judge_names(members) | people([found["held_by"]]),
        decisions=decisions,
        cases={case["case_id"]: case for case in cases},
        homes=homes(each["household"] for each in decisions),
    )
