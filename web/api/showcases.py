"""Show-case households and consents, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from points.award import UnknownCase
from points.showcase import LEVELS, WHYS, UnknownShowcase
from web.access.authorize import at_household
from web.access.declared import in_body, mine, needs
from web.access.find import full_number
from web.access.find import showcase as in_address
from web.access.gate import check
from web.api.blueprint import ApiBlueprint
from web.api.schemas import DAY, NUMBER, Nothing, text
from web.http.envelopes import once
from web.wiring import house

api = ApiBlueprint("api_showcases", __name__)

SAID = validate.Length(1, 300, error="1-300")


class PlaqueWish(Schema):
    """`case` was posted; the plaque holds for at most three years."""

    case = fields.UUID(required=True)
    plaque = fields.String(required=True, validate=text(30))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)


class InspectionWish(Schema):
    """`note`: what was found wanting; it may be left out where all was in order."""

    passed = fields.Boolean(required=True, truthy={True}, falsy={False})
    note = fields.String(load_default="", validate=validate.Length(0, 300, error="0-300"))


class RevocationWish(Schema):
    why = fields.String(required=True, validate=validate.OneOf(WHYS))
    note = fields.String(required=True, validate=SAID)


class WithdrawalWish(Schema):
    household = fields.String(required=True, validate=text(40), metadata=NUMBER)
    rule = fields.String(required=True, validate=text(20), metadata={"example": "F01-V"})


class ConsentWish(WithdrawalWish):
    """`note`: who of the family said so."""

    note = fields.String(required=True, validate=SAID)


class ShowcaseShown(Schema):
    """`state`: valid or revoked; `due_on`: by then somebody looks again; `asker` asked to take it
    back because of `why`, and another person is to sign."""

    id = fields.UUID(attribute="showcase_id", required=True)
    case = fields.UUID(attribute="case_id", required=True)
    household = fields.String(required=True, metadata=NUMBER)
    level = fields.String(required=True)
    plaque = fields.String(required=True)
    valid_from = fields.String(required=True, metadata=DAY)
    valid_to = fields.String(required=True, metadata=DAY)
    due_on = fields.String(required=True, metadata=DAY)
    passed = fields.Boolean(required=True)
    inspected_on = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    why = fields.String(required=True)
    asker = fields.String(required=True, allow_none=True)
    signer = fields.String(required=True, allow_none=True)


class CaseWithout(Schema):
    case = fields.UUID(attribute="case_id", required=True)
    household = fields.String(required=True, metadata=NUMBER)
    rule = fields.String(required=True)


class ShowcasesShown(Schema):
    """`waiting`: posted cases that have no plaque yet."""

    showcases = fields.List(fields.Nested(ShowcaseShown), required=True)
    waiting = fields.List(fields.Nested(CaseWithout), required=True)


class ConsentShown(WithdrawalWish):
    given_on = fields.String(required=True, metadata=DAY)


class ConsentsShown(Schema):
    consents = fields.List(fields.Nested(ConsentShown), required=True)


@api.get("/showcases")
@needs("showcase.read", of=mine)
@api.response(200, ShowcasesShown)
def showcases() -> Any:
    """Plaques of the token's place, those that stand and are due first on top."""
    read, place = house().read.showcases, g.actor.place
    return {"showcases": read.of(place), "waiting": read.without_plaque(place, tuple(LEVELS))}


@api.post("/showcases")
@needs("showcase.change", of=in_body)
@api.arguments(PlaqueWish)
@api.response(201, ShowcaseShown)
def grant(wish: dict[str, Any]) -> Any:
    """The plaque of a case that was shown to all and posted."""
    found = house().read.cases.one(wish["case"])
    if found is None:
        raise UnknownCase(case=str(wish["case"]))
    check("showcase.change", at_household(found["household"]))
    with once(wish):
        made = house().ledger.grant_plaque(
            wish["case"],
            plaque=wish["plaque"],
            valid_from=wish["valid_from"],
            valid_to=wish["valid_to"],
        )
    return _one(made)


@api.get("/showcases/<uuid:showcase>")
@needs("showcase.read", of=in_address())
@api.response(200, ShowcaseShown)
def one_showcase(showcase: UUID) -> Any:
    """One plaque."""
    return _one(showcase)


@api.post("/showcases/<uuid:showcase>/inspections")
@needs("showcase.change", of=in_address())
@api.arguments(InspectionWish)
@api.response(200, ShowcaseShown)
def reinspect(wish: dict[str, Any], showcase: UUID) -> Any:
    """Looked at again today; what was not in order is due again in a week."""
    with once(wish):
        house().ledger.reinspect(showcase, passed=wish["passed"], note=wish["note"])
    return _one(showcase)


@api.post("/showcases/<uuid:showcase>/revocation")
@needs("showcase.change", of=in_address())
@api.arguments(RevocationWish)
@api.response(200, ShowcaseShown)
def ask_revocation(wish: dict[str, Any], showcase: UUID) -> Any:
    """Ask to take it back; another person signs or refuses."""
    with once(wish):
        house().ledger.ask_revocation(showcase, why=wish["why"], note=wish["note"])
    return _one(showcase)


@api.post("/showcases/<uuid:showcase>/revocation/signature")
@needs("showcase.change", of=in_address())
@api.arguments(Nothing, required=False)
@api.response(200, ShowcaseShown)
def revoke(wish: dict[str, Any], showcase: UUID) -> Any:
    """Another person agrees: it is taken back."""
    with once(wish):
        house().ledger.revoke_plaque(showcase)
    return _one(showcase)


@api.post("/showcases/<uuid:showcase>/revocation/refusal")
@needs("showcase.change", of=in_address())
@api.arguments(Nothing, required=False)
@api.response(200, ShowcaseShown)
def keep(wish: dict[str, Any], showcase: UUID) -> Any:
    """Another person does not: it stays."""
    with once(wish):
        house().ledger.keep_plaque(showcase)
    return _one(showcase)


@api.get("/consents")
@needs("showcase.read", of=mine)
@api.response(200, ConsentsShown)
def consents() -> Any:
    """Families of the token's place that agreed to be honoured by name, the newest first."""
    return {"consents": house().read.consents.of(g.actor.place)}


@api.post("/consents")
@needs("showcase.change", of=in_body)
@api.arguments(ConsentWish)
@api.response(201, WithdrawalWish)
def give_consent(wish: dict[str, Any]) -> Any:
    """The family agrees to an honour by this rule: it may be proposed for a year."""
    number = full_number(wish["household"])
    check("showcase.change", at_household(number))
    with once(wish):
        house().ledger.give_consent(number, wish["rule"], note=wish["note"])
    return {"household": number, "rule": wish["rule"]}


@api.post("/consents/withdrawal")
@needs("showcase.change", of=in_body)
@api.arguments(WithdrawalWish)
@api.response(200, WithdrawalWish)
def withdraw_consent(wish: dict[str, Any]) -> Any:
    """The family takes it back."""
    number = full_number(wish["household"])
    check("showcase.change", at_household(number))
    with once(wish):
        house().ledger.withdraw_consent(number, wish["rule"])
    return {"household": number, "rule": wish["rule"]}


def _one(showcase_id: UUID) -> dict[str, Any]:
    found = house().read.showcases.one(showcase_id)
    if found is None:
        raise UnknownShowcase(showcase=str(showcase_id))
    return found
