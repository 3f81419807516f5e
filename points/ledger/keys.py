"""Use cases of the keys that sign."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error

from points.envelope import current
from points.ledger.base import LedgerBase, command, no_answer
from points.refusals import Refusal
from points.signing_key import (
    DEVICE,
    PROCESS,
    DeviceKnown,
    DeviceUnknown,
    KeyInUse,
    KeyKnown,
    SigningKey,
    UnknownKey,
)
from points.store.signing import ED25519, ES256, is_key, key_id

REASONS = ("lost", "replaced", "left", "exposed")
"""Why a key is revoked."""


class KeyMalformed(Refusal):
    """A public key is base64 of 32 bytes (Ed25519), or of the 65 bytes of a point of P-256."""

    code = "key-malformed"


class ReasonUnknown(Refusal):
    """A key is revoked for one of the listed reasons."""

    code = "key-reason-unknown"


class Keys(LedgerBase):
    def register_own_key(self) -> None:
        """Register the key that signs this process's saves, where it is not known yet.

        The first key of a county signs its own registration; it stands in the policy file too.
        A later one has to be admitted under an earlier one: raises `KeyNotAdmitted`.
        """
        if self.signer and self.load(SigningKey, SigningKey.id_of(self.signer.id)) is None:
            self.admit_process_key(b64encode(self.signer.public).decode(), name="first")

    @command(no_answer)
    def admit_process_key(self, public_key: str, *, name: str) -> None:
        """Let another key of the process sign; raises `KeyMalformed` or `KeyKnown`."""
        self._register(public_key, kind=PROCESS, algorithm=ED25519, holder=PROCESS, name=name)

    @command(no_answer)
    def register_device_key(self, public_key: str, *, name: str) -> None:
        """The acting person's own device signs for her from now on.

        Raises `KeyMalformed`, `KeyKnown`, or `DeviceKnown` where another one does.
        """
        holder = current().actor.id
        if before := self.read.keys.device_of(holder):
            raise DeviceKnown(name=before["name"], since=before["registered_at"][:10])
        self._register(public_key, kind=DEVICE, algorithm=ES256, holder=holder, name=name)

    @command(no_answer)
    def revoke_own_device(self, *, why: str) -> None:
        """The acting person's device signs nothing more; may raise `DeviceUnknown`."""
        device = self.read.keys.device_of(current().actor.id)
        _check_reason(why)
        if device is None:
            raise DeviceUnknown
        self._revoke(device["key_id"], why)

    @command(no_answer)
    def revoke_key(self, key: str, *, why: str) -> None:
        """Raises `UnknownKey`, `KeyRevoked`, `KeyInUse` or `ReasonUnknown`."""
        _check_reason(why)
        if self.signer and key == self.signer.id:
            raise KeyInUse(key=key)
        self._revoke(key, why)

    def signing_key(self, key: str) -> SigningKey:
        """Raises `UnknownKey`."""
        found = self.load(SigningKey, SigningKey.id_of(key))
        if found is None:
            raise UnknownKey(key=key)
        return found

    def _revoke(self, key: str, why: str) -> None:
        found = self.signing_key(key)
        found.revoke(why)
        self.save(found)
        self.devices.forget(found.holder)

    def _register(
        self, public_key: str, *, kind: str, algorithm: str, holder: str, name: str
    ) -> None:
        key = key_id(algorithm, _decoded(public_key, algorithm))
        if self.load(SigningKey, SigningKey.id_of(key)) is not None:
            raise KeyKnown(key=key)
        self.save(
            SigningKey.register(
                key, kind=kind, algorithm=algorithm, public_key=public_key, holder=holder, name=name
            )
        )
        self.devices.forget(holder)


def _check_reason(why: str) -> None:
    if why not in REASONS:
        raise ReasonUnknown(reasons=list(REASONS))


def _decoded(public_key: str, algorithm: str) -> bytes:
    try:
        raw = b64decode(public_key, validate=True)
    except (Error, ValueError):
        raw = b""
    if not is_key(algorithm, raw) or b64encode(raw).decode() != public_key:
        raise KeyMalformed
    return raw
