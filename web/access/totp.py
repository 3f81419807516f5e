"""The second factor of staff: a code of six digits every 30 seconds (RFC 6238), each used once."""

from __future__ import annotations

import os
from datetime import timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp import TOTP, random_base32
from sqlalchemy import select, update

from points.clock import Clock
from points.refusals import Refusal
from web.access.lockout import Lockout
from web.access.shared import Shared
from web.access.tables import users
from web.access.users import LOCKED_FOR

STEP_S = 30
NONCE_BYTES = 12


class WrongCode(Refusal):
    """Not the code of now, or one that was used already."""

    code = "wrong-code"


class SecondFactor:
    """`key`: 32 bytes that seal the secrets. Times one step early or late are accepted."""

    def __init__(self, shared: Shared, clock: Clock, *, key: bytes, issuer: str) -> None:
        self._shared, self._clock, self._issuer = shared, clock, issuer
        self._sealing = AESGCM(key)
        self._lockout = Lockout(shared, clock, period=LOCKED_FOR)

    @staticmethod
    def new_secret() -> str:
        """To be shown as a QR code, and sent back with the first code it makes."""
        return random_base32()

    def address(self, secret: str, login: str) -> str:
        """The `otpauth://` address that an authenticator app scans."""
        return TOTP(secret).provisioning_uri(name=login, issuer_name=self._issuer)

    def enrol(self, user_id: str, secret: str, code: str) -> None:
        """Keep the secret once its first code proves that the app has it; raises `WrongCode`."""
        step = self._step_of(secret, code)
        if step is None:
            raise WrongCode
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._sealing.encrypt(nonce, secret.encode(), user_id.encode())
        with self._shared.write() as sql:
            mine = update(users).where(users.c.id == user_id)
            sql.execute(mine.values(totp=sealed, totp_step=step))

    def check(self, user_id: str, code: str) -> None:
        """Raises `WrongCode` or, after five wrong ones, `Locked`."""
        self._lockout.take("totp:" + user_id)
        with self._shared.read() as sql:
            sealed = sql.scalar(select(users.c.totp).where(users.c.id == user_id))
        step = sealed and self._step_of(self._opened(user_id, sealed), code)
        if not step or not self._use(user_id, step):
            raise WrongCode
        self._lockout.forget("totp:" + user_id)

    def forget(self, user_id: str) -> None:
        """The phone is lost: an administrator takes the second factor away."""
        with self._shared.write() as sql:
            sql.execute(update(users).where(users.c.id == user_id).values(totp=None))
        self._lockout.forget("totp:" + user_id)

    def _use(self, user_id: str, step: int) -> bool:
        """Whether this step is later than every one used before: of two at once, one is."""
        later = (users.c.id == user_id) & (users.c.totp_step < step)
        with self._shared.write() as sql:
            return sql.execute(update(users).where(later).values(totp_step=step)).rowcount == 1

    def _step_of(self, secret: str, code: str) -> int | None:
        now = self._clock()
        for steps in (0, -1, 1):
            at = now + timedelta(seconds=steps * STEP_S)
            if TOTP(secret).verify(code, for_time=at):
                return int(at.timestamp()) // STEP_S
        return None

    def _opened(self, user_id: str, sealed: bytes) -> str:
        nonce, secret = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self._sealing.decrypt(nonce, secret, user_id.encode()).decode()
