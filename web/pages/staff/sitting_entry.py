"""Entering the minutes of a sitting: all cases that wait for one body of one village, one row each,
and who was present, once. Shown once more with who is recused, then recorded in one go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from points.mandates import minutes_of
from points.refusals import Refusal
from points.scoring import Judge
from points.sitting import Minutes, Sitting, agreed
from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.gate import check
from web.access.roles import check_place
from web.access.visitor import HOUSEHOLD
from web.members import member
from web.pages.staff.blueprint import pages
from web.pages.staff.evaluations import judge_names
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
from web.pages.staff.shown import back_to, homes, is_village, notes, place_asked, place_name, today
from web.wiring import house
from web.words.codes import BODIES
from web.words.i18n import _

PEOPLE_MAX = 1000
_VOTES = "votes."
_BETWEEN = re.compile(r"[\s,;，、；]+")


class NotANumber(Refusal):
    """Votes are a whole number."""

    code = "votes-shape"


class Entry(Form):
    village = text(12, required=True)
    body = text(40, required=True)
    day = day(required=True)
    number = text(40, required=True)
    where = text(60, required=True)
    required = whole(1, PEOPLE_MAX, required=True)
    others = text(2000)


@pages.get("/sittings/enter")
@needs("award.sign", of=mine)
def sitting_form() -> ResponseReturnValue:
    """`?place=` a village, `?body=` one of its bodies."""
    return _form(place_asked("award.sign"), request.args.get("body", ""))


@pages.post("/sittings")
@needs("award.sign", of=in_body)
def hold_sitting() -> ResponseReturnValue:
    """`act`: check (shown once more, with who is recused) or hold. A row left empty was not before
    this sitting."""
    village = request.form.get("village", "").strip()
    check_place(village)
    check("award.sign", at_place(village))
    try:
        minutes, votes = _asked(loaded(Entry))
        if request.form.get("act") != "hold":
            return _confirm(house().ledger.would_hold(minutes, votes), minutes)
        told = {str(case): number for case, number in votes.items()}
        paper = {**vars(minutes), "members": [each.id for each in minutes.members]}
        with once_by_form({**paper, "day": minutes.day.isoformat(), "votes": told}):
            made = house().ledger.hold_sitting(minutes, votes)
    except Nays as error:
        return _form(village, request.form.get("body", ""), refused(error, "sitting"))
    flash(_("记下来了，%(count)s 件有了结果。", count=len(votes)))
    return back_to("sitting", sitting=made)


def _asked(wish: dict[str, Any]) -> tuple[Minutes, dict[UUID, int]]:
    """Raises `HouseholdUnknown` for a member that nobody knows, and `NotANumber`."""
    typed = [*request.form.getlist("member"), *_BETWEEN.split(wish["others"])]
    members = [member(house(), each, wish["village"]) for each in typed if each]
    minutes = Minutes(
        wish["village"],
        wish["body"],
        wish["day"],
        wish["number"],
        wish["where"],
        wish["required"],
        members,
    )
    return minutes, _votes(request.form)


def _votes(sent: Mapping[str, str]) -> dict[UUID, int]:
    votes = {}
    for name, typed in sent.items():
        if name.startswith(_VOTES) and typed.strip():
            try:
                votes[UUID(name.removeprefix(_VOTES))] = int(typed)
            except ValueError:
                raise NotANumber from None
    return votes


def _form(village: str, body: str, said: No = NOTHING) -> ResponseReturnValue:
    known = is_village(village) and body in BODIES
    waiting = house().read.cases.before_a_sitting(village, body) if known else []
    last = house().read.sittings.last(village, body)
    return show(
        "sitting_form",
        said,
        village=village,
        place_name=place_name(village),
        body=body,
        waiting=waiting,
        homes=homes(case["household"] for case in waiting),
        notes=notes(case["note"] for case in waiting),
        last=last or {},
        members=_before(last["sitting_id"]) if last else [],
        today=today(),
    )


def _before(sitting: UUID) -> list[tuple[str, str]]:
    """Who was present the last time, as typed, with the name: they are ticked already. Who has
    left since is not among them."""
    found = [each["member"] for each in house().read.sittings.members(sitting)]
    names = judge_names(found)
    return [(_typed(each), names[each]) for each in found if each in names]


def _typed(who: str) -> str:
    if who.startswith(HOUSEHOLD):
        return who.removeprefix(HOUSEHOLD)
    return house().users.by_id(who).login


def _confirm(would: Sitting, minutes: Minutes) -> ResponseReturnValue:
    cases = house().read.cases.several([UUID(each["case"]) for each in would.decisions])
    present = len(would.members)
    return show(
        "sitting_confirm",
        held=[str(would.id), *minutes_of(would)],
        minutes=minutes,
        place_name=place_name(would.village),
        members=[_sent(each) for each in minutes.members],
        names=judge_names(each.id for each in minutes.members),
        rows=[(each, agreed(each, present)) for each in would.decisions],
        cases={str(case["case_id"]): case for case in cases},
        homes=homes(each["household"] for each in would.decisions),
        day=date.isoformat(minutes.day),
    )


def _sent(who: Judge) -> tuple[str, str]:
    return who.id, _typed(who.id)
