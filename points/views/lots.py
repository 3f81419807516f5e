"""What is left of every credit, and until when it may be spent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, Table, Uuid, bindparam, select

from points.account import PointsAccount
from points.clock import day_of
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.accounts import accounts
from points.views.changes import change_of
from points.views.tables import maybe, streamed, text, views

lots = Table(
    "lots",
    views,
    text("lot", key=True),
    Column("account_id", Uuid, nullable=False, index=True),
    text("bucket"),
    Column("points", Integer, nullable=False),
    Column("left", Integer, nullable=False),
    Column("redeemable", Boolean, nullable=False),
    maybe("expires_on"),
    text("rule"),
    text("item"),
    text("posted_on"),
    Column("reversed", Boolean, nullable=False),
    Index("lots_by_expiry", "expires_on"),
)

_this = lots.update().where(lots.c.lot == bindparam("the_lot"))
_add = lots.insert()
_move = _this.values(left=lots.c.left + bindparam("change"))
_reverse = _this.values(reversed=True)


@of(PointsAccount)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, PointsAccount.Credited):
        sql.execute(_add, _new(recorded))
        return
    change = change_of(event)
    if change and change.lots:
        sql.execute(_move, [{"the_lot": lot, "change": n} for lot, n, _ in change.lots])
    if isinstance(event, PointsAccount.Reversed):
        sql.execute(_reverse, {"the_lot": event.lot})


def _new(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    same = ("lot", "bucket", "points", "redeemable", "expires_on", "rule", "item")
    return {
        **{name: getattr(event, name) for name in same},
        "account_id": event.originator_id,
        "left": event.points,
        "posted_on": day_of(recorded.stamp.at),
        "reversed": False,
    }


class Lots:
    """Questions about credits that still last."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(self, household: str) -> list[dict[str, Any]]:
        """A household's open lots, soonest expiry first."""
        rows = (
            select(lots)
            .where(lots.c.account_id == PointsAccount.id_of(household), lots.c.left > 0)
            .order_by(lots.c.expires_on.is_(None), lots.c.expires_on, lots.c.posted_on)
        )
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]

    def every(self, place: str = "") -> Iterator[dict[str, Any]]:
        """Open lots of a place with their household, soonest expiry first."""
        rows = (
            select(lots, accounts.c.household)
            .join(accounts, accounts.c.account_id == lots.c.account_id)
            .where(lots.c.left > 0, accounts.c.village.startswith(place, autoescape=True))
            .order_by(lots.c.expires_on.is_(None), lots.c.expires_on, lots.c.lot)
        )
        return streamed(self._county, rows)

    def known(self, ids: Sequence[str]) -> set[str]:
        """Which of these lots were posted already."""
        found: set[str] = set()
        with self._county.read() as sql:
            for start in range(0, len(ids), 500):
                some = ids[start : start + 500]
                found.update(sql.scalars(select(lots.c.lot).where(lots.c.lot.in_(some))))
        return found

    def lapsed(self, today: date) -> list[str]:
        """Households that hold points past their last day."""
        rows = (
            select(accounts.c.household)
            .distinct()
            .join(lots, lots.c.account_id == accounts.c.account_id)
            .where(lots.c.left > 0, lots.c.expires_on < today.isoformat())
            .order_by(accounts.c.household)
        )
        with self._county.read() as sql:
            return list(sql.scalars(rows))
