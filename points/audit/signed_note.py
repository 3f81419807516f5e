"""Signed notes (c2sp.org/signed-note): a text, an empty line, and lines of signatures.

Two kinds of signature: plain Ed25519 over the text (a log's own), and Ed25519 cosignatures with
the time of signing (a witness's; c2sp.org/tlog-cosignature, cosignature/v1).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from points.audit.strict import SIZE_MAX, Unproven, decoded, encoded

PLAIN = 0x01
COSIGNATURE = 0x04
TYPES = (PLAIN, COSIGNATURE)

SIGNATURES_MAX = 64
CHARACTERS_MAX = 100_000

DASH = "\u2014"
PRIVATE = "PRIVATE+KEY+"

_LINE = re.compile(rf"{DASH} (\S+) ([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class VKey:
    """A verifier key: whose signature, of which kind (`PLAIN`, `COSIGNATURE`), 32 public bytes."""

    name: str
    type: int
    public: bytes

    def __post_init__(self) -> None:
        """Raises `Unproven` where there can be no such key."""
        if not self.name or "+" in self.name or any(each.isspace() for each in self.name):
            raise Unproven("a key's name has no blanks and no plus")
        if _CONTROL.search(self.name):
            raise Unproven("a key's name has no control characters")
        if self.type not in TYPES:
            raise Unproven(f"unknown type of key {self.type}")
        if len(self.public) != 32:
            raise Unproven("an Ed25519 key has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> VKey:
        """From `name+hex id+base64(type, public key)`; raises `Unproven`."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise Unproven("a verifier key has three parts")
        raw = decoded(parts[2], 33)
        key = cls(parts[0], raw[0], raw[1:])
        if key.id.hex() != parts[1]:
            raise Unproven("this verifier key's id is another key's")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.type]) + self.public)}"

    @property
    def id(self) -> bytes:
        """Four bytes that say which key, not whether it is genuine."""
        named = self.name.encode() + b"\n" + bytes([self.type]) + self.public
        return hashlib.sha256(named).digest()[:4]

    def verify(self, text: str, signature: bytes) -> int:
        """The time of a cosignature (POSIX seconds), 0 for a plain one; raises `Unproven`."""
        at = 0
        message = text.encode()
        if self.type == COSIGNATURE:
            at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = _cosigned(text, at)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature as error:
            raise Unproven(f"the signature of {self.name} is wrong") from error
        return at


@dataclass(frozen=True)
class Key:
    """A private key. Kept in a file as one line, as Go's `note` package writes it."""

    vkey: VKey
    seed: bytes

    @classmethod
    def of(cls, name: str, type_: int, seed: bytes) -> Key:
        """`seed`: 32 random bytes."""
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        return cls(VKey(name, type_, public), seed)

    @classmethod
    def parse(cls, text: str) -> Key:
        """From what `private` wrote; raises `Unproven`."""
        parts = text.removeprefix(PRIVATE).split("+", 2)
        if not text.startswith(PRIVATE) or len(parts) != 3:
            raise Unproven("this is no private key of a note")
        raw = decoded(parts[2], 33)
        key = cls.of(parts[0], raw[0], raw[1:])
        if key.vkey.id.hex() != parts[1]:
            raise Unproven("this private key's id is another key's")
        return key

    @property
    def private(self) -> str:
        """The whole key as text: a secret."""
        kind = bytes([self.vkey.type])
        return f"{PRIVATE}{self.vkey.name}+{self.vkey.id.hex()}+{encoded(kind + self.seed)}"

    def line(self, text: str, at: int | None = None) -> str:
        """A signature line over a note's text; `at` (POSIX seconds) for a cosignature."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.vkey.type == PLAIN:
            signature = key.sign(text.encode())
        else:
            assert at is not None
            signature = at.to_bytes(8, "big") + key.sign(_cosigned(text, at))
        return f"{DASH} {self.vkey.name} {encoded(self.vkey.id + signature)}\n"


@dataclass(frozen=True)
class Signature:
    """One line under a note: nothing is known of it until its key has verified it."""

    name: str
    key_id: bytes
    data: bytes

    def __str__(self) -> str:
        return f"{DASH} {self.name} {encoded(self.key_id + self.data)}\n"

    def by(self, key: VKey) -> bool:
        """Whether it says to be of this key."""
        return self.name == key.name and self.key_id == key.id


@dataclass(frozen=True)
class Note:
    """A text (its last newline included) and the lines under it."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: str) -> Note:
        """Raises `Unproven` where a note is not written as it must be."""
        if len(note) > CHARACTERS_MAX:
            raise Unproven("this note is too long")
        if _CONTROL.search(note):
            raise Unproven("control characters in a note")
        head, between, tail = note.rpartition("\n\n")
        if not between or not head or not tail.endswith("\n"):
            raise Unproven("a note is a text, an empty line and signatures")
        lines = tail.removesuffix("\n").split("\n")
        if len(lines) > SIGNATURES_MAX:
            raise Unproven("too many signatures")
        signatures = tuple(map(_signature, lines))
        if len({(each.name, each.key_id) for each in signatures}) != len(signatures):
            raise Unproven("one key signed twice")
        return cls(head + "\n", signatures)

    def __str__(self) -> str:
        return signed(self.text, *map(str, self.signatures))

    def verify(self, keys: Iterable[VKey]) -> dict[VKey, int]:
        """Which of `keys` signed, and when (0: without time).

        Signatures of others are passed over. Raises `Unproven` where one that says to be of
        `keys` is wrong.
        """
        return {
            key: key.verify(self.text, each.data)
            for key in keys
            for each in self.signatures
            if each.by(key)
        }


def signed(text: str, *lines: str) -> str:
    """A note from its text and its signature lines."""
    return f"{text}\n{''.join(lines)}"


def _signature(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    if found is None or "+" in found[1]:
        raise Unproven("this is no line of a signature")
    raw = decoded(found[2])
    if len(raw) <= 4:
        raise Unproven("a signature is longer than its key's id")
    return Signature(found[1], raw[:4], raw[4:])


def _cosigned(text: str, at: int) -> bytes:
    if at > SIZE_MAX:
        raise Unproven("a time beyond all times")
    return f"cosignature/v1\ntime {at}\n{text}".encode()
