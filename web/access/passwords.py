"""Passwords: argon2id, eight characters or more, none that everybody uses.

Parameters: 19 MiB, 2 passes, 1 lane (OWASP's minimum; about 45 ms here). At most two are
computed at once, so that a flood of sign-ins cannot take the machine's memory.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from points.refusals import Refusal

CHARACTERS_MIN, CHARACTERS_MAX = 8, 200
AT_ONCE = 2
COMMON = Path(__file__).parents[1] / "data" / "common_passwords.txt"

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turn = BoundedSemaphore(AT_ONCE)


class WeakPassword(Refusal):
    """A password has eight characters or more, is not a usual one, and does not hold the login."""

    code = "weak-password"


def check_strength(password: str, *, login: str) -> None:
    """Raises `WeakPassword` saying why: short, long, common or login."""
    plain = password.casefold()
    if len(password) < CHARACTERS_MIN:
        raise WeakPassword(why="short", characters=CHARACTERS_MIN)
    if len(password) > CHARACTERS_MAX:
        raise WeakPassword(why="long", characters=CHARACTERS_MIN)
    if plain in _common() or len(set(plain)) < 4:
        raise WeakPassword(why="common", characters=CHARACTERS_MIN)
    if len(login) >= 4 and login.casefold() in plain:
        raise WeakPassword(why="login", characters=CHARACTERS_MIN)


def hashed(secret: str) -> str:
    with _turn:
        return _hasher.hash(secret)


def matches(kept: str | None, secret: str) -> bool:
    """Whether `secret` is the one kept. Nobody's password takes as long as somebody's."""
    try:
        with _turn:
            _hasher.verify(kept or _nobody(), secret)
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobody() -> str:
    return _hasher.hash("nobody signs in with this")


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text().split())


_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_password() -> str:
    """Sixteen signs in four groups, 79 bits, none easily taken for another: for a paper slip."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
