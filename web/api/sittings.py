"""Sittings of the bodies that rules name, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from points.rulebook import COUNCILS
from points.sitting import Minutes, UnknownSitting
from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.find import sitting as in_address
from web.access.gate import check
from web.api.blueprint import ApiBlueprint
from web.api.schemas import text
from web.http.envelopes import once
from web.members import member
from web.wiring import house

api = ApiBlueprint("api_sittings", __name__)

PEOPLE = validate.Range(1, 1000)


class VoteWish(Schema):
    case = fields.UUID(required=True)
    in_favour = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1000))


class SittingWish(Schema):
    """`required`: how many belong to the body; `members`: who came, logins of the village's staff
    or numbers of households."""

    village = fields.String(required=True, validate=text(12))
    body = fields.String(required=True, validate=validate.OneOf(COUNCILS))
    day = fields.Date(required=True)
    number = fields.String(required=True, validate=text(40))
    place = fields.String(required=True, validate=text(60))
    required = fields.Integer(required=True, strict=True, validate=PEOPLE)
    members = fields.List(
        fields.String(validate=text(60)), required=True, validate=validate.Length(1, 1000)
    )
    votes = fields.List(fields.Nested(VoteWish), required=True, validate=validate.Length(1, 500))


class DecisionShown(Schema):
    """`in_favour` of the `counted`; `recused`: how many were present and not counted."""

    case = fields.UUID(attribute="case_id", required=True)
    household = fields.String(required=True)
    in_favour = fields.Integer(required=True)
    counted = fields.Integer(required=True)
    recused = fields.Function(lambda row: len(row["recused"].split()))
    agreed = fields.Boolean(required=True)


class SittingShown(Schema):
    id = fields.UUID(attribute="sitting_id", required=True)
    village = fields.String(required=True)
    body = fields.String(required=True)
    day = fields.String(required=True)
    number = fields.String(required=True)
    place = fields.String(required=True)
    present = fields.Integer(required=True)
    required = fields.Integer(required=True)
    decisions = fields.List(fields.Nested(DecisionShown), required=True)


class SittingsShown(Schema):
    sittings = fields.List(fields.Nested(SittingShown), required=True)


@api.get("/sittings")
@needs("award.read", of=mine)
@api.response(200, SittingsShown)
def sittings() -> Any:
    """The newest sittings of the token's place."""
    found = house().read.sittings.of_place(g.actor.place)
    return {"sittings": [_with_decisions(each) for each in found]}


@api.post("/sittings")
@needs("award.sign", of=in_body)
@api.arguments(SittingWish)
@api.response(201, SittingShown)
def hold(wish: dict[str, Any]) -> Any:
    """Enter the minutes of one sitting: every case of it is signed or refused in the same save."""
    check("award.sign", at_place(wish["village"]))
    same = ("village", "body", "day", "number", "place", "required")
    present = [member(house(), each, wish["village"]) for each in wish["members"]]
    minutes = Minutes(**{name: wish[name] for name in same}, members=present)
    votes = {each["case"]: each["in_favour"] for each in wish["votes"]}
    told = {str(case): number for case, number in votes.items()}
    with once(wish | {"day": wish["day"].isoformat(), "votes": told}):
        made = house().ledger.hold_sitting(minutes, votes)
    return _one(made)


@api.get("/sittings/<uuid:sitting>")
@needs("award.read", of=in_address())
@api.response(200, SittingShown)
def one_sitting(sitting: UUID) -> Any:
    """One sitting: who came of how many, and what it decided."""
    return _one(sitting)


def _one(sitting_id: UUID) -> dict[str, Any]:
    found = house().read.sittings.one(sitting_id)
    if found is None:
        raise UnknownSitting(sitting=str(sitting_id))
    return _with_decisions(found)


def _with_decisions(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"decisions": house().read.sittings.decisions(row["sitting_id"])}
