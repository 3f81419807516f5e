"""Proposing points: one rule, one day, one evidence text, as many households as there were.

Asked, shown with a line for every household, then saved in one go. Another person signs.
"""

from __future__ import annotations

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from points.ledger.accounts import InTheFuture
from points.ledger.awards import PHOTO, PhotoMissing
from points.refusals import Refusal
from points.rulebook import Rule, UnknownRule
from points.versions import NothingInForce
from web.access.authorize import at_household
from web.access.declared import mine, needs
from web.access.gate import check
from web.evidence import PHOTOS_MAX, TooManyPhotos
from web.pages.staff.batch import Preview, Wish, pasted, preview
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    day,
    loaded,
    once_by_form,
    refused,
    show,
    text,
    whole,
)
from web.pages.staff.shown import (
    back_to,
    homes,
    is_village,
    place_asked,
    today,
    whereabouts,
)
from web.wiring import house
from web.words.codes import RULE_KINDS
from web.words.formats import in_order
from web.words.i18n import _

HOUSEHOLDS_MAX = 500


class Batch(Form):
    rule = text(20, required=True)
    occurred_on = day(required=True)
    points = whole(-1000, 1000)
    hours = text(5)
    evidence = text(500, required=True)
    numbers = text(20_000)


class NobodyTicked(Refusal):
    """A batch is of somebody."""

    code = "nobody-ticked"


class HoursShape(Refusal):
    """Half an hour is the smallest part: 0.5 to 24."""

    code = "hours-shape"


@pages.get("/award")
@needs("award.propose", of=mine)
def award() -> ResponseReturnValue:
    """The form; `?group=` and `?no=` choose whom to offer and to tick."""
    return _form()


@pages.post("/award")
@needs("award.propose", of=mine)
def propose() -> ResponseReturnValue:
    """`act`: list (another group, keeping all that was filled in), preview, or save."""
    act = request.form.get("act")
    if act not in ("preview", "save"):
        return _form()
    try:
        wish, chosen, unread = _asked()
        if act == "save":
            return _save(wish, chosen)
        return _preview(wish, Preview(preview(wish, chosen, house()), unread))
    except Nays as error:
        return _form(refused(error, "award"))


def _asked() -> tuple[Wish, list[str], list[tuple[str, str]]]:
    """Raises `ValidationError` and what the ledger would refuse of every household alike."""
    sent = loaded(Batch)
    rule = _rules().get(sent["rule"].upper())
    if rule is None:
        raise UnknownRule(rule=sent["rule"])
    if sent["occurred_on"] > today():
        raise InTheFuture(occurred_on=sent["occurred_on"].isoformat())
    minutes = _minutes(sent["hours"]) if rule.by_time else None
    fixed = rule.by_time or rule.points_min == rule.points_max
    wish = Wish(
        rule,
        sent["occurred_on"],
        points=None if fixed else sent["points"],
        minutes=minutes,
        evidence=sent["evidence"],
        photos=_photos(),
    )
    if rule.proof_kind == PHOTO and not wish.photos:
        raise PhotoMissing(rule=rule.code)
    rule.points_for(wish.points, wish.minutes)
    numbers, unread = pasted(sent["numbers"], g.actor.place)
    chosen = list(dict.fromkeys([*request.form.getlist("no"), *numbers]))[:HOUSEHOLDS_MAX]
    if not chosen and not unread:
        raise NobodyTicked
    return wish, chosen, unread


def _photos() -> tuple[str, ...]:
    """Those sent now, and those that an earlier step has kept; raises `NoPhoto`,
    `TooManyPhotos` or `PhotoGone`."""
    sent = [file.read() for file in request.files.getlist("photo") if file.filename]
    names = [house().evidence.put(each) for each in sent] + request.form.getlist("photos")
    if len(names) > PHOTOS_MAX:
        raise TooManyPhotos(limit=PHOTOS_MAX)
    for name in names:
        house().evidence.get(name)
    return tuple(dict.fromkeys(names))


def _minutes(hours: str) -> int:
    """Hours as written, "2" or "1.5", in minutes; raises `HoursShape`."""
    try:
        minutes = float(hours) * 60
    except ValueError:
        raise HoursShape from None
    if not 30 <= minutes <= 24 * 60 or minutes % 30:
        raise HoursShape
    return int(minutes)


def _save(wish: Wish, chosen: list[str]) -> ResponseReturnValue:
    for number in chosen:
        check("award.propose", at_household(number))
    body = {"rule": wish.rule.code, "on": wish.occurred_on, "points": wish.points} | {
        "minutes": wish.minutes,
        "evidence": wish.evidence,
        "photos": wish.photos,
        "households": chosen,
    }
    with once_by_form(body):
        made = house().ledger.propose_batch([wish.of(number) for number in chosen])
    flash(_("%(count)s 户报上去了，等另一个人复核。", count=len(made)))
    return back_to("sign")


def _preview(wish: Wish, found: Preview) -> ResponseReturnValue:
    return show(
        "award_preview",
        wish=wish,
        preview=found,
        homes=homes(row.household for row in found.rows),
        sent=request.form,
    )


def _form(said: No = NOTHING) -> ResponseReturnValue:
    place = place_asked("award.propose")
    group = request.args.get("group", "")
    ticked = request.form.getlist("no") or request.args.getlist("no")
    groups = house().registry.groups(place) if is_village(place) else {}
    offered = [number for number, its in groups.items() if not group or its == group]
    return show(
        "award",
        said,
        rules=(rules := _rules_or_none()),
        by_kind=[
            (label, some)
            for kind, label in RULE_KINDS.items()
            if (some := [rule for rule in rules if rule.kind == kind])
        ],
        **whereabouts(place),
        where={"place": place} if place != g.actor.place else {},
        group=group,
        groups=in_order(groups.values()),
        homes=homes(offered),
        ticked=set(ticked),
        elsewhere=[number for number in ticked if number not in set(offered)],
        sent=request.form,
        today=today(),
        own=g.actor.household,
    )


def _rules() -> dict[str, Rule]:
    """Base points are granted when an account is opened, never by a batch."""
    _, rules, _policy = house().ledger.rules_on(today())
    return {code: rule for code, rule in rules.items() if rule.kind != "base"}


def _rules_or_none() -> list[Rule]:
    try:
        return list(_rules().values())
    except NothingInForce:
        return []
