"""The staff's first page: what waits for her, and what her place comes to. Every number opens
what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from points.pricelist import PriceList
from points.procedure import next_step
from points.rulebook import RuleBook
from points.versions import VersionedBook
from points.views.entries import Wish
from points.views.waits import Waits
from web.access.declared import mine, needs
from web.access.gate import allowed
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import show
from web.pages.staff.shown import (
    address,
    notes,
    people,
    place_asked,
    today,
    village_names,
    whereabouts,
)
from web.pages.staff.undos import why_not
from web.quarterly import warned
from web.registers.service import Imports
from web.wiring import house
from web.words.codes import GROUPS, MEASURES, STEPS
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
        **whereabouts(place),
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
    books = house().ledger.books()
    few = warned(house(), place, today(), books)
    reader = g.actor.id if allowed("award.sign") else ""
    waits = house().read.waits.of(
        place, today(), reader=reader, home=g.actor.household, few=LOW_STOCK
    )
    undos, other_undos = _undos(place)
    tiles = [
        Tile(_("等我复核"), waits.mine, _at("sign", place), _("件"), "warn"),
        undos,
        *_in_public(place, waits),
        *_imports(place),
        *_drafts(*books),
        Tile(_("积分多、货少的村"), few, _at("cover", place), _("个"), "warn"),
        Tile(_("快没货的物资"), waits.low, _at("low_stock", place), _("样"), "warn"),
        Tile(_("等别人复核"), waits.others, _at("sign", place), _("件")),
        other_undos,
    ]
    return [tile for tile in tiles if tile.figure]


def _undos(place: str) -> tuple[Tile, Tile]:
    """What she may sign, and what others must."""
    undos = house().read.undos.waiting(place)
    to_undo = sum(not why_not(undo) for undo in undos)
    return (
        Tile(_("等我签的更正"), to_undo, _at("undos", place), _("件"), "warn"),
        Tile(_("等别人签的更正"), len(undos) - to_undo, _at("undos", place), _("件")),
    )


def _in_public(place: str, waits: Waits) -> list[Tile]:
    """What waits for a sitting, what is to be hung up, and who waits for an answer."""
    late, at = waits.overdue, _at("objections", place)
    return [
        Tile(_("等开会评议的"), waits.sittings, _at("sittings", place), _("件"), "warn"),
        Tile(_("等公示的"), waits.reviewed, _at("notices", place), _("件"), "warn"),
        Tile(_("过期没答复的异议"), late, at, _("件"), "bad"),
        Tile(_("等答复的异议"), waits.objections - late, at, _("件"), "warn"),
    ]


def _imports(place: str) -> list[Tile]:
    if not allowed("import.read"):
        return []
    waiting = Imports(house()).posting.pendings.all(place, state="pending")
    return [Tile(_("等确认的导入"), len(waiting), address("imports"), _("份"), "warn")]


def _drafts(rules: RuleBook, prices: PriceList) -> list[Tile]:
    """Which step a rule book takes next, and what is ready to be adopted."""
    tiles = _next_step(rules)
    if not allowed("rule.adopt"):
        return tiles
    ready = sum(not next_step(each.get("steps", [])) for each in _open(rules))
    at = address("rules")
    return [
        *tiles,
        Tile(_("等通过的积分细则"), ready, at, _("版"), "warn"),
        Tile(_("等通过的分值对应表"), len(_open(prices)), at, _("版"), "warn"),
    ]


def _next_step(rules: RuleBook) -> list[Tile]:
    """Of the newest version, while it is under way."""
    newest = len(rules.versions)
    taken = rules.steps_of(newest) if newest else []
    coming = next_step(taken)
    if not newest or not coming or rules.versions[str(newest)]["effective_from"]:
        return []
    hers = allowed("rule.draft")
    where = {"version": newest} if hers else {"book": "rules", "version": newest}
    at = address("step" if hers else "version", **where)
    said = _("细则第 %(version)s 版，接下来：%(step)s", version=newest, step=STEPS[coming])
    return [Tile(said, len(STEPS) - len(taken), at, _("步没走"), "warn" if hers else "")]


def _open(book: VersionedBook) -> list[dict[str, Any]]:
    return [found for found in book.versions.values() if found["effective_from"] is None]


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
