"""The box that slips are thrown into: sums without an order, and which tokens are used up.

Neither table has a time, a number that counts up, or a word about a receipt. `spent` holds keyed
hashes, so that who noted tokens at a till and reads the database cannot put the two together; and
whose token was used says nothing of the face.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from points.store.county import County
from points.store.recorded import Hook
from points.store.tables import slip_box, slips_spent

Waiting = dict[tuple[str, str], dict[tuple[str, str], int]]
"""By village and quarter: how many of each (about, face)."""


class SlipBox:
    def __init__(self, county: County) -> None:
        self._county = county

    def drop(self, spent: str, *, village: str, quarter: str, about: str, face: str) -> bool:
        """One slip for the token with this hash; False where it was used before."""
        key = {"village": village, "quarter": quarter, "about": about, "face": face}
        while not self.was_used(spent):
            with suppress(IntegrityError):  # another came first: look again
                self._drop(spent, key)
                return True
        return False

    def _drop(self, spent: str, key: Mapping[str, str]) -> None:
        with self._county.write() as sql:
            sql.execute(insert(slips_spent), {"hash": spent})
            _add(sql, key, 1)

    def was_used(self, spent: str) -> bool:
        rows = select(slips_spent.c.hash).where(slips_spent.c.hash == spent)
        with self._county.read() as sql:
            return sql.execute(rows).first() is not None

    def waiting(self, place: str = "") -> Waiting:
        """What lies in the box."""
        rows = select(slip_box).where(
            slip_box.c.village.startswith(place, autoescape=True), slip_box.c.count > 0
        )
        found: Waiting = {}
        with self._county.read() as sql:
            for village, quarter, about, face, count in sql.execute(rows):
                found.setdefault((village, quarter), {})[about, face] = count
        return found

    def emptied(self, village: str, quarter: str, counted: Mapping[tuple[str, str], int]) -> Hook:
        """Takes out what a save counts, in the same transaction."""
        return partial(_take_out, village, quarter, dict(counted))


def _take_out(
    village: str, quarter: str, counted: Mapping[tuple[str, str], int], sql: Connection
) -> None:
    for (about, face), count in counted.items():
        key = {"village": village, "quarter": quarter, "about": about, "face": face}
        _add(sql, key, -count)


def _add(sql: Connection, key: Mapping[str, str], more: int) -> None:
    this = update(slip_box).values(count=slip_box.c.count + more)
    for name, value in key.items():
        this = this.where(slip_box.c[name] == value)
    if not sql.execute(this).rowcount:
        sql.execute(insert(slip_box), {**key, "count": more})
