"""Credits: proposed by one, reviewed by another; posted after their notice."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from points.award import AwardCase, UnknownCase
from points.ledger import Proposal
from points.store.notes import Notes
from points.views.cases import STATES
from web.access.authorize import at_household, at_place
from web.access.declared import in_body, mine, needs
from web.access.find import case, full_number
from web.access.gate import check
from web.access.roles import check_place
from web.api.blueprint import ApiBlueprint
from web.api.schemas import NUMBER, CaseShown, CreditWish, Nothing, text
from web.evidence import PHOTOS_MAX
from web.http.envelopes import once
from web.http.errors import Invalid
from web.members import check_earner
from web.wiring import house

api = ApiBlueprint("api_credits", __name__)


class CreditsAsked(Schema):
    """Default: the token's own place, and any state."""

    place = fields.String(validate=text(12), metadata={"example": "999901100201"})
    state = fields.String(validate=validate.OneOf(STATES))


class ProposalWish(CreditWish):
    """Propose a credit or deduction by a rule in force; another person signs it. `photos` are
    pictures in base64, where the rule asks for one; only the picture is kept, sealed."""

    photos = fields.List(
        fields.String(validate=validate.Length(1)),
        load_default=list,
        validate=validate.Length(0, PHOTOS_MAX, error=f"0-{PHOTOS_MAX}"),
    )


class RefusalWish(Schema):
    reason = fields.String(required=True, validate=validate.Length(1, 300, error="1-300"))


class CaseTold(Schema):
    """One case as it stands. `proposer` and `signers` are opaque ids; `body` is whose sitting
    reviews it first, if any; `photos` and `held` count photos, and objections that are not
    decided; `why` says why it was
    refused: review, objection or cap."""

    id = fields.UUID(attribute="case_id", required=True)
    household = fields.String(required=True, metadata=NUMBER)
    rule = fields.String(required=True)
    rule_version = fields.Integer(required=True)
    item = fields.String(required=True)
    points = fields.Integer(required=True)
    occurred_on = fields.String(required=True)
    minutes = fields.Integer(required=True, allow_none=True)
    proposer = fields.String(required=True)
    proposed_at = fields.String(required=True)
    signers = fields.Function(
        lambda row: row["signers"].split(),
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )
    signatures_missing = fields.Function(
        lambda row: row["signatures_needed"] - len(row["signers"].split()),
        required=True,
        metadata={"type": "integer"},
    )
    body = fields.String(required=True)
    sitting = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True)
    why = fields.String(required=True, allow_none=True)
    notice = fields.UUID(attribute="notice_id", required=True, allow_none=True)
    closes_on = fields.String(required=True, allow_none=True)
    closed_on = fields.String(required=True, allow_none=True)
    photos = fields.Function(lambda row: len(row["photos"].split()), metadata={"type": "integer"})
    held = fields.Integer(required=True)


class CaseRead(CaseTold):
    """`evidence` is null where there is none, or where it was erased; `photos_before` counts other
    cases that its photos prove, too."""

    evidence = fields.String(required=True, allow_none=True)
    photos_before = fields.Integer(required=True)


class CasesTold(Schema):
    credits = fields.List(fields.Nested(CaseTold), required=True)


@api.get("/credits")
@needs("award.read", of=mine)
@api.arguments(CreditsAsked, location="query")
@api.response(200, CasesTold)
def credits(asked: dict[str, Any]) -> Any:
    """The newest cases of a place, in one state or in any."""
    place = asked.get("place") or g.actor.place
    if place != g.actor.place:
        check_place(place)
        check("award.read", at_place(place))
    return {"credits": house().read.cases.of_place(place, state=asked.get("state", ""))}


@api.post("/credits")
@needs("award.propose", of=in_body)
@api.arguments(ProposalWish)
@api.response(202, CaseShown)
def propose(wish: dict[str, Any]) -> Any:
    """Propose a credit; it waits for another person's review and for its notice, and cannot be
    spent before.

    An Idempotency-Key is honoured and not required.
    """
    number = full_number(wish["household"])
    check("award.propose", at_household(number))
    check_earner(house(), wish["earner"], number)
    photos = tuple(dict.fromkeys(_kept(each) for each in wish["photos"]))
    with once(wish):
        told = wish | {"household": number, "photos": photos}
        proposed = house().ledger.propose(Proposal(**told))
    return _shown(proposed)


@api.get("/credits/<uuid:case>")
@needs("award.read", of=case())
@api.response(200, CaseRead)
def credit(case: UUID) -> Any:
    """One case: who proposed and reviewed it, on which evidence, and how it stands."""
    found = house().read.cases.one(case)
    if found is None:
        raise UnknownCase(case=str(case))
    notes = Notes(house().county, house().vault)
    texts = notes.texts([found["note"]] if found["note"] else [])
    used = house().read.pictures.used(found["photos"].split())
    others = {each["case_id"] for some in used.values() for each in some} - {case}
    return found | {"evidence": texts.get(found["note"]), "photos_before": len(others)}


@api.post("/credits/<uuid:case>/signature")
@needs("award.sign", of=case())
@api.arguments(Nothing, required=False)
@api.response(200, CaseShown)
def sign(wish: dict[str, Any], case: UUID) -> Any:
    """Another person's signature; with the last one needed it may be hung up."""
    with once(wish):
        house().ledger.sign(case)
    return _shown(case)


@api.post("/credits/<uuid:case>/refusal")
@needs("award.sign", of=case())
@api.arguments(RefusalWish)
@api.response(200, CaseShown)
def refuse(wish: dict[str, Any], case: UUID) -> Any:
    """A reviewer says no, with her reason, which is kept sealed."""
    with once(wish):
        house().ledger.refuse(case, reason=wish["reason"])
    return _shown(case)


@api.post("/credits/<uuid:case>/withdrawal")
@needs("award.propose", of=case())
@api.arguments(Nothing, required=False)
@api.response(200, CaseShown)
def withdraw(wish: dict[str, Any], case: UUID) -> Any:
    """The proposer takes her own case back, before it is shown to all."""
    with once(wish):
        house().ledger.withdraw(case)
    return _shown(case)


def _kept(photo: str) -> str:
    """The name under which a photo is kept; raises `Invalid` or `NoPhoto`."""
    try:
        content = b64decode(photo, validate=True)
    except ValueError:
        raise Invalid(photos=["base64"]) from None
    return house().evidence.put(content)


def _shown(case_id: UUID) -> dict[str, Any]:
    found = house().ledger.load(AwardCase, case_id)
    if found is None:
        raise UnknownCase(case=str(case_id))
    return {
        "id": case_id,
        "household": found.household,
        "rule": found.rule,
        "points": found.points,
        "state": found.state,
        "signatures_missing": found.signatures_needed - len(found.signers),
    }
