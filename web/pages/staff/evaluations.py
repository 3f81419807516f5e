"""Evaluation rounds of a place, and the form that opens one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from points.scoring import COURTYARD, KINDS, Terms, period_of
from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.gate import allowed, check
from web.access.roles import check_place
from web.access.visitor import HOUSEHOLD
from web.members import member
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    loaded,
    once_by_form,
    one_of,
    refused,
    show,
    text,
)
from web.pages.staff.shown import (
    back_to,
    homes,
    is_village,
    people,
    place_asked,
    place_name,
    places_below,
    today,
    village_names,
)
from web.wiring import house
from web.words.i18n import _

SEATS = (1, 2, 3)


class Opening(Form):
    village = text(12, required=True)
    round = text(20, required=True)
    marks = one_of({"items": "", "totals": ""})
    judge_1 = text(60, required=True)
    judge_2 = text(60, required=True)
    judge_3 = text(60, required=True)


@pages.get("/evaluations")
@needs("evaluation.read", of=mine)
def evaluations() -> ResponseReturnValue:
    return _page()


@pages.post("/evaluations")
@needs("evaluation.hold", of=in_body)
def open_round() -> ResponseReturnValue:
    """`judge_1` to `judge_3`: each a login of this village's staff, or a household's number."""
    village = request.form.get("village", "").strip()
    check_place(village)
    check("evaluation.hold", at_place(village))
    try:
        wish = loaded(Opening)
        kind, _sep, period = wish["round"].partition(" ")
        judges = [member(house(), wish[f"judge_{seat}"], village) for seat in SEATS]
        terms = Terms(by_item=wish["marks"] == "items")
        with once_by_form(wish):
            made = house().ledger.open_round(village, kind, period, judges=judges, terms=terms)
    except Nays as error:
        return _page(refused(error, "open"))
    flash(_("这一轮开好了，可以打印空白打分表。"))
    return back_to("evaluation", round_id=made)


def judge_names(ids: Iterable[str]) -> dict[str, str]:
    """A judge as pages name her: by her name, or as one of her household."""
    wanted = list(ids)
    numbers = {each: each.removeprefix(HOUSEHOLD) for each in wanted if HOUSEHOLD in each}
    of_homes = homes(numbers.values())
    named = people(each for each in wanted if each not in numbers)
    return named | {each: str(of_homes[number]) for each, number in numbers.items()}


def _page(said: No = NOTHING) -> ResponseReturnValue:
    place = place_asked("evaluation.read")
    may_open = is_village(place) and allowed("evaluation.hold", at_place(place))
    rounds = house().read.evaluations.of(place)
    return show(
        "evaluations",
        said,
        place=place,
        place_name=place_name(place),
        places=places_below(place),
        villages=village_names(),
        rounds=rounds,
        may_open=may_open,
        offered=_offered(today(), rounds) if may_open else [],
        judges=_candidates(place) if may_open else [],
        before_bodies=sum(house().read.cases.waiting_by_body(place).values()),
        due=house().read.showcases.due(place, today()),
    )


def _offered(now: date, rounds: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Rounds of now and of the month or quarter before that are not opened yet: value, label."""
    before = now.replace(day=1) - timedelta(days=1)
    held = {(each["kind"], each["period"]) for each in rounds}
    found = []
    for kind in KINDS:
        last = now - timedelta(days=92) if kind == COURTYARD else before
        periods = dict.fromkeys((period_of(kind, now), period_of(kind, last)))
        found += [(kind, period) for period in periods if (kind, period) not in held]
    return [(f"{kind} {period}", round_name(kind, period)) for kind, period in found]


def round_name(kind: str, period: str) -> str:
    year, _sep, part = period.partition("-")
    if kind == COURTYARD:
        return _("%(year)s 年第 %(part)s 季度美丽庭院", year=year, part=part[1:])
    return _("%(year)s 年 %(part)s 月清洁户", year=year, part=int(part))


def _candidates(village: str) -> list[tuple[str, str]]:
    """What the judges' fields offer: logins and households, each with its name."""
    users = house().users.all(village)
    staff = [(each.login, each.name) for each in users if each.active and each.id != g.actor.id]
    numbers = homes(house().registry.numbers(village)).values()
    return staff + [(each.local_no, str(each)) for each in numbers]


pages.add_app_template_global(round_name)
