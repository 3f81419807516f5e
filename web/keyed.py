"""Keyed hashes: to recognise what must not be read. Useless to whoever has only the database."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

import orjson


class Keyed:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def login(self, login: str) -> str:
        """For counting sign-ins to a name, known or not, without keeping the name."""
        return self._hash("login", login.encode())

    def request(self, what: str, body: Any) -> str:
        """What was asked, in one way of writing: the same key with another hash is refused.

        Keyed, because bodies hold card numbers, which are short enough to be guessed.
        """
        text = orjson.dumps(body, default=str, option=orjson.OPT_SORT_KEYS)
        return self._hash("request", what.encode() + b"\x1f" + text)

    def command(self, scope: str, key: str) -> str:
        """The command id of an Idempotency-Key: of two tokens the same key is two commands.

        `scope` is the actor: who signs in anew while an answer is lost asks for the same command.
        """
        return self._hash("command", f"{scope}\x1f{key}".encode())

    def path(self, secret: str) -> str:
        """A card token as the access log may know it."""
        return self._hash("path", secret.encode())[:16]

    def slip(self, kind: str, what: bytes) -> bytes:
        """32 bytes for satisfaction slips (`web/slips.py`)."""
        return bytes.fromhex(self._hash(f"slip {kind}", what))

    def _hash(self, kind: str, what: bytes) -> str:
        return hmac.new(self._key, kind.encode() + b"\x1f" + what, sha256).hexdigest()
