"""How the vault seals: AES-256-GCM, one key per subject, everything bound to its place.

The associated data name county, subject, field and version, so that a sealed value can neither be
moved to another row nor put back in place of a newer one. Source: PIPL art. 51; trust.md §2.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES = 12
_BETWEEN = "\x1f"  # stands in no code, subject or field name


class VaultSealed(Exception):
    """A sealed value does not open: the vault key is another, or the row was moved or changed."""


class Sealing:
    """Keys and algorithms of one county; no storage. `random` gives so many secret bytes."""

    def __init__(self, county: str, key: bytes, random: Callable[[int], bytes]) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the vault key has {KEY_BYTES} bytes")
        self._county = county
        self._wrapping = AESGCM(_derived(key, b"wrap"))
        self._blinding = _derived(key, b"blind")
        self._random = random

    def new_key(self) -> bytes:
        return self._random(KEY_BYTES)

    def wrap(self, subject: str, key: bytes) -> bytes:
        """A subject's key, sealed under the vault key."""
        return self._encrypt(self._wrapping, key, self._bound(subject, "key", 0))

    def unwrap(self, subject: str, wrapped: bytes) -> bytes:
        """Raises `VaultSealed`."""
        return _decrypt(self._wrapping, wrapped, self._bound(subject, "key", 0))

    def seal(self, key: bytes, plain: bytes, subject: str, field: str, version: int) -> bytes:
        return self._encrypt(AESGCM(key), plain, self._bound(subject, field, version))

    def unseal(self, key: bytes, sealed: bytes, subject: str, field: str, version: int) -> bytes:
        """Raises `VaultSealed`."""
        return _decrypt(AESGCM(key), sealed, self._bound(subject, field, version))

    def blind(self, kind: str, text: str) -> bytes:
        """A keyed hash for exact look-up: equal texts of a kind meet, nothing else is told."""
        what = _BETWEEN.join((self._county, kind, text))
        return hmac.new(self._blinding, what.encode(), sha256).digest()

    def _encrypt(self, key: AESGCM, what: bytes, bound: bytes) -> bytes:
        nonce = self._random(_NONCE_BYTES)
        return nonce + key.encrypt(nonce, what, bound)

    def _bound(self, subject: str, field: str, version: int) -> bytes:
        return _BETWEEN.join((self._county, subject, field, str(version))).encode()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"jiamei vault " + purpose).derive(key)


def _decrypt(key: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        where = bound.decode().replace(_BETWEEN, " · ")
        raise VaultSealed(f"a sealed value does not open: {where}") from None
