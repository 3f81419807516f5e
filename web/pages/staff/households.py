"""Finding a household, and everything about its points."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from points.ledger.base import UnknownAccount
from points.refusals import Refusal
from points.views.cases import OPEN
from points.views.entries import Line
from points.views.statements import Statement
from volunteers.households import Household
from volunteers.search import search
from web.access.authorize import at_household
from web.access.declared import mine, needs
from web.access.find import household as in_address
from web.access.gate import allowed
from web.pages.homes import lapsing, stands
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import NOTHING, No, day_asked, show
from web.pages.staff.shown import (
    home,
    homes,
    is_village,
    people,
    place_asked,
    place_name,
    today,
    whereabouts,
)
from web.village.doubting import may_be_doubted
from web.wiring import house
from web.words.formats import in_order

PAGE = 50
COUNTY_DIGITS = 6
"""A county's households are searched, not listed."""


@pages.get("/households")
@needs("household.find", of=mine)
def households() -> ResponseReturnValue:
    """By number, name, pinyin initials, phone tail, or the card's number (`?q=`)."""
    place = place_asked("household.find")
    words = request.args.get("q", "").strip()[:60]
    group = request.args.get("group", "").strip()
    groups = house().registry.groups(place) if len(place) > COUNTY_DIGITS else {}
    numbers = _found(words, place) if words else list(groups)
    numbers = [each for each in numbers if not group or groups.get(each) == group]
    names = in_order(groups.values())
    number = max(request.args.get("page", 1, type=int), 1)
    some = numbers[(number - 1) * PAGE : number * PAGE]
    return show(
        "households",
        q=words,
        group=group,
        filters={name: what for name, what in request.args.items() if name != "page"},
        groups_list=[(each, each) for each in names] if is_village(place) else [],
        **whereabouts(place),
        found=len(numbers),
        homes=homes(some).values(),
        group_of=groups,
        balances=house().read.accounts.balances(some),
        number=number,
        count=-(-len(numbers) // PAGE),
    )


def _found(words: str, place: str) -> list[str]:
    """Numbers of the households that answer to the words; a card's number finds its holder."""
    found = [one.number for one in search(house().registry, words, place)]
    if found or not allowed("card.lookup"):
        return found
    try:
        holder = house().cards.read(words).household
    except Refusal:
        return []
    return [holder] if allowed("card.lookup", at_household(holder)) else []


@pages.get("/households/<no>")
@needs("household.trace", of=in_address())
def household(no: str) -> ResponseReturnValue:
    return household_page(g.thing.household)


def household_page(number: str, said: No = NOTHING, **more: Any) -> ResponseReturnValue:
    """The household's page; raises `UnknownAccount`. `more`: a fresh card, shown this once."""
    read = house().read
    balance = read.balances.of(number)
    if balance is None:
        raise UnknownAccount(household=number)
    on = day_asked("on")
    waiting = [case for case in read.cases.of(number) if case["state"] in OPEN]
    return show(
        "household",
        said,
        home=home(number),
        person=_person(number),
        place_name=place_name(number[:12]),
        balance=balance,
        on=on,
        then=read.balances.of(number, on) if on else None,
        waiting=[(case, stands(case)) for case in waiting],
        names=people(case["proposer"] for case in waiting),
        cards=read.cards.of(number),
        has_pin=house().pins.is_set(number),
        own=number == g.actor.household,
        no_pin=house().settings.no_pin_day_points,
        period={name: day for name in ("from", "to") if (day := request.args.get(name))},
        **statement_asked(number),
        **more,
    )


def _person(number: str) -> Household | None:
    """What the register tells, for the staff of the village."""
    if not allowed("household.name", at_household(number)):
        return None
    return house().registry.find(number)


def statement_asked(number: str) -> dict[str, Any]:
    """The statement of the period in the address (`?from=&to=`), by default of this year; and
    what lapses soon, where it reaches to today; and which lines the household may object to, where
    the reader may enter that."""
    end = day_asked("to") or today()
    start = day_asked("from") or date(end.year, 1, 1)
    found = house().read.statements.of(number, min(start, end), end)
    soon = lapsing(house().read.lots.of(number), today()) if end >= today() else []
    may = allowed("objection.file", at_household(number))
    doubtable = {each["id"] for each in found.lines if may and may_be_doubted(each, today())}
    rows = _with_balance(found)
    return {"statement": found, "rows": rows, "lapsing": soon, "doubtable": doubtable}


def _with_balance(found: Statement) -> list[tuple[Line, int]]:
    """Each line with what could be spent after it, oldest first."""
    rows, left = [], found.opening
    for line in found.lines:
        left += line["spendable"]
        rows.append((line, left))
    return rows


@pages.get("/households/<no>/statement")
@needs("household.trace", of=in_address())
def statement(no: str) -> ResponseReturnValue:
    """The statement on A4, for the printer."""
    number = g.thing.household
    balance = house().read.balances.of(number)
    if balance is None:
        raise UnknownAccount(household=number)
    return show(
        "statement",
        home=home(number),
        place_name=place_name(number[:12]),
        balance=balance,
        name=house().settings.name,
        today=today(),
        **statement_asked(number),
    )
