"""The staff's first page: what waits for her, and what her place comes to. Every number opens
what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from points.views.entries import Wish
from web.access.declared import mine, needs
from web.access.gate import allowed
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import show
from web.pages.staff.shown import (
    address,
    notes,
    people,
    place_asked,
    place_name,
    places_below,
    today,
    village_names,
)
from web.pages.staff.undos import why_not
from web.quarterly import warned
from web.registers.service import Imports
from web.wiring import house
from web.words.codes import GROUPS, MEASURES
from web.words.i18n import _

LOW_STOCK = 5
"""Units of a good at which a shop is said to run low."""


@dataclass(frozen=True)
class Tile:
    """One number and the page that it opens. `signed`: it is a change and carries its sign."""

    label: str
    figure: int
    href: str
    unit: str = ""
    kind: str = ""
    signed: bool = False


@pages.get("")
@needs("award.read", of=mine)
def home() -> ResponseReturnValue:
    place = place_asked("award.read")
    return show(
        "home",
        place=place,
        place_name=place_name(place),
        places=places_below(place),
        todo=todo(place),
        totals=totals(place),
        month=this_month(place),
        **signed_off(place),
    )


SIGNED_SHOWN = 5


def signed_off(place: str) -> dict[str, Any]:
    """The latest sign-offs of who supervises, for everybody who works here."""
    signed = house().read.signoffs.of(place)[:SIGNED_SHOWN]
    return {
        "signed": signed,
        "names": people(each["signer"] for each in signed),
        "notes": notes(each["note"] for each in signed),
        "village_names": village_names() if signed else {},
    }


def todo(place: str) -> list[Tile]:
    """What waits for her, then what waits for others; what waits for nobody is left out."""
    few = warned(house(), place, today())
    low = len(house().read.stock.low(place, LOW_STOCK))
    mine, others = _signatures(place)
    tiles = [
        *mine,
        *_in_public(place),
        *_imports(place),
        *_drafts(),
        Tile(_("积分多、货少的村"), few, _at("cover", place), _("个"), "warn"),
        Tile(_("快没货的物资"), low, _at("low_stock", place), _("样"), "warn"),
        *others,
    ]
    return [tile for tile in tiles if tile.figure]


def _signatures(place: str) -> tuple[list[Tile], list[Tile]]:
    """What she may sign, and what others must."""
    cases, undos = house().read.cases, house().read.undos.waiting(place)
    may_sign = allowed("award.sign")
    mine = cases.count(place, but_by=g.actor.id) if may_sign else 0
    others = cases.count(place) - mine
    to_undo = sum(not why_not(undo) for undo in undos)
    return [
        Tile(_("等我复核"), mine, _at("sign", place), _("件"), "warn"),
        Tile(_("等我签的更正"), to_undo, _at("undos", place), _("件"), "warn"),
    ], [
        Tile(_("等别人复核"), others, _at("sign", place), _("件")),
        Tile(_("等别人签的更正"), len(undos) - to_undo, _at("undos", place), _("件")),
    ]


def _in_public(place: str) -> list[Tile]:
    """What is to be hung up, and who waits for an answer."""
    cases, objections = house().read.cases, house().read.objections
    overdue = objections.overdue(place, today())
    waiting = len(objections.waiting(place))
    return [
        Tile(_("等公示的"), cases.count_reviewed(place), _at("notices", place), _("件"), "warn"),
        Tile(_("过期没答复的异议"), overdue, _at("objections", place), _("件"), "bad"),
        Tile(_("等答复的异议"), waiting - overdue, _at("objections", place), _("件"), "warn"),
    ]


def _imports(place: str) -> list[Tile]:
    if not allowed("import.read"):
        return []
    waiting = Imports(house()).posting.pendings.all(place, state="pending")
    return [Tile(_("等确认的导入"), len(waiting), address("imports"), _("份"), "warn")]


def _drafts() -> list[Tile]:
    if not allowed("rule.adopt"):
        return []
    ledger = house().ledger
    books = (
        ("rules", _("等通过的积分细则"), ledger.rule_book()),
        ("prices", _("等通过的分值对应表"), ledger.price_list()),
    )
    return [
        Tile(label, _open(book.versions), address("rules"), _("版"), "warn")
        for name, label, book in books
    ]


def _open(versions: dict[str, dict[str, Any]]) -> int:
    return sum(found["effective_from"] is None for found in versions.values())


def totals(place: str) -> list[Tile]:
    """What the households of a place hold now."""
    held = house().read.accounts.totals(place)
    tiles = [Tile(_("积分账户"), held["accounts"], _at("accounts", place), _("户"))]
    for measure, name in (("spendable", "balance"), *((each, each) for each in _BUCKETS)):
        href = _at("accounts", place, measure=measure)
        tiles.append(Tile(str(MEASURES[measure]), held[name], href, _("分")))
    return [tile for tile in tiles if tile.figure or tile in tiles[:2]]


_BUCKETS = ("earned", "gift", "base", "receivable")


def this_month(place: str) -> list[Tile]:
    """What has changed since the first of the month, by what it was."""
    start, end = today().replace(day=1), today()
    sums = house().read.entries.totals(Wish(place=place, start=start, end=end))
    period = {"from": start.isoformat(), "to": end.isoformat()}
    tiles = [
        Tile(
            str(label),
            sum(sums.get(kind, 0) for kind in kinds),
            _at("entries", place, what=name, **period),
            _("分"),
            signed=True,
        )
        for name, (label, kinds) in GROUPS.items()
    ]
    return [tile for tile in tiles if tile.figure or tile in tiles[:2]]


def _at(endpoint: str, place: str, **more: str) -> str:
    where = {"place": place} if place != g.actor.place else {}
    return address(endpoint, **where, **more)
