"""The device that signs for whoever asks: a till, a program, a person at her browser."""

from __future__ import annotations

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from points.ledger.keys import REASONS
from web.access.declared import limited, mine, needs
from web.api.blueprint import ApiBlueprint
from web.api.schemas import text
from web.wiring import house

api = ApiBlueprint("api_devices", __name__)


class DeviceWish(Schema):
    """A key that was made on the device and never leaves it."""

    public_key = fields.String(
        required=True,
        validate=text(100),
        metadata={"description": "base64 of the 65 bytes of a point of P-256"},
    )
    name = fields.String(required=True, validate=text(40), metadata={"example": "妇联办公室的手机"})


class RevokeWish(Schema):
    why = fields.String(required=True, validate=validate.OneOf(REASONS))


class DeviceShown(Schema):
    """What a mandate's text names, and the key that signs it now, or null."""

    county = fields.String(required=True)
    actor = fields.String(required=True)
    key = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    since = fields.String(required=True, allow_none=True)


@api.get("/devices/mine")
@needs("device.own", of=mine)
@api.response(200, DeviceShown)
def show() -> Any:
    """Which key signs for the asker; `key` is null where the process alone answers for it."""
    return _shown()


@api.post("/devices/mine")
@needs("device.own", of=mine)
@limited("20 per minute")
@api.arguments(DeviceWish)
@api.response(201, DeviceShown)
def register(wish: dict[str, Any]) -> Any:
    """From now on redemptions, awards, signatures and deliveries in the asker's name need a
    mandate of this key. 409 `device-known` where another one signs already."""
    house().ledger.register_device_key(wish["public_key"], name=wish["name"])
    return _shown()


@api.post("/devices/mine/revoke")
@needs("device.own", of=mine)
@limited("20 per minute")
@api.arguments(RevokeWish)
@api.response(200, DeviceShown)
def revoke(wish: dict[str, Any]) -> Any:
    """It signs nothing more; what it signed stays."""
    house().ledger.revoke_own_device(why=wish["why"])
    return _shown()


def _shown() -> dict[str, Any]:
    found = house().read.keys.device_of(g.actor.id)
    return {
        "county": house().county.code,
        "actor": g.actor.id,
        "key": found["key_id"] if found else None,
        "name": found["name"] if found else None,
        "since": found["registered_at"] if found else None,
    }
