"""Who answers for a save: a signature over all its events, by a key outside the database.

A row that is put in by SQL has no such signature, and a copied row has one over other bytes: the
stream, the version and the place in the command are signed with the payload. Ed25519; the keys
themselves are registered in the history (`points/signing_key.py`).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from points.store.recorded import Notified, Stored
from points.store.records import body

ED25519, ES256 = "ed25519", "es256"
_LENGTHS = {ED25519: (32, 64), ES256: (65, 64)}
"""Bytes of a public key and of a signature."""


def key_id(algorithm: str, public: bytes) -> str:
    """The name of a key: 32 hex digits of the digest of what it is."""
    return sha256(algorithm.encode() + b"\n" + public).hexdigest()[:32]


def is_key(algorithm: str, public: bytes) -> bool:
    """Whether these bytes are a public key: 32 of Ed25519, or an uncompressed point of P-256."""
    try:
        _public_key(algorithm, public)
    except ValueError:
        return False
    return True


def is_signed(algorithm: str, public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this key made this signature; ES256 is r and s, 32 bytes each."""
    try:
        key = _public_key(algorithm, public)
        if len(signature) != _LENGTHS[algorithm][1]:
            return False
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
            key.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def save_text(county: str, events: Sequence[Stored | Notified]) -> bytes:
    """What is signed for the events of one save, in their order."""
    first = events[0].stamp
    assert first is not None
    digests = (b64encode(sha256(body(event)).digest()).decode() for event in events)
    head = ("jiamei-save/v1", county, first.command_id, str(len(events)))
    return "".join(f"{line}\n" for line in (*head, *digests)).encode()


class SaveKey:
    """The key of this process. `seed`: 32 secret bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.id = key_id(ED25519, self.public)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def signed(self, county: str, stored: Sequence[Stored]) -> list[Stored]:
        """The events of a save, counted already; the first carries the signature for all."""
        first = stored[0]
        assert first.stamp is not None
        signature = self.sign(save_text(county, stored))
        stamp = first.stamp._replace(key_id=self.id, signature=signature)
        return [replace(first, stamp=stamp), *stored[1:]]


def _public_key(algorithm: str, public: bytes) -> Ed25519PublicKey | ec.EllipticCurvePublicKey:
    """Raises `ValueError` for what is no key."""
    if algorithm not in _LENGTHS or len(public) != _LENGTHS[algorithm][0]:
        raise ValueError(algorithm)
    if algorithm == ED25519:
        return Ed25519PublicKey.from_public_bytes(public)
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
