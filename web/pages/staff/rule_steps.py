"""The procedure of a rule book, written down step by step, and the legal adviser's word on it."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue

from points.procedure import DELIBERATIONS, LONGEST, PEOPLE_MAX, STEPS, Step, next_step
from points.rulebook import RuleBook
from web.access.declared import mine, needs
from web.pages.staff.blueprint import pages
from web.pages.staff.books import _version
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    day,
    loaded,
    once_by_form,
    one_of,
    refused,
    show,
    text,
    whole,
)
from web.pages.staff.shown import back_to, today
from web.wiring import house
from web.words.codes import OPINIONS
from web.words.codes import STEPS as STEP_WORDS
from web.words.i18n import _


class StepAsked(Form):
    step = one_of(STEP_WORDS)
    day = day(required=True)
    number = text(LONGEST, required=True)
    note = text(500)


class DeliberationAsked(StepAsked):
    body = text(LONGEST, required=True)
    entitled = whole(1, PEOPLE_MAX, required=True)
    present = whole(0, PEOPLE_MAX, required=True)
    in_favour = whole(0, PEOPLE_MAX, required=True)


class DisclosureAsked(StepAsked):
    place = text(LONGEST, required=True)
    until = day(required=True)


class LegalCheckAsked(Form):
    opinion = one_of(OPINIONS)
    note = text(500)


@pages.get("/books/rules/<int:version>/step")
@needs("rule.draft", of=mine)
def step(version: int) -> ResponseReturnValue:
    """The form of the step that comes next."""
    return _step(version)


def _step(version: int, said: No = NOTHING) -> ResponseReturnValue:
    book = house().ledger.rule_book()
    taken = book.steps_of(version)
    coming = next_step(taken)
    if coming is None or book.versions[str(version)]["effective_from"]:
        return back_to("version", book="rules", version=version)
    return show(
        "rule_step",
        said,
        version=version,
        taken=taken,
        step=coming,
        number=len(taken) + 1,
        steps=STEPS,
        deliberates=coming in DELIBERATIONS,
        usual=_usual(book, coming),
        today=today(),
    )


def _usual(book: RuleBook, step: str) -> dict[str, Any]:
    """The same step of the newest version that took it: who meets, and where it hangs."""
    taken = (found.get("steps", []) for found in reversed(book.versions.values()))
    return next((each for steps in taken for each in steps if each["step"] == step), {})


@pages.post("/books/rules/<int:version>/step")
@needs("rule.draft", of=mine)
def record_step(version: int) -> ResponseReturnValue:
    """Written down; then the next one, and after the last the version itself."""
    ledger = house().ledger
    coming = next_step(ledger.rule_book().steps_of(version))
    form = DeliberationAsked if coming in DELIBERATIONS else DisclosureAsked
    try:
        wish = loaded(form)
        with once_by_form(wish):
            ledger.record_rule_steps(version, [Step(**wish)])
    except Nays as error:
        return _step(version, refused(error, "step"))
    flash(_("“%(step)s”记下了。", step=STEP_WORDS[wish["step"]]))
    if next_step(ledger.rule_book().steps_of(version)):
        return back_to("step", version=version)
    return back_to("version", book="rules", version=version)


@pages.post("/books/rules/<int:version>/legal")
@needs("rule.draft", of=mine)
def check_legally(version: int) -> ResponseReturnValue:
    """What the legal adviser said; it stays with the version."""
    try:
        wish = loaded(LegalCheckAsked)
        with once_by_form(wish):
            house().ledger.check_rules_legally(version, **wish)
    except Nays as error:
        return _version("rules", version, refused(error, "legal"))
    flash(_("法律意见记下了。"))
    return back_to("version", book="rules", version=version)
