"""Lock-out: after five wrong tries the door stays shut for a while (GB/T 22239, login failure).

A try is taken before it is judged and given back when it was right, so that fifty guesses at
once are five. The count survives whatever else is refused.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Executable, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from points.clock import Clock, instant
from points.refusals import Refusal
from web.access.shared import Shared
from web.access.tables import tries

TRIES = 5


class Locked(Refusal):
    """Too many wrong tries; facts: minutes until the next one."""

    code = "locked"


class Lockout:
    """Counts tries per `what` (a login, a household's PIN). `period`: how long it stays shut."""

    def __init__(
        self,
        shared: Shared,
        clock: Clock,
        *,
        period: timedelta,
        refusal: type[Refusal] = Locked,
    ) -> None:
        self._shared, self._clock = shared, clock
        self._period, self._refusal = period, refusal

    def take(self, what: str) -> int:
        """Take a try and say how many are left after it; raises the refusal when shut."""
        now = self._clock()
        with self._shared.write() as sql:
            sql.execute(_first(sql.dialect.name, what, now))
            mine = tries.c.what == what
            row = sql.execute(select(tries).where(mine).with_for_update()).one()
            until = row.locked_until
            shut = until is not None and instant(now) < until
            if not shut:
                taken = self._taken(row.taken, row.last_at, until, now)
                until = instant(now + self._period) if taken >= TRIES else None
                fresh = {"taken": taken, "last_at": instant(now), "locked_until": until}
                sql.execute(update(tries).where(mine).values(fresh))
        if shut:
            raise self._refusal(minutes=_minutes(until, now))
        return max(TRIES - taken, 0)

    def forget(self, what: str) -> None:
        """The try was right, or staff opened the door."""
        with self._shared.write() as sql:
            sql.execute(delete(tries).where(tries.c.what == what))

    def _taken(self, taken: int, last_at: str, until: str | None, now: datetime) -> int:
        """Tries of long ago are forgotten; a lock that is over begins anew."""
        stale = last_at < instant(now - self._period)
        return 1 if stale or until is not None else taken + 1


def _first(dialect: str, what: str, now: datetime) -> Executable:
    """A row to lock, unless there is one: two first tries at once are two."""
    upsert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = upsert(tries).values(what=what, taken=0, last_at=instant(now))
    return row.on_conflict_do_nothing()


def _minutes(until: str, now: datetime) -> int:
    left = datetime.fromisoformat(until) - now
    return max(1, -(-left // timedelta(minutes=1)))
