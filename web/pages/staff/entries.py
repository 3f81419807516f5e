"""From any number to the entries it is made of, and from an entry to everything about it."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue

from points.account import UnknownEntry
from points.store.recorded import Recorded
from points.undo import Undo
from points.views.entries import MEASURES, Line, Wish
from volunteers.numbers import village_and_local
from web.access.authorize import at_household
from web.access.declared import mine, needs
from web.access.gate import check
from web.pages.staff import finding
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    day_asked,
    loaded,
    number_asked,
    once_by_form,
    refused,
    show,
    text,
)
from web.pages.staff.shown import (
    back_to,
    home,
    homes,
    notes,
    people,
    place_asked,
    place_name,
    today,
)
from web.village.doubting import entry_of, may_be_doubted
from web.wiring import house
from web.words.codes import GROUPS
from web.words.i18n import _

PAGE = 50
CREDITS = ("credit", "opening", "base")
UNDOABLE = (*CREDITS, "deduction", "redemption")
"""Kinds of entries that may be reversed or returned, once."""


class Reason(Form):
    reason = text(300, required=True)


class Doubt(Form):
    said = text(500, required=True)


@pages.get("/entries")
@needs("household.trace", of=mine)
def entries() -> ResponseReturnValue:
    """Filters stand in the address: place, from, to, what, rule, household, shop, measure."""
    wish, filters = wish_asked()
    before = number_asked("before")
    read = house().read.entries
    lines = read.find(wish, limit=PAGE + 1, before=before)
    more = lines[PAGE - 1]["id"] if len(lines) > PAGE else None
    lines = lines[:PAGE]
    totals = read.totals(wish)
    return show(
        "entries",
        wish=wish,
        filters=filters,
        lines=lines,
        homes=homes(line["household"] for line in lines),
        totals=totals,
        total=sum(totals.values()),
        more=more,
        first=before is None,
        place_name=place_name(wish.place),
        whose=home(wish.household) if wish.household else None,
        groups_list=[(name, label) for name, (label, _kinds) in GROUPS.items()],
    )


def wish_asked() -> tuple[Wish, dict[str, str]]:
    """The wish and its filters, to be put into further addresses."""
    kept = ("place", "from", "to", "what", "rule", "household", "shop", "measure")
    filters = {name: request.args[name].strip() for name in kept if request.args.get(name)}
    what, household = filters.get("what", ""), filters.get("household")
    if household and village_and_local(household):
        check("household.trace", at_household(household))
    kinds = GROUPS[what][1] if what in GROUPS else ()
    measure = filters.get("measure", "points")
    return (
        Wish(
            place=place_asked("household.trace"),
            start=day_asked("from"),
            end=day_asked("to"),
            kinds=kinds,
            rule=filters.get("rule"),
            household=household,
            shop=filters.get("shop"),
            measure=measure if measure in MEASURES else "points",
        ),
        filters,
    )


@pages.get("/entries/<int:entry>")
@needs("household.trace", of=finding.entry)
def entry(entry: int) -> ResponseReturnValue:
    """Who, in what role, when, by which rule, on which evidence, out of which lots."""
    return _page(_line(entry))


@pages.post("/entries/<int:entry>/undo")
@needs("undo.ask", of=finding.entry)
def ask_undo(entry: int) -> ResponseReturnValue:
    """Ask that it be reversed, or its goods taken back; another person signs it."""
    line = _line(entry)
    try:
        wish = loaded(Reason)
        with once_by_form(wish):
            _ask(line, wish["reason"])
    except Nays as error:
        return _page(line, refused(error, "undo"))
    flash(_("申请交上去了，等另一个人签字。"))
    return back_to("entry", entry=entry)


@pages.post("/entries/<int:entry>/object")
@needs("objection.file", of=finding.entry)
def object_to_entry(entry: int) -> ResponseReturnValue:
    """What the household said about it on paper; another person answers."""
    line = _line(entry)
    try:
        wish = loaded(Doubt)
        whose = entry_of(house(), line["household"], entry)
        with once_by_form(wish):
            made = house().ledger.object_to_entry(
                whose["household"],
                entry=whose["ref"],
                text=wish["said"],
                way="paper",
                by=whose["household"],
            )
    except Nays as error:
        return _page(line, refused(error, "object"))
    flash(_("异议登记好了。"))
    return back_to("objection", objection=made)


def _ask(line: Line, reason: str) -> None:
    ledger = house().ledger
    if line["kind"] == "redemption":
        ledger.ask_return(line["receipt_no"], reason=reason)
    elif line["kind"] in UNDOABLE:
        ledger.ask_reversal(line["household"], entry=line["ref"], reason=reason)
    else:
        raise UnknownEntry(entry=line["ref"])


def _line(entry: int) -> Line:
    found = house().read.entries.one(entry)
    assert found is not None  # its household was found by it
    return found


def _page(line: Line, said: No = NOTHING) -> ResponseReturnValue:
    recorded = house().ledger.recorded(line["id"])
    assert recorded is not None
    lots = _lots(recorded)
    around = house().read.entries.on([line["ref"], *(lot for lot, _, _ in lots)])
    undo = house().read.undos.of([line["ref"]]).get(line["ref"])
    chain = house().read.chains.behind([line]).get(line["ref"])
    ids = [line["actor"], recorded.stamp.actor, *_hands(undo, chain)]
    return show(
        "entry",
        said,
        line=line,
        stamp=recorded.stamp,
        home=home(line["household"]),
        rule=_rule(line),
        lots=_sources(lots, around),
        others=[each for each in around if each["ref"] == line["ref"] and each["id"] != line["id"]],
        taken=_taken(line),
        chain=chain,
        undo=undo,
        undo_id=Undo.id_of(_undo_kind(line), line["ref"]),
        names=people(ids),
        notes=notes([line["note"], undo["note"] if undo else None]),
        doubts=house().read.objections.to_entry(line["household"], line["ref"]),
        doubtable=may_be_doubted(line, today()),
        undoable=line["kind"] in UNDOABLE and (undo is None or undo["state"] == "refused"),
    )


def _undo_kind(line: Line) -> str:
    return "credit" if line["kind"] in CREDITS else line["kind"]


def _hands(undo: dict[str, Any] | None, chain: dict[str, Any] | None) -> list[str | None]:
    undoing = [undo["asker"], undo["signer"]] if undo else []
    way = [chain["proposer"], *chain["signers"].split(), chain["opened_by"]] if chain else []
    return undoing + way


def _lots(recorded: Recorded) -> list[tuple[str, int, str]]:
    """Lots that the entry took from or gave back to: lot, signed points, bucket."""
    event = recorded.event
    took = [(lot, -points, bucket) for lot, points, bucket in getattr(event, "takes", [])]
    back = [(lot, points, bucket) for lot, points, bucket in getattr(event, "back", [])]
    return took + back


def _sources(lots: list[tuple[str, int, str]], around: list[Line]) -> list[dict[str, Any]]:
    credits = {
        line["ref"]: line for line in around if line["kind"] in ("credit", "opening", "base")
    }
    return [
        {"points": points, "bucket": bucket, "credit": credits.get(lot)}
        for lot, points, bucket in lots
    ]


def _rule(line: Line) -> dict[str, Any] | None:
    """The rule's text in the version under which the entry was made."""
    if line["rule_version"] is None:
        return None
    found = house().ledger.rule_book().versions.get(str(line["rule_version"]))
    rules = found["lines"] if found else []
    return next((rule for rule in rules if rule["code"] == line["rule"]), None)


def _taken(line: Line) -> dict[str, Any] | None:
    return house().read.redemptions.by_receipt(line["receipt_no"]) if line["receipt_no"] else None
