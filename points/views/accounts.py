"""What every account holds now: one row an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Column, ColumnElement, Integer, Table, Uuid, bindparam, func, select

from points.account import PointsAccount
from points.clock import day_of
from points.lots import BUCKETS
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.changes import change_of
from points.views.tables import text, views

accounts = Table(
    "accounts",
    views,
    Column("account_id", Uuid, primary_key=True),
    text("household", unique=True),
    text("village", index=True),
    text("grp"),
    text("opened_on"),
    Column("version", Integer, nullable=False),
    Column("balance", Integer, nullable=False),
    *(Column(bucket, Integer, nullable=False) for bucket in BUCKETS),
    Column("receivable", Integer, nullable=False),
)

_SUMS = ("balance", *BUCKETS, "receivable")

_open = accounts.insert()
_move = (
    accounts.update()
    .where(accounts.c.account_id == bindparam("mine"))
    .values(
        version=bindparam("reached"),
        **{name: accounts.c[name] + bindparam(f"more_{name}") for name in _SUMS},
    )
)


@of(PointsAccount)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, PointsAccount.Created):
        sql.execute(_open, _opened(recorded))
        return
    if not isinstance(event, _OF_ACCOUNTS):
        return
    more = dict.fromkeys(_SUMS, 0)
    if change := change_of(event):
        more |= {"balance": change.spendable, "receivable": change.receivable, **change.buckets}
    values = {f"more_{name}": points for name, points in more.items()}
    sql.execute(_move, {"mine": event.originator_id, "reached": event.originator_version, **values})


_OF_ACCOUNTS = (
    PointsAccount.Credited,
    PointsAccount.Deducted,
    PointsAccount.DeductionReversed,
    PointsAccount.Redeemed,
    PointsAccount.Restored,
    PointsAccount.Reversed,
    PointsAccount.Expired,
    PointsAccount.CardIssued,
    PointsAccount.CardReportedLost,
)


def _opened(recorded: Recorded) -> dict[str, object]:
    event = recorded.event
    return {
        "account_id": event.originator_id,
        "household": event.household,
        "village": event.village,
        "grp": event.group,
        "opened_on": day_of(recorded.stamp.at),
        "version": 1,
        **dict.fromkeys(_SUMS, 0),
    }


_TOTALS: tuple[ColumnElement[int], ...] = (
    func.count().label("accounts"),
    *(func.coalesce(func.sum(accounts.c[name]), 0).label(name) for name in _SUMS),
)


class Accounts:
    """Which accounts there are, and what each holds."""

    def __init__(self, county: County) -> None:
        self._county = county

    def one(self, household: str) -> dict[str, object] | None:
        rows = select(accounts).where(accounts.c.household == household)
        with self._county.read() as sql:
            row = sql.execute(rows).mappings().one_or_none()
        return dict(row) if row else None

    def all(self, place: str = "") -> list[dict[str, object]]:
        """Every account of a place, by household number."""
        rows = (
            select(accounts)
            .where(accounts.c.village.startswith(place, autoescape=True))
            .order_by(accounts.c.household)
        )
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]

    def balances(self, households: list[str]) -> dict[str, int]:
        """Spendable points of several households at once."""
        rows = select(accounts.c.household, accounts.c.balance).where(
            accounts.c.household.in_(households)
        )
        with self._county.read() as sql:
            return {row.household: row.balance for row in sql.execute(rows)}

    def opened_on(self, households: Sequence[str]) -> dict[str, date]:
        """The day on which each account was opened; households without one are left out."""
        rows = select(accounts.c.household, accounts.c.opened_on)
        rows = rows.where(accounts.c.household.in_(households))
        with self._county.read() as sql:
            return {row.household: date.fromisoformat(row.opened_on) for row in sql.execute(rows)}

    def by_village(self, place: str = "") -> dict[str, dict[str, int]]:
        """The same as `totals`, for every village of a place that has accounts."""
        rows = select(accounts.c.village, *_TOTALS).group_by(accounts.c.village)
        rows = rows.where(accounts.c.village.startswith(place, autoescape=True))
        with self._county.read() as sql:
            found = sql.execute(rows.order_by(accounts.c.village)).mappings().all()
        return {
            row["village"]: {name: int(n) for name, n in row.items() if name != "village"}
            for row in found
        }

    def totals(self, place: str = "") -> dict[str, int]:
        """How many `accounts` a place has, and their points: `balance`, by bucket, `receivable`."""
        rows = select(*_TOTALS).where(accounts.c.village.startswith(place, autoescape=True))
        with self._county.read() as sql:
            return {name: int(n) for name, n in sql.execute(rows).mappings().one().items()}
