"""Sessions: kept on the server, so that they can be ended; the browser holds only a secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, delete, select, update

from points.clock import Clock, instant
from web.access.shared import Shared, noting_use
from web.access.tables import sessions

SEEN_EVERY = timedelta(minutes=1)
"""How often a session's last use is written down: a page is not a write."""

CARD_IDLE, CARD_LIFE = timedelta(minutes=10), timedelta(minutes=30)
"""A household's page stays open so long after the PIN, on a phone that may not be its own."""


LINK_IDLE, LINK_LIFE = timedelta(minutes=30), timedelta(hours=8)
"""An inspector opens her link again after so long; the link itself ends by its own day."""


@dataclass(frozen=True)
class Session:
    """`kind`: user, card or inspector; `subject`: user id, household number or link id;
    `stage`: code while the second factor is awaited, open after it. `id` is a hash: not the
    browser's secret."""

    id: str
    kind: str
    subject: str
    stage: str
    made_at: str
    seen_at: str


class Sessions:
    def __init__(
        self,
        shared: Shared,
        clock: Clock,
        *,
        new_secret: Callable[[], str],
        idle: timedelta,
        life: timedelta,
    ) -> None:
        self._shared, self._clock, self._new_secret = shared, clock, new_secret
        self._spans = {"user": (idle, life), "card": (CARD_IDLE, CARD_LIFE)}
        self._spans["inspector"] = (LINK_IDLE, LINK_LIFE)

    def begin(self, kind: str, subject: str, *, stage: str = "open") -> str:
        """A new session; the secret to give to the browser, which is kept nowhere."""
        secret, now = self._new_secret(), instant(self._clock())
        row = {
            "id": _hash(secret),
            "kind": kind,
            "subject": subject,
            "stage": stage,
            "made_at": now,
            "seen_at": now,
        }
        with self._shared.write() as sql:
            sql.execute(sessions.insert().values(row))
        return secret

    def find(self, secret: str) -> Session | None:
        """The open session of this secret; None when unknown, ended, idle or too old."""
        with self._shared.read() as sql:
            row = sql.execute(select(sessions).where(sessions.c.id == _hash(secret))).first()
        if row is None or row.ended_at is not None:
            return None
        session = Session(*row[:6])
        now = self._clock()
        if not self._alive(session, now):
            return None
        if session.seen_at <= instant(now - SEEN_EVERY):
            with noting_use():
                self._set(sessions.c.id == session.id, seen_at=instant(now))
        return session

    def end(self, secret: str) -> None:
        self._end(sessions.c.id == _hash(secret))

    def end_all(self, kind: str, subject: str, *, but: str | None = None) -> None:
        """End every session of a user or a household, but perhaps the one with id `but`."""
        these = and_(sessions.c.kind == kind, sessions.c.subject == subject)
        self._end(these if but is None else and_(these, sessions.c.id != but))

    def open_of(self, kind: str, subject: str) -> list[Session]:
        """Open sessions, newest first, for the page on which one may end them."""
        these = and_(
            sessions.c.kind == kind, sessions.c.subject == subject, sessions.c.ended_at.is_(None)
        )
        query = select(sessions).where(these).order_by(sessions.c.made_at.desc())
        now = self._clock()
        with self._shared.read() as sql:
            found = [Session(*row[:6]) for row in sql.execute(query)]
        return [session for session in found if self._alive(session, now)]

    def forget_older(self, days: int) -> int:
        """Delete sessions that nobody has used for so many days; how many."""
        before = instant(self._clock() - timedelta(days=days))
        with self._shared.write() as sql:
            return sql.execute(delete(sessions).where(sessions.c.seen_at < before)).rowcount

    def _alive(self, session: Session, now: datetime) -> bool:
        idle, life = self._spans[session.kind]
        return session.seen_at > instant(now - idle) and session.made_at > instant(now - life)

    def _end(self, where: ColumnElement[bool]) -> None:
        self._set(and_(where, sessions.c.ended_at.is_(None)), ended_at=instant(self._clock()))

    def _set(self, where: ColumnElement[bool], **what: str) -> None:
        with self._shared.write() as sql:
            sql.execute(update(sessions).where(where).values(what))


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
