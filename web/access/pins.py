"""The household's PIN: four to six digits, five tries, then half an hour of patience.

It is kept as argon2id over a keyed hash: ten thousand guesses are nothing, so without the vault
key the kept text tells nothing. A wrong try counts even though the redemption is refused.
"""

from __future__ import annotations

import hmac
import re
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, select

from points.clock import Clock, instant
from points.refusals import Refusal
from web.access.lockout import Lockout
from web.access.passwords import hashed, matches
from web.access.shared import Shared
from web.access.tables import pins

LOCKED_FOR = timedelta(minutes=30)
_DIGITS = re.compile(r"[0-9]{4,6}")
_RUNS = "01234567890", "09876543210"


class WrongPin(Refusal):
    """Fact: how many tries are left."""

    code = "wrong-pin"


class PinLocked(Refusal):
    """Fact: minutes until the next try."""

    code = "pin-locked"


class PinNotSet(Refusal):
    """The household has no PIN yet; staff set the first one."""

    code = "pin-not-set"


class PinShape(Refusal):
    """Four to six digits."""

    code = "pin-shape"


class PinTooEasy(Refusal):
    """Not all the same, not in a row."""

    code = "pin-too-easy"


class Pins:
    def __init__(self, shared: Shared, clock: Clock, *, pepper: bytes) -> None:
        self._shared, self._clock, self._pepper = shared, clock, pepper
        self._lockout = Lockout(shared, clock, period=LOCKED_FOR, refusal=PinLocked)

    def is_set(self, household: str) -> bool:
        return self._kept(household) is not None

    def check(self, household: str, pin: str) -> None:
        """Whether this is the PIN; raises `PinNotSet`, `WrongPin` or `PinLocked`."""
        kept = self._kept(household)
        if kept is None:
            raise PinNotSet(household=household)
        left = self._lockout.take("pin:" + household)
        if not matches(kept, self._keyed(household, pin)):
            raise WrongPin(tries_left=left)
        self._lockout.forget("pin:" + household)

    def set(self, household: str, pin: str) -> None:
        """A new PIN in place of any other; opens a lock. Raises `PinShape` or `PinTooEasy`."""
        if not _DIGITS.fullmatch(pin):
            raise PinShape
        if len(set(pin)) == 1 or any(pin in run for run in _RUNS):
            raise PinTooEasy
        row = {
            "household": household,
            "pin": hashed(self._keyed(household, pin)),
            "made_at": instant(self._clock()),
        }
        with self._shared.write() as sql:
            sql.execute(delete(pins).where(pins.c.household == household))
            sql.execute(pins.insert().values(row))
        self._lockout.forget("pin:" + household)

    def change(self, household: str, *, old: str, new: str) -> None:
        """The household's own change; raises like `check` and `set`."""
        self.check(household, old)
        self.set(household, new)

    def reset(self, household: str) -> None:
        """Staff took the PIN away: the household sets a new one with them."""
        with self._shared.write() as sql:
            sql.execute(delete(pins).where(pins.c.household == household))
        self._lockout.forget("pin:" + household)

    def _kept(self, household: str) -> str | None:
        with self._shared.read() as sql:
            return sql.scalar(select(pins.c.pin).where(pins.c.household == household))

    def _keyed(self, household: str, pin: str) -> str:
        text = f"{household}\x1f{pin}".encode()
        return hmac.new(self._pepper, text, sha256).hexdigest()
