"""The envelope of a request: opened around every view that somebody known has asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import Flask, g, request
from flask.typing import ResponseReturnValue

from points.envelope import Envelope, opened
from points.refusals import Refusal
from web.access.visitor import Visitor
from web.http.mandates import mandates
from web.wiring import house

KEY_CHARACTERS_MAX = 200


class KeyMissing(Refusal):
    """A redemption is asked with an Idempotency-Key (rulings 14)."""

    code = "idempotency-key-missing"


class KeyShape(Refusal):
    """One to 200 visible characters."""

    code = "invalid"


class Front(Flask):
    """Flask, with every known visitor's view run inside an envelope."""

    def dispatch_request(self) -> ResponseReturnValue:
        visitor: Visitor | None = g.get("actor")
        if visitor is None:
            return super().dispatch_request()
        with opened(_envelope(visitor)):
            return super().dispatch_request()


@contextmanager
def once(
    body: dict[str, Any],
    *,
    key: str | None = None,
    required: bool = False,
    visitor: Visitor | None = None,
) -> Iterator[None]:
    """Run a command under the request's Idempotency-Key: twice asked, it is done once.

    `body` is what was validated; its PIN is no part of what the key stands for. A page's form
    brings its own `key`. Without a key the command is its own; raises `KeyMissing` where one is
    required. `visitor`: who asks, where no session says so (a card). What the actor's device
    signed for this key goes with the command; raises `MandateBad` where it cannot be read.
    """
    key = (request.headers.get("Idempotency-Key", "") if key is None else key).strip()
    if not key:
        if required:
            raise KeyMissing
        with opened(_envelope(visitor)) if visitor else nullcontext():
            yield
        return
    who = visitor or g.actor
    if len(key) > KEY_CHARACTERS_MAX or not key.isprintable():
        raise KeyShape(**{"Idempotency-Key": ["1-200"]})
    asked = {name: value for name, value in body.items() if name != "pin"}
    what = f"{request.method} {request.path}"
    hashes = house().keyed
    envelope = _envelope(
        who,
        command_id=hashes.command(who.id, key),
        request_hash=hashes.request(what, asked),
    )
    with opened(replace(envelope, nonce=key, mandates=mandates())):
        yield


def _envelope(
    visitor: Visitor, *, command_id: str | None = None, request_hash: str | None = None
) -> Envelope:
    return Envelope(
        actor=visitor,
        at=house().clock(),
        channel=channel(visitor),
        command_id=command_id or uuid4().hex,
        request_id=g.get("request_id", ""),
        request_hash=request_hash,
    )


def channel(visitor: Visitor | None) -> str:
    """The door one came by: till, api or page."""
    if request.blueprint == "till" or (visitor and visitor.shop):
        return "till"
    return "api" if request.path.startswith("/api/") else "page"
