"""Near relatives, for programs: who keeps out of what is decided for which household."""

from __future__ import annotations

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from points.kinship import RELATIONS
from web.access.authorize import at_household
from web.access.declared import in_body, mine, needs
from web.access.find import full_number
from web.access.gate import check
from web.api.blueprint import ApiBlueprint
from web.api.schemas import DAY, NUMBER, text
from web.http.envelopes import once
from web.wiring import house

api = ApiBlueprint("api_kinship", __name__)


class Near(Schema):
    """`person`: the opaque id of whoever keeps out."""

    person = fields.String(required=True, validate=text(40))
    household = fields.String(required=True, validate=text(40), metadata=NUMBER)


class KinWish(Near):
    relation = fields.String(required=True, validate=validate.OneOf(RELATIONS))


class KinShown(KinWish):
    """`declarer`: who wrote it down."""

    declarer = fields.String(required=True)
    declared_on = fields.String(required=True, metadata=DAY)


class AllKinShown(Schema):
    kin = fields.List(fields.Nested(KinShown), required=True)


@api.get("/kin")
@needs("kin.read", of=mine)
@api.response(200, AllKinShown)
def kin() -> Any:
    """Every declaration that holds, about households of the token's place."""
    return {"kin": house().read.kinship.of_place(g.actor.place)}


@api.post("/kin")
@needs("kin.declare", of=in_body)
@api.arguments(KinWish)
@api.response(201, KinWish)
def declare(wish: dict[str, Any]) -> Any:
    """Somebody of the staff is a near relative of a household: from now on she decides nothing
    for it."""
    number = full_number(wish["household"])
    check("kin.declare", at_household(number))
    house().users.by_id(wish["person"])
    with once(wish):
        house().ledger.declare_kin(wish["person"], number, wish["relation"])
    return wish | {"household": number}


@api.post("/kin/end")
@needs("kin.declare", of=in_body)
@api.arguments(Near)
@api.response(200, Near)
def end(wish: dict[str, Any]) -> Any:
    """It no longer holds; that it did stays on record."""
    number = full_number(wish["household"])
    check("kin.declare", at_household(number))
    with once(wish):
        house().ledger.end_kin(wish["person"], number)
    return wish | {"household": number}
