"""有意见: objecting from the public page, without a name or with it, and reading the answer."""

from __future__ import annotations

import re
from dataclasses import asdict

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from points.refusals import Refusal
from web.access.declared import limited, public, untraced
from web.access.gate import log_line
from web.access.visitor import Visitor
from web.http.envelopes import once
from web.http.errors import STATUS, Invalid
from web.pages.village.blueprint import open_to_all, pages
from web.pages.village.forms import Filling, blank, typed, wish
from web.village.objecting import code_of, standing, with_name, without_name
from web.village.shown import check_village, hanging
from web.wiring import house
from web.words.sentences import sentence


class NoHousehold(Refusal):
    """Who gives her name is signed in with a household of this village."""

    code = "household-needed"


@pages.post("/<village>/objection/anonymous")
@public
@untraced
@limited("20 per minute; 40 per day")
def without(village: str) -> ResponseReturnValue:
    """Raises `UnknownPlace`; other refusals are said above the form."""
    check_village(house(), village)
    notices = hanging(house(), village)
    try:
        asked = wish(village, notices)
        key = request.form.get("key", "")[:64]
        made = without_name(house(), village, asked, key=f"{village} {key}")
    except Refusal as no:
        return _again(village, typed(notices, _errors(no)), no)
    return _filed(village, code_of(made))


@pages.get("/<village>/objection/named")
@public
def named_form(village: str) -> ResponseReturnValue:
    """The form for whoever is signed in with a household of the village; else how to."""
    check_village(house(), village)
    return _form(village, blank(hanging(house(), village)), household=_household(village))


@pages.post("/<village>/objection/named")
@public
@limited("20 per minute")
def named(village: str) -> ResponseReturnValue:
    check_village(house(), village)
    notices, household = hanging(house(), village), _household(village)
    try:
        if household is None:
            raise NoHousehold(village=village)
        asked = wish(village, notices)
        with once(asdict(asked), key=request.form.get("key", "")[:64]):
            made = with_name(house(), asked, by=household)
    except Refusal as no:
        log_line("objection.file", household or "", no.code)
        return _again(village, typed(notices, _errors(no)), no, household=household)
    log_line("objection.file", household, "ok")
    return _filed(village, code_of(made))


@pages.get("/<village>/objection")
@open_to_all
def answer(village: str) -> ResponseReturnValue:
    """What became of the objection with `?code=`."""
    name = check_village(house(), village)
    digits = re.sub(r"\D", "", request.args.get("code", ""))[:8]
    code = f"{digits[:4]} {digits[4:]}".strip()
    return render_template(
        "village/answer.html",
        village=village,
        name=name,
        code=code,
        found=standing(house(), village, code) if code else None,
        new="new" in request.args,
    )


def _household(village: str) -> str | None:
    """The household that the visitor may speak for here."""
    visitor: Visitor | None = g.get("actor")
    if visitor is None or not visitor.household:
        return None
    return visitor.household if visitor.household.startswith(village + "-") else None


def _filed(village: str, code: str) -> ResponseReturnValue:
    digits = code.replace(" ", "")
    return redirect(url_for(".answer", village=village, code=digits, new=1), 303)


def _errors(no: Refusal) -> dict[str, str]:
    if isinstance(no, Invalid):
        return {name: str(words) for name, words in no.facts.items()}
    return {"": sentence(no)}


def _again(
    village: str, form: Filling, no: Refusal, *, household: str | None = None
) -> ResponseReturnValue:
    g.refused = no.code
    return _form(village, form, household=household), STATUS.get(no.code, 409)


def _form(village: str, form: Filling, *, household: str | None) -> str:
    heads = house().registry.masked_heads([household]) if household else {}
    return render_template(
        "village/object.html",
        village=village,
        name=check_village(house(), village),
        form=form,
        household=household,
        head=heads.get(household or "", ""),
        by_name=request.endpoint in ("village.named", "village.named_form"),
    )
