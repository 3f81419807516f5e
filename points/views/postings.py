"""The double-entry journal: every entry of an account with its other side, adding up to nothing.

Ledger accounts: `household:<bucket>` (what households hold), `receivable` (what they owe, below
zero), `issued:<rule>`, `redeemed:<shop>`, `deducted`, `expired`, `reversed`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Uuid, func, select

from points.account import PointsAccount
from points.clock import day_of
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.changes import Change, change_of
from points.views.tables import text, views

postings = Table(
    "postings",
    views,
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("account_id", Uuid, nullable=False),
    text("ledger_account", index=True),
    Column("points", Integer, nullable=False),
    text("day"),
)


_add = postings.insert()


@of(PointsAccount)
def apply(sql: Sql, recorded: Recorded) -> None:
    change = change_of(recorded.event)
    if change is None:
        return
    common = {
        "event_id": recorded.id,
        "account_id": recorded.event.originator_id,
        "day": day_of(recorded.stamp.at),
    }
    lines = [
        {**common, "line": line, "ledger_account": name, "points": points}
        for line, (name, points) in enumerate(sides(change))
    ]
    if lines:
        sql.execute(_add, lines)


def sides(change: Change) -> list[tuple[str, int]]:
    """Both sides of an entry, by ledger account; they add up to nothing."""
    held = [(f"household:{bucket}", points) for bucket, points in change.buckets.items()]
    return [(name, points) for name, points in (*held, *change.against.items()) if points]


class Journal:
    """Questions about the whole county's points."""

    def __init__(self, county: County) -> None:
        self._county = county

    def balances(self) -> dict[str, int]:
        """The sum of every ledger account. All of them together are nothing."""
        with self._county.read() as sql:
            return balances_of(sql)

    def identity(self, upto: int | None = None, day: str | None = None) -> dict[str, int]:
        """Issued = redeemed + outstanding + expired + reversed + deducted (rulings 6).

        Up to the event of this id, and of this day's entries only, where they are named.
        """
        with self._county.read() as sql:
            return identity_of(sql, upto, day)


def balances_of(sql: Connection, upto: int | None = None, day: str | None = None) -> dict[str, int]:
    """The sum of every ledger account."""
    wanted = [] if upto is None else [postings.c.event_id <= upto]
    wanted += [] if day is None else [postings.c.day == day]
    rows = (
        select(postings.c.ledger_account, func.sum(postings.c.points))
        .where(*wanted)
        .group_by(postings.c.ledger_account)
        .order_by(postings.c.ledger_account)
    )
    return {name: int(points) for name, points in sql.execute(rows)}


def identity_of(sql: Connection, upto: int | None = None, day: str | None = None) -> dict[str, int]:
    """The parts of the identity, by the journal."""
    sums: dict[str, int] = {}
    for name, points in balances_of(sql, upto, day).items():
        head = name.split(":")[0]
        sums[head] = sums.get(head, 0) + points
    return {
        "issued": -sums.get("issued", 0),
        "redeemed": sums.get("redeemed", 0),
        "outstanding": sums.get("household", 0) + sums.get("receivable", 0),
        "expired": sums.get("expired", 0),
        "reversed": sums.get("reversed", 0),
        "deducted": sums.get("deducted", 0),
    }
