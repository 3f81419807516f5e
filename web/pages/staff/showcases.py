"""Show-case households: plaques, until when they hold, who looks again when; and the families that
agreed to an honour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from points.award import UnknownCase
from points.consent import CONSENT
from points.rulebook import Rule
from points.showcase import LEVELS, WHYS, years_after
from points.versions import NothingInForce
from web.access.authorize import at_household
from web.access.declared import in_body, mine, needs
from web.access.find import full_number
from web.access.find import showcase as in_address
from web.access.gate import allowed, check
from web.pages.staff.blueprint import pages
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
)
from web.pages.staff.shown import (
    back_to,
    homes,
    notes,
    people,
    place_asked,
    today,
    whereabouts,
)
from web.wiring import house
from web.words.i18n import _


class Plaque(Form):
    case = text(36, required=True)
    plaque = text(30, required=True)
    valid_from = day(required=True)
    valid_to = day(required=True)


class Inspection(Form):
    passed = one_of({"yes": "", "no": ""})
    note = text(300)


class Revocation(Form):
    why = one_of(dict.fromkeys(WHYS))
    note = text(300, required=True)


class Consenting(Form):
    household = text(30, required=True)
    rule = text(20, required=True)
    note = text(300, required=True)


@pages.get("/showcases")
@needs("showcase.read", of=mine)
def showcases() -> ResponseReturnValue:
    return _page()


@pages.post("/showcases")
@needs("showcase.change", of=in_body)
def grant_plaque() -> ResponseReturnValue:
    """The plaque of a case that was posted."""
    case = _case()
    check("showcase.change", at_household(case["household"]))
    try:
        wish = loaded(Plaque)
        with once_by_form({name: str(what) for name, what in wish.items()}):
            house().ledger.grant_plaque(
                case["case_id"],
                plaque=wish["plaque"],
                valid_from=wish["valid_from"],
                valid_to=wish["valid_to"],
            )
    except Nays as error:
        return _page(refused(error, str(case["case_id"])))
    flash(_("发牌记好了。"))
    return back_to("showcases", **request.args)


def _case() -> dict[str, Any]:
    """Raises `UnknownCase`."""
    typed = request.form.get("case", "")
    try:
        found = house().read.cases.one(UUID(typed))
    except ValueError:
        found = None
    if found is None:
        raise UnknownCase(case=typed)
    return found


@pages.get("/showcases/<uuid:showcase>")
@needs("showcase.read", of=in_address())
def showcase(showcase: UUID) -> ResponseReturnValue:
    return _one(showcase)


@pages.post("/showcases/<uuid:showcase>/reinspect")
@needs("showcase.change", of=in_address())
def reinspect(showcase: UUID) -> ResponseReturnValue:
    try:
        wish = loaded(Inspection)
        with once_by_form(wish):
            passed = wish["passed"] == "yes"
            house().ledger.reinspect(showcase, passed=passed, note=wish["note"])
    except Nays as error:
        return _one(showcase, refused(error, "reinspect"))
    flash(_("复查记好了。"))
    return back_to("showcase", showcase=showcase)


@pages.post("/showcases/<uuid:showcase>/revocation")
@needs("showcase.change", of=in_address())
def ask_revocation(showcase: UUID) -> ResponseReturnValue:
    try:
        wish = loaded(Revocation)
        with once_by_form(wish):
            house().ledger.ask_revocation(showcase, why=wish["why"], note=wish["note"])
    except Nays as error:
        return _one(showcase, refused(error, "ask"))
    flash(_("申请了撤牌，等另一个人签字。"))
    return back_to("showcase", showcase=showcase)


@pages.post("/showcases/<uuid:showcase>/decide")
@needs("showcase.change", of=in_address())
def decide_revocation(showcase: UUID) -> ResponseReturnValue:
    """`act`: revoke or keep, by another person than who asked."""
    revokes = request.form.get("act") == "revoke"
    try:
        with once_by_form({"revokes": revokes}):
            if revokes:
                house().ledger.revoke_plaque(showcase)
            else:
                house().ledger.keep_plaque(showcase)
    except Nays as error:
        return _one(showcase, refused(error, "decide"))
    flash(_("牌撤下了。") if revokes else _("牌留下了。"))
    return back_to("showcase", showcase=showcase)


@pages.post("/consents")
@needs("showcase.change", of=in_body)
def give_consent() -> ResponseReturnValue:
    """`act`: give, or withdraw."""
    number = full_number(request.form.get("household", ""))
    check("showcase.change", at_household(number))
    try:
        if request.form.get("act") == "withdraw":
            with once_by_form({"household": number, "withdraw": request.form.get("rule", "")}):
                house().ledger.withdraw_consent(number, request.form.get("rule", ""))
            flash(_("记好了：这家不再同意。"))
            return back_to("showcases", **request.args)
        wish = loaded(Consenting)
        with once_by_form(wish):
            house().ledger.give_consent(number, wish["rule"], note=wish["note"])
    except Nays as error:
        return _page(refused(error, "consent"))
    flash(_("记好了，可以给这家申报了。"))
    return back_to("showcases", **request.args)


def _one(showcase: UUID, said: No = NOTHING) -> ResponseReturnValue:
    found = house().ledger.showcase(showcase)
    shown = house().read.showcases.one(showcase) or {}
    return show(
        "showcase",
        said,
        plaque=shown,
        home=homes([found.household])[found.household],
        texts=notes([shown.get("inspection"), shown.get("revocation")]),
        names=people([shown.get("asker"), shown.get("signer")]),
        stands=shown["state"] == "valid" and shown["valid_to"] >= today().isoformat(),
        today=today().isoformat(),
        may_change=allowed("showcase.change", at_household(found.household))
        and found.household != g.actor.household,
    )


def _page(said: No = NOTHING) -> ResponseReturnValue:
    place = place_asked("showcase.read")
    plaques = house().read.showcases.of(place)
    waiting = house().read.showcases.without_plaque(place, tuple(LEVELS))
    consents = house().read.consents.of(place)
    numbers = [each["household"] for each in (*plaques, *waiting, *consents)]
    return show(
        "showcases",
        said,
        **whereabouts(place),
        plaques=plaques,
        waiting=waiting,
        consents=consents,
        notes=notes(each["note"] for each in consents),
        honours=[(rule.code, f"{rule.code} {rule.name}") for rule in _honours()],
        homes=homes(numbers),
        today=today().isoformat(),
        next_year=(years_after(today(), 1) - timedelta(days=1)).isoformat(),
        may_change=allowed("showcase.change"),
    )


def _honours() -> list[Rule]:
    """Rules that need the family's consent."""
    try:
        _version, rules, _policy = house().ledger.rules_on(today())
    except NothingInForce:
        return []
    return [rule for rule in rules.values() if rule.proof_kind == CONSENT]
