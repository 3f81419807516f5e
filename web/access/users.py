"""Users: the people who sign in. Their id is opaque and the only thing of them in events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, Row, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from points.clock import Clock, instant
from points.refusals import Refusal
from web.access.lockout import Lockout
from web.access.passwords import check_strength, hashed, matches
from web.access.roles import SCOPED_ROLES, STAFF, check_place
from web.access.shared import Shared
from web.access.tables import users

_credentials = select(users.c.credentials_by).where(users.c.id == bindparam("user"))

_living_in = select(users.c.id).where(users.c.household == bindparam("number"))
"""Asked at every till."""

LOCKED_FOR = timedelta(minutes=15)


class SignInFailed(Refusal):
    """Login or password is wrong; it does not say which."""

    code = "sign-in-failed"


class SamePassword(Refusal):
    """A new password is another one."""

    code = "same-password"


class LoginTaken(Refusal):
    code = "login-taken"


class UnknownUser(Refusal):
    code = "user-unknown"


class UnknownRole(Refusal):
    code = "role-unknown"


@dataclass(frozen=True)
class User:
    """A person who signs in. `place`: region code; `shop`: the shop she keeps, if any;
    `household`: her own household's number, for which she never acts; `credentials_by`: the user
    who made her or set her password last, None for those whom `init` made."""

    id: str
    login: str
    name: str
    role: str
    place: str
    shop: str | None
    household: str | None
    active: bool
    must_change: bool
    has_totp: bool
    language: str | None
    credentials_by: str | None = None


class Users:
    def __init__(
        self,
        shared: Shared,
        clock: Clock,
        *,
        new_id: Callable[[], str],
        blind: Callable[[str], str],
    ) -> None:
        """`new_id` makes an opaque id; `blind` a keyed hash of a login, for counting tries."""
        self._shared, self._clock = shared, clock
        self._new_id, self._blind = new_id, blind
        self._lockout = Lockout(shared, clock, period=LOCKED_FOR)

    # Asking.

    def by_id(self, user_id: str) -> User:
        """Raises `UnknownUser`."""
        return self._one(users.c.id == user_id)

    def by_login(self, login: str) -> User:
        """Raises `UnknownUser`."""
        return self._one(users.c.login == _plain(login))

    def all(self, place: str = "") -> list[User]:
        """Users whose place lies in `place`, by login."""
        query = select(users).where(users.c.place.startswith(place)).order_by(users.c.login)
        with self._shared.read() as sql:
            return [_user(row) for row in sql.execute(query)]

    def of_household(self, number: str) -> set[str]:
        """Ids of the users who live in a household."""
        with self._shared.read() as sql:
            return set(sql.scalars(_living_in, {"number": number}))

    def names(self, ids: set[str]) -> dict[str, str]:
        """Display names of actors that are users; ids of devices and programs are left out."""
        with self._shared.read() as sql:
            rows = sql.execute(select(users.c.id, users.c.name).where(users.c.id.in_(ids)))
            return {row.id: row.name for row in rows}

    def since(self) -> dict[str, str]:
        """When each user was made, as UTC text, by id."""
        with self._shared.read() as sql:
            return {row.id: row.made_at for row in sql.execute(select(users.c.id, users.c.made_at))}

    def credentials_by(self, user_id: str) -> str | None:
        """Who made a user or set her password last; None where nobody did, or for no user."""
        with self._shared.read() as sql:
            return sql.scalar(_credentials, {"user": user_id})

    # Signing in.

    def sign_in(self, login: str, password: str) -> User:
        """The user who knows this password; raises `SignInFailed` or `Locked`."""
        tried = "login:" + self._blind(_plain(login))
        self._lockout.take(tried)
        with self._shared.read() as sql:
            row = sql.execute(select(users).where(users.c.login == _plain(login))).first()
        if not matches(row.password if row else None, password) or row is None or not row.active:
            raise SignInFailed
        self._lockout.forget(tried)
        return _user(row)

    # Changing.

    def add(
        self,
        login: str,
        *,
        name: str,
        password: str,
        role: str,
        place: str,
        shop: str | None = None,
        household: str | None = None,
        must_change: bool = True,
        by: str | None = None,
    ) -> User:
        """A new user, made `by` another; raises `LoginTaken`, `WeakPassword`, `UnknownRole` or
        `UnknownPlace`."""
        _check(role, place)
        check_strength(password, login=_plain(login))
        user_id = self._new_id()
        row = {
            "id": user_id,
            "login": _plain(login),
            "name": name,
            "password": hashed(password),
            "must_change": must_change,
            "role": role,
            "place": place,
            "shop": shop,
            "household": household,
            "active": True,
            "totp_step": 0,
            "made_at": instant(self._clock()),
            "credentials_by": by,
        }
        try:
            with self._shared.write() as sql:
                sql.execute(users.insert().values(row))
        except IntegrityError:
            raise LoginTaken(login=_plain(login)) from None
        return self.by_id(user_id)

    def change(self, user_id: str, **what: Any) -> User:
        """Set name, role, place, shop, household, active or language; raises like `add`."""
        before = self.by_id(user_id)
        _check(what.get("role", before.role), what.get("place", before.place))
        self._set(user_id, **what)
        return self.by_id(user_id)

    def change_password(self, user_id: str, *, old: str, new: str) -> None:
        """Her own change; raises `SignInFailed`, `Locked` or `WeakPassword`."""
        user = self.sign_in(self.by_id(user_id).login, old)
        check_strength(new, login=user.login)
        if old == new:
            raise SamePassword
        self._set(user_id, password=hashed(new), must_change=False)

    def reset_password(self, user_id: str, *, password: str, by: str | None = None) -> None:
        """Set by another user: she must change it at once. Opens a lock."""
        user = self.by_id(user_id)
        check_strength(password, login=user.login)
        self._set(user_id, password=hashed(password), must_change=True, credentials_by=by)
        self._lockout.forget("login:" + self._blind(user.login))

    def _set(self, user_id: str, **what: Any) -> None:
        with self._shared.write() as sql:
            sql.execute(update(users).where(users.c.id == user_id).values(what))

    def _one(self, where: ColumnElement[bool]) -> User:
        with self._shared.read() as sql:
            row = sql.execute(select(users).where(where)).first()
        if row is None:
            raise UnknownUser
        return _user(row)


def _check(role: str, place: str) -> None:
    if role not in STAFF:
        raise UnknownRole(role=role)
    if role in SCOPED_ROLES:
        check_place(place)


def _plain(login: str) -> str:
    return normalize("NFKC", login).strip().casefold()


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        role=row.role,
        place=row.place,
        shop=row.shop,
        household=row.household,
        active=row.active,
        must_change=row.must_change,
        has_totp=row.totp is not None,
        language=row.language,
        credentials_by=row.credentials_by,
    )
