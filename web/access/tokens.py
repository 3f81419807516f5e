"""Tokens of devices and programs: shown once, kept as a hash, bound to a role and a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, and_, bindparam, select, update

from points.clock import Clock, instant
from points.refusals import Refusal
from web.access.roles import SCOPED_ROLES, STAFF, check_place
from web.access.shared import Shared, noting_use
from web.access.tables import tokens
from web.access.users import UnknownRole

MARK = "jm_"
"""Every token begins so: a scanner of leaked secrets can know it."""

_of_hash = select(tokens).where(tokens.c.hash == bindparam("secret"))
"""Asked at every request of a device."""

SEEN_EVERY = timedelta(minutes=1)


class UnknownToken(Refusal):
    code = "token-unknown"


class ShopNeeded(Refusal):
    """A keeper's device stands in a shop."""

    code = "shop-needed"


@dataclass(frozen=True)
class Token:
    """A device or program. `id` acts in the ledger; the secret itself is kept nowhere."""

    id: str
    name: str
    role: str
    place: str
    shop: str | None
    made_by: str
    made_at: str
    used_at: str | None
    ended_at: str | None


class Tokens:
    def __init__(
        self,
        shared: Shared,
        clock: Clock,
        *,
        new_id: Callable[[], str],
        new_secret: Callable[[], str],
    ) -> None:
        self._shared, self._clock = shared, clock
        self._new_id, self._new_secret = new_id, new_secret

    def create(
        self, name: str, *, role: str, place: str, made_by: str, shop: str | None = None
    ) -> tuple[Token, str]:
        """A token and its secret, which is never shown again.

        Raises `UnknownRole`, `UnknownPlace` or `ShopNeeded`.
        """
        if role not in STAFF:
            raise UnknownRole(role=role)
        if role in SCOPED_ROLES:
            check_place(place)
        if role == "keeper" and shop is None:
            raise ShopNeeded
        secret = MARK + self._new_secret()
        token_id = self._new_id()
        row = {
            "id": token_id,
            "name": name,
            "hash": _hash(secret),
            "role": role,
            "place": place,
            "shop": shop,
            "made_by": made_by,
            "made_at": instant(self._clock()),
        }
        with self._shared.write() as sql:
            sql.execute(tokens.insert().values(row))
        return self.by_id(token_id), secret

    def find(self, secret: str) -> Token | None:
        """The token of this secret; None when unknown or ended. Notes its use once a minute."""
        with self._shared.read() as sql:
            row = sql.execute(_of_hash, {"secret": _hash(secret)}).first()
        if row is None or row.ended_at is not None:
            return None
        now = self._clock()
        if row.used_at is None or row.used_at <= instant(now - SEEN_EVERY):
            with noting_use():
                self._set(row.id, used_at=instant(now))
        return _token(row)

    def by_id(self, token_id: str) -> Token:
        """Raises `UnknownToken`."""
        with self._shared.read() as sql:
            row = sql.execute(select(tokens).where(tokens.c.id == token_id)).first()
        if row is None:
            raise UnknownToken
        return _token(row)

    def all(self, place: str = "") -> list[Token]:
        """Tokens whose place lies in `place`, newest first, ended ones too."""
        query = select(tokens).where(tokens.c.place.startswith(place))
        with self._shared.read() as sql:
            rows = sql.execute(query.order_by(tokens.c.made_at.desc(), tokens.c.id)).all()
        return [_token(row) for row in rows]

    def names(self, ids: set[str]) -> dict[str, str]:
        """Names of actors that are devices or programs; ids of people are left out."""
        with self._shared.read() as sql:
            rows = sql.execute(select(tokens.c.id, tokens.c.name).where(tokens.c.id.in_(ids)))
            return {row.id: row.name for row in rows}

    def end(self, token_id: str) -> None:
        """From now on it opens nothing; raises `UnknownToken`."""
        self.by_id(token_id)
        self._set(token_id, ended_at=instant(self._clock()))

    def _set(self, token_id: str, **what: str) -> None:
        mine = and_(tokens.c.id == token_id, tokens.c.ended_at.is_(None))
        with self._shared.write() as sql:
            sql.execute(update(tokens).where(mine).values(what))


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _token(row: Row[Any]) -> Token:
    return Token(
        row.id,
        row.name,
        row.role,
        row.place,
        row.shop,
        row.made_by,
        row.made_at,
        row.used_at,
        row.ended_at,
    )
