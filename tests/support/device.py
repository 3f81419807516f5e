"""A person's own device: its key, and what it signs (points/mandates.py)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from points.envelope import Actor, Envelope, opened
from points.store.signing import ES256, key_id
from tests.support.house import COUNTY, Place


def _new() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Device:
    private: ec.EllipticCurvePrivateKey = field(default_factory=_new)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def public_key(self) -> str:
        return b64encode(self.public).decode()

    @property
    def key(self) -> str:
        return key_id(ES256, self.public)

    def register(self, place: Place, actor: Actor) -> None:
        with place.by(actor) as ledger:
            ledger.register_device_key(self.public_key, name="手机")

    def mandate(self, actor: str, nonce: str, *claims: Any, county: str = COUNTY) -> str:
        lines = ("jiamei-mandate/v1", county, actor, nonce, json.dumps(claims))
        text = "".join(f"{line}\n" for line in lines)
        return json.dumps({"key": self.key, "signature": self.sign(text), "text": text})

    def sign(self, text: str) -> str:
        r, s = decode_dss_signature(self.private.sign(text.encode(), ec.ECDSA(SHA256())))
        return b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()


@contextmanager
def asking(place: Place, actor: Actor, nonce: str, *mandates: str) -> Iterator[Any]:
    """The ledger, with a request of this key that brought these mandates."""
    envelope = Envelope(actor, place.watch(), "page", uuid4().hex, nonce=nonce, mandates=mandates)
    with opened(envelope):
        yield place.house.ledger
