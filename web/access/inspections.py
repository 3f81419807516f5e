"""Links for inspectors from outside: read-only, for one place, for a time, revocable.

The token (128 random bits) is shown once and kept as a hash. Whoever opens the link looks without
a password; every page she opens stands in the access log under the link's id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update

from points.clock import Clock, instant
from points.refusals import Refusal
from web.access.roles import check_place
from web.access.shared import Shared
from web.access.tables import inspections

DAYS_MAX = 30


class LinkDead(Refusal):
    """The link was never given out, has ended, or was taken back; it does not say which."""

    code = "link-dead"


class LinkDays(Refusal):
    """A link lasts at least a day and at most `DAYS_MAX`."""

    code = "link-days"


@dataclass(frozen=True)
class Inspection:
    """One link. `purpose`: whom it is for and why; instants are UTC text."""

    id: str
    purpose: str
    place: str
    made_by: str
    made_at: str
    expires_at: str
    used_at: str | None
    ended_at: str | None


class Inspections:
    """`new_secret` makes the 128 random bits of a link, as text for an address."""

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
        self, *, place: str, days: int, purpose: str, made_by: str
    ) -> tuple[Inspection, str]:
        """A link and its token, which is never shown again; raises `LinkDays`, `UnknownPlace`."""
        check_place(place)
        if not 1 <= days <= DAYS_MAX:
            raise LinkDays(days=DAYS_MAX)
        token, now = self._new_secret(), self._clock()
        row = {
            "id": self._new_id(),
            "hash": _hash(token),
            "purpose": purpose,
            "place": place,
            "made_by": made_by,
            "made_at": instant(now),
            "expires_at": instant(now + timedelta(days=days)),
        }
        with self._shared.write() as sql:
            sql.execute(inspections.insert().values(row))
        return self.by_id(str(row["id"])), token

    def use(self, token: str) -> Inspection:
        """The living link of this token, its use noted; raises `LinkDead`."""
        found = self._one(inspections.c.hash == _hash(token))
        if not self.alive(found):
            raise LinkDead
        with self._shared.write() as sql:
            mine = inspections.c.id == found.id
            sql.execute(update(inspections).where(mine).values(used_at=instant(self._clock())))
        return found

    def alive(self, link: Inspection) -> bool:
        return link.ended_at is None and instant(self._clock()) < link.expires_at

    def by_id(self, link_id: str) -> Inspection:
        """Raises `LinkDead` for an id that no link has."""
        return self._one(inspections.c.id == link_id)

    def all(self, place: str = "") -> list[Inspection]:
        """Every link of a place, newest first, dead ones too."""
        mine = inspections.c.place.startswith(place)
        query = select(inspections).where(mine).order_by(inspections.c.made_at.desc())
        with self._shared.read() as sql:
            return [_read(row) for row in sql.execute(query)]

    def end(self, link_id: str) -> None:
        """Take a link back: from now on it opens nothing; raises `LinkDead`."""
        self.by_id(link_id)
        mine = (inspections.c.id == link_id) & inspections.c.ended_at.is_(None)
        with self._shared.write() as sql:
            sql.execute(update(inspections).where(mine).values(ended_at=instant(self._clock())))

    def _one(self, where: ColumnElement[bool]) -> Inspection:
        with self._shared.read() as sql:
            row = sql.execute(select(inspections).where(where)).first()
        if row is None:
            raise LinkDead
        return _read(row)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _read(row: Row[Any]) -> Inspection:
    return Inspection(
        row.id,
        row.purpose,
        row.place,
        row.made_by,
        row.made_at,
        row.expires_at,
        row.used_at,
        row.ended_at,
    )
