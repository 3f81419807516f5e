"""What a page writes beside numbers and ids: names of households, people, places; never more of
them than the reader may see (domain.md §4, P13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from points.clock import business_day
from points.store.notes import Notes
from volunteers.names import masked
from volunteers.numbers import village_and_local
from web.access.authorize import at_household, at_place
from web.access.gate import allowed, check
from web.access.regions import Region
from web.access.roles import check_place
from web.access.visitor import HOUSEHOLD
from web.wiring import house
from web.words.i18n import _


@dataclass(frozen=True)
class Home:
    """A household as a row of a page names it. `village` is empty where it goes without saying;
    `head` is in clear for the staff of the village only."""

    number: str
    local_no: str
    village: str
    head: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.village, self.local_no, self.head) if part)


def homes(numbers: Iterable[str]) -> dict[str, Home]:
    """Every one of these households, also one that is in no register."""
    wanted = list(dict.fromkeys(numbers))
    heads = house().registry.vault.get_all(wanted, "head") if wanted else {}
    names = village_names() if wanted and len(g.actor.place) < 12 else {}
    return {number: _home(number, heads.get(number, ""), names) for number in wanted}


def home(number: str) -> Home:
    return homes([number])[number]


def _home(number: str, head: str, names: dict[str, str]) -> Home:
    village, local_no = village_and_local(number) or ("", number)
    clear = allowed("household.name", at_household(number))
    return Home(number, local_no, names.get(village, ""), head if clear else masked(head))


def village_names() -> dict[str, str]:
    """Names by code of the villages in the visitor's place."""
    found = house().regions.villages(g.actor.place or house().county.code)
    return {region.code: region.name for region in found}


def people(ids: Iterable[str | None]) -> dict[str, str]:
    """Names of those who act: people, devices and programs."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    names = house().users.names(wanted)
    unnamed = wanted - names.keys()
    cards = {each: _own_word(each) for each in unnamed if each.startswith(HOUSEHOLD)}
    devices = unnamed - cards.keys()
    return names | cards | (house().tokens.names(devices) if devices else {})


def _own_word(who: str) -> str:
    """What a household does by its card, it does under its number."""
    return _("%(number)s 户自己", number=who.rpartition("-")[2])


def notes(ids: Iterable[str | None]) -> dict[str, str]:
    """Texts by note id; what was erased is left out."""
    wanted = [each for each in ids if each]
    return Notes(house().county, house().vault).texts(wanted) if wanted else {}


def address(endpoint: str, **values: Any) -> str:
    return url_for(f"staff.{endpoint}", **values)


def back_to(endpoint: str, **values: Any) -> ResponseReturnValue:
    """After an act: to the top of a page, by GET."""
    return redirect(address(endpoint, **{"_anchor": "main"} | values), 303)


def today() -> date:
    return business_day(house().clock())


def place_asked(action: str) -> str:
    """The part of her place that the address names (`?place=`), else the visitor's own.

    Raises `UnknownPlace`, `NotAllowed`.
    """
    wish = request.args.get("place", "").strip()
    if not wish:
        return str(g.actor.place)
    check_place(wish)
    check(action, at_place(wish))
    return wish


def place_name(code: str) -> str:
    return house().regions.name(code or house().county.code)


def places_below(code: str) -> list[Region]:
    """What a filter offers: the townships of a county, the villages of a township."""
    return [] if is_village(code) else house().regions.children(code or house().county.code)


def whereabouts(code: str) -> dict[str, Any]:
    """What a page's head and its filter say: `place`, `place_name` and `places` below."""
    known = code or house().county.code
    around = {region.code: region for region in house().regions.around(known)}
    here = around.pop(known, None)
    return {
        "place": code,
        "place_name": here.name if here else known,
        "places": list(around.values()),
    }


def is_village(code: str) -> bool:
    """Its households fit on a page or a few; those of a township or a county are searched."""
    return len(code) == 12


def trail(code: str) -> list[tuple[str, str]]:
    """Codes and names from the visitor's own place down to this one, herself left out."""
    own = str(g.actor.place or house().county.code)
    path = house().regions.path(code) if len(code) > len(own) else []
    return [(region.code, region.name) for region in path if len(region.code) > len(own)]


def who_signed(signers: str, names: dict[str, str]) -> str:
    return "、".join(names.get(each, _("别人")) for each in signers.split())
