"""The access log: who looked at what, who acted and who was turned away; apart from the ledger.

Lines are written a moment later, many at once, so that a page does not wait for the disk: a
crash may cost the last second of them, never an entry of the ledger, which names its actor itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from multiprocessing.util import Finalize
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from eventsourcing.persistence import PersistenceError
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from points.clock import Clock, instant
from web.access.shared import Shared
from web.access.tables import access_log

PAUSE_S = 1.0
AT_ONCE = 500

_log = get_logger()


class AccessLog:
    """`new_id` makes the id of a line."""

    def __init__(self, shared: Shared, clock: Clock, *, new_id: Callable[[], str]) -> None:
        self._shared, self._clock, self._new_id = shared, clock, new_id
        self._waiting: SimpleQueue[dict[str, str]] = SimpleQueue()
        self._starting, self._writing = Lock(), Lock()
        self._writer: Thread | None = None
        self._closed = Event()
        self._at_exit: Finalize | None = None

    def note(self, **line: str) -> None:
        """Keep a line: actor, role, place of the object, channel, action, object, result,
        request_id."""
        self._waiting.put({"id": self._new_id(), "at": instant(self._clock()), **line})
        if self._writer is None:
            self._start()

    def flush(self) -> None:
        """Write down what waits; what cannot be written waits on."""
        with self._writing:
            while lines := self._some():
                try:
                    with self._shared.write() as sql:
                        sql.execute(access_log.insert(), lines)
                except BaseException:
                    for line in lines:
                        self._waiting.put(line)
                    raise

    def close(self) -> None:
        """Write down what waits, and stop. May be called twice."""
        self._closed.set()
        if self._writer is not None:
            self._writer.join(timeout=5)
        if self._at_exit is not None:
            self._at_exit.cancel()
        self.flush()

    def last(
        self, count: int, *, place: str = "", nowhere: bool = False, before: str | None = None
    ) -> list[dict[str, Any]]:
        """The latest lines about objects of a place, and perhaps those about no place (sign-ins
        that failed), newest first; earlier than an instant."""
        here = access_log.c.place.startswith(place)
        query = select(access_log).where(here | (access_log.c.place == "") if nowhere else here)
        if before is not None:
            query = query.where(access_log.c.at < before)
        query = query.order_by(access_log.c.at.desc(), access_log.c.id).limit(count)
        with self._shared.read() as sql:
            return [dict(row) for row in sql.execute(query).mappings()]

    def forget_older(self, days: int) -> int:
        """Delete what is older than so many days; how many lines. On PostgreSQL only the owner
        of the tables may."""
        before = instant(self._clock() - timedelta(days=days))
        with self._shared.write() as sql:
            return sql.execute(delete(access_log).where(access_log.c.at < before)).rowcount

    def _start(self) -> None:
        with self._starting:
            if self._writer is None:
                self._writer = Thread(target=self._write_on, name="access-log", daemon=True)
                self._writer.start()
                self._at_exit = Finalize(None, self.close, exitpriority=10)  # in any process

    def _write_on(self) -> None:
        while not self._closed.wait(PAUSE_S):
            try:
                self.flush()
            except (PersistenceError, SQLAlchemyError):
                _log.exception("access-log-not-written")

    def _some(self) -> list[dict[str, str]]:
        lines: list[dict[str, str]] = []
        while len(lines) < AT_ONCE:
            try:
                lines.append(self._waiting.get_nowait())
            except Empty:
                break
        return lines
