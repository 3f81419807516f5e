"""The second signature: what waits, who proposed it, on which evidence; signed or sent back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import flash, g, make_response, request
from flask.typing import ResponseReturnValue

from points.award import UnknownCase
from points.refusals import Refusal
from points.undo import ReasonMissing
from web.access.authorize import at_household, own
from web.access.declared import in_body, mine, needs
from web.access.find import case as in_address
from web.access.gate import allowed, check
from web.evidence import PhotoGone
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import NOTHING, Form, Nays, No, loaded, once_by_form, refused, show, text
from web.pages.staff.shown import (
    back_to,
    homes,
    notes,
    people,
    place_asked,
    whereabouts,
)
from web.wiring import house
from web.words.codes import BODIES
from web.words.i18n import _
from web.words.sentences import sentence

AT_ONCE = 300
"""Cases on one page."""

HOMES_TOLD = 3
"""Households by name where a photo was used before."""


class Signing(Form):
    act = text(10)
    reason = text(300)


class NothingTicked(Refusal):
    """Something must be ticked."""

    code = "nothing-ticked"


@dataclass(frozen=True)
class Waiting:
    """One case as the page lists it; `why_not`: the reader may not sign it, and why."""

    case: dict[str, Any]
    why_not: str
    answer: str = ""

    @property
    def body(self) -> str:
        """Whose sitting it waits for, "" where a person reviews it."""
        return "" if self.case["sitting"] else str(self.case["body"])


@dataclass(frozen=True)
class Bundle:
    """Cases that were proposed together: same person, moment, rule, day and evidence."""

    rows: list[Waiting]

    @property
    def head(self) -> dict[str, Any]:
        return self.rows[0].case

    @property
    def total(self) -> int:
        return sum(row.case["points"] for row in self.rows)

    @property
    def mine(self) -> int:
        """How many the reader may sign."""
        return sum(not row.why_not for row in self.rows)


@dataclass(frozen=True)
class Before:
    """What a photo was proof of before, and of which households the reader may see."""

    item: str
    day: str
    homes: list[str]
    count: int


@pages.get("/sign")
@needs("award.read", of=mine)
def sign() -> ResponseReturnValue:
    return _page()


@pages.post("/sign")
@needs("award.sign", of=in_body)
def sign_several() -> ResponseReturnValue:
    """Each ticked case is a command of its own: one that is refused holds no other back."""
    try:
        wish = loaded(Signing)
        cases = _ticked()
        if wish["act"] == "refuse" and not wish["reason"]:
            raise ReasonMissing  # answered like the others
        answers = _each(cases, wish)
    except Nays as error:
        return _page(refused(error, "sign"))
    if answers:
        return _page(_some_not(len(cases) - len(answers)), answers)
    done = _("退回了 %(count)s 件。") if wish["act"] == "refuse" else _("签好了 %(count)s 件。")
    flash(done % {"count": len(cases)})
    return back_to("sign", **request.args)


def _ticked() -> list[UUID]:
    """Raises `UnknownCase`; every case is looked at before any is signed."""
    asked = [_id(text_) for text_ in request.form.getlist("case")[:AT_ONCE]]
    found = {case["case_id"]: case for case in house().read.cases.several(asked)}
    for case_id in asked:
        if case_id not in found:
            raise UnknownCase(case=str(case_id))
        check("award.sign", at_household(found[case_id]["household"]))
    if not asked:
        check("award.sign", own(g.actor))
        raise NothingTicked
    return asked


def _id(text_: str) -> UUID:
    try:
        return UUID(text_)
    except ValueError:
        raise UnknownCase(case=text_[:40]) from None


def _each(cases: list[UUID], wish: dict[str, Any]) -> dict[UUID, str]:
    """What was refused, by case."""
    ledger = house().ledger
    act: Callable[[UUID], None] = ledger.sign
    if wish["act"] == "refuse":
        act = lambda case: ledger.refuse(case, reason=wish["reason"])  # noqa: E731
    answers = {}
    with once_by_form({**wish, "cases": [str(case) for case in cases]}):
        for case in cases:
            try:
                act(case)
            except Refusal as error:
                answers[case] = sentence(error)
    return answers


def _some_not(done: int) -> No:
    said = _("办好了 %(count)s 件。下面标出的没有办成。", count=done)
    g.refused = "partly"
    return No("sign", said, status=409)


def _page(said: No = NOTHING, answers: dict[UUID, str] | None = None) -> ResponseReturnValue:
    place = place_asked("award.read")
    waiting = house().read.cases.waiting(place, AT_ONCE)
    answers = answers or {}
    rows = [Waiting(case, _why_not(case), answers.get(case["case_id"], "")) for case in waiting]
    together = groupby(sorted(rows, key=_together), key=_together)
    bundles = [Bundle(list(some)) for _key, some in together]
    before = _before(bundles)
    groups = [each for some in before.values() for _number, those in some for each in those]
    named = [household for group in groups for household in group.homes]
    return show(
        "sign",
        said,
        **whereabouts(place),
        bundles=bundles,
        count=len(waiting),
        full=len(waiting) == AT_ONCE,
        homes=homes([*(case["household"] for case in waiting), *named]),
        names=people(each for case in waiting for each in _hands(case)),
        notes=notes(bundle.head["note"] for bundle in bundles),
        before=before,
        judged=house().read.evaluations.behind([case["case_id"] for case in waiting]),
        may_sign=allowed("award.sign"),
    )


def _before(bundles: list[Bundle]) -> dict[UUID, list[tuple[int, list[Before]]]]:
    """By the first case of a bundle: its photos (1, 2, 3 …) that prove something else, too."""
    names = {bundle.head["case_id"]: bundle.head["photos"].split() for bundle in bundles}
    used = house().read.pictures.used(name for some in names.values() for name in some)
    told = {}
    for bundle in bundles:
        own = {row.case["case_id"] for row in bundle.rows}
        photos = [
            (number, _groups([case for case in used[name] if case["case_id"] not in own]))
            for number, name in enumerate(names[bundle.head["case_id"]], start=1)
        ]
        told[bundle.head["case_id"]] = [(number, some) for number, some in photos if some]
    return told


def _groups(cases: list[dict[str, Any]]) -> list[Before]:
    """Together by what they are and when it was."""
    by_what: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        by_what.setdefault((case["item"], case["occurred_on"]), []).append(case["household"])
    return [
        Before(
            item,
            day,
            [each for each in some if allowed("award.read", at_household(each))][:HOMES_TOLD],
            len(some),
        )
        for (item, day), some in by_what.items()
    ]


def _together(row: Waiting) -> tuple[str, ...]:
    same = ("proposed_at", "proposer", "rule", "occurred_on")
    return tuple(row.case[name] for name in same)


def _hands(case: dict[str, Any]) -> list[str]:
    return [case["proposer"], *case["signers"].split()]


def _why_not(case: dict[str, Any]) -> str:
    """Why the reader may not sign this; empty where she may."""
    if not allowed("award.sign", at_household(case["household"])):
        return _("只能看")
    if case["body"] and not case["sitting"]:
        return _("要由%(body)s开会评议", body=BODIES[case["body"]])
    if case["household"] == g.actor.household:
        return _("您自己家的，要别人签")
    if case["proposer"] == g.actor.id:
        return _("您报的，要别人签")
    if g.actor.id in case["signers"].split():
        return _("您签过了，还要一个人签")
    return ""


@pages.get("/cases/<uuid:case>/photos/<name>")
@needs("award.read", of=in_address())
def photo(case: UUID, name: str) -> ResponseReturnValue:
    """A photo that proves a case, for who may see the case; raises `PhotoGone`."""
    found = house().read.cases.one(case)
    if found is None or name not in found["photos"].split():
        raise PhotoGone(name=name[:12])
    answer = make_response(house().evidence.get(name))
    answer.headers["Content-Type"] = "image/jpeg"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/cases/<uuid:case>/withdraw")
@needs("award.propose", of=in_address())
def withdraw(case: UUID) -> ResponseReturnValue:
    """The proposer takes her own case back."""
    try:
        with once_by_form({}):
            house().ledger.withdraw(case)
    except Refusal as error:
        return _page(refused(error, "sign"))
    flash(_("撤回了。"))
    return back_to("sign")
