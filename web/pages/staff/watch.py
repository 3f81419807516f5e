"""Supervision at a glance: this month's totals by village, what waits, what stands out, who signed
it off; and the way to any household's balance on any past day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from points.audit.anomalies import Anomaly
from points.audit.sample import first_and_last
from points.views.entries import Wish
from web.access.authorize import at_household
from web.access.declared import mine, needs
from web.access.find import full_number
from web.access.gate import check
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import NOTHING, Nays, No, day_asked, refused, show
from web.pages.staff.shown import (
    back_to,
    home,
    homes,
    notes,
    people,
    place_asked,
    place_name,
    today,
    village_names,
    whereabouts,
)
from web.pages.staff.watching import month_asked
from web.supervision import anomalies_of
from web.wiring import house
from web.words.codes import ANOMALIES, GROUPS

ANOMALIES_SHOWN = 50


@pages.get("/watch")
@needs("signoff.read", of=mine)
def watch() -> ResponseReturnValue:
    return _page()


def _page(said: No = NOTHING) -> ResponseReturnValue:
    place, month = place_asked("signoff.read"), month_asked()
    start, end = first_and_last(month)
    found = anomalies_of(house(), place, start, end)
    signed = house().read.signoffs.of(place)[:20]
    return show(
        "watch",
        said,
        **whereabouts(place),
        month=month,
        start=start,
        end=min(end, today()),
        rows=_villages(place, start, end),
        groups=GROUPS,
        anomalies=[_told(each) for each in found[:ANOMALIES_SHOWN]],
        more=max(0, len(found) - ANOMALIES_SHOWN),
        signed=signed,
        names=people(each["signer"] for each in signed),
        notes=notes(each["note"] for each in signed),
        village_names=village_names(),
    )


def _villages(place: str, start: date, end: date) -> list[dict[str, Any]]:
    """A row for each village that has accounts: signed points by group, and what waits."""
    waiting = house().read.cases.waiting_by_village(place)
    changed = house().read.entries.by_village(Wish(place=place, start=start, end=end))
    return [
        {
            "village": village,
            "waiting": waiting.get(village, 0),
            **_groups(changed.get(village, {})),
        }
        for village in house().read.accounts.by_village(place)
    ]


def _groups(sums: dict[str, int]) -> dict[str, int]:
    return {name: sum(sums.get(kind, 0) for kind in kinds) for name, (_, kinds) in GROUPS.items()}


def _told(found: Anomaly) -> dict[str, Any]:
    """A line of the list: its words, whom it is about, and the first entries as links."""
    said, whose = ANOMALIES[found.kind]
    if whose == "people":
        names = people(found.who)
        who = "、".join(names.get(each, each) for each in found.who)
    elif whose == "village":
        who = village_names().get(found.place) or place_name(found.place)
    else:
        who = str(homes(found.who)[found.who[0]]) if whose == "home" else found.who[0]
    facts = dict(found.facts)
    if "household" in facts:
        facts["household"] = str(home(facts["household"]))
    return {"found": found, "who": who, "why": str(said) % facts}


@pages.get("/watch/balance")
@needs("household.trace", of=mine)
def past_balance() -> ResponseReturnValue:
    """Leads to the household's page as it was at the end of a day (J3)."""
    try:
        number = full_number(request.args.get("no", ""))
    except Nays as error:
        return _page(refused(error, "balance"))
    check("household.trace", at_household(number))
    on = day_asked("on") or today()
    return back_to("household", no=number, on=on.isoformat())
