"""The entries of a place with who, when and why beside each (J4)."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from points.views.entries import Wish
from web.access.declared import mine, needs
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import day_asked, number_asked, show
from web.pages.staff.shown import homes, notes, people, place_asked, place_name, places_below
from web.pages.staff.watching import hands_of
from web.wiring import house

PAGE = 50
FILTERS = ("place", "from", "to", "rule", "actor")


@pages.get("/watch/entries")
@needs("household.trace", of=mine)
def watched_entries() -> ResponseReturnValue:
    """Filters stand in the address: place, from, to, rule, actor (an id)."""
    wish, filters = watched()
    place = wish.place
    lines = house().read.entries.find(wish, limit=PAGE + 1, before=number_asked("before"))
    more = lines[PAGE - 1]["id"] if len(lines) > PAGE else None
    lines = lines[:PAGE]
    hands = hands_of(lines)
    actors = house().read.entries.actors(place)
    names = people([*actors, *(line["actor"] for line in lines), *_hands(hands)])
    return show(
        "watched_entries",
        place=place,
        place_name=place_name(place),
        places=[(each.code, each.name) for each in places_below(place)],
        filters=filters,
        lines=lines,
        more=more,
        hands=hands,
        homes=homes(line["household"] for line in lines),
        names=names,
        actors=[(each, names.get(each, each)) for each in actors],
        notes=notes(line["note"] for line in lines),
        rules=[(each, each) for each in _rules()],
    )


def watched() -> tuple[Wish, dict[str, str]]:
    """The wish and its filters, to be put into further addresses."""
    filters = {name: request.args[name].strip() for name in FILTERS if request.args.get(name)}
    wish = Wish(
        place=place_asked("household.trace"),
        start=day_asked("from"),
        end=day_asked("to"),
        rule=filters.get("rule"),
        actor=filters.get("actor"),
    )
    return wish, filters


def _rules() -> list[str]:
    """Codes of every rule that there ever was."""
    versions = house().ledger.rule_book().versions.values()
    return sorted({rule["code"] for version in versions for rule in version["lines"]})


def _hands(hands: dict[str, dict[str, Any]]) -> list[str]:
    return [who for case in hands.values() for who in (case["proposer"], *case["signers"].split())]
