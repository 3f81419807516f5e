"""What a household may spend, now or at the end of a past day (rulings 6 and 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from points.account import PointsAccount
from points.lots import BUCKETS
from points.store.county import County
from points.views.accounts import accounts
from points.views.cases import OPEN, cases
from points.views.entries import entries


@dataclass(frozen=True)
class Balance:
    """Points by the end of `on` (None: now). `balance` can be spent; `buckets` holds all points;
    `pending` is proposed, reviewed or on notice; `frozen` is the part of it that an objection
    holds (now); `receivable` is owed."""

    household: str
    on: str | None
    balance: int
    buckets: dict[str, int]
    pending: int
    frozen: int
    receivable: int
    version: int


class Balances:
    """The one question that everybody asks."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(self, household: str, on: date | None = None) -> Balance | None:
        """The balance now, or by the end of `on` by recorded date; None for no such account."""
        rows = select(accounts).where(accounts.c.household == household)
        with self._county.read() as sql:
            now = sql.execute(rows).mappings().one_or_none()
            if now is None:
                return None
            row = now if on is None else sql.execute(_sums(household, on)).mappings().one()
            pending = _pending(sql, household, _waiting(on))
            frozen = _pending(sql, household, cases.c.held > 0) if on is None else 0
        return _balance(household, row, pending, frozen, on)

    def before(self, household: str, day: date) -> int:
        """Spendable points at the very start of `day`."""
        mine = entries.c.account_id == PointsAccount.id_of(household)
        earlier = select(func.coalesce(func.sum(entries.c.spendable), 0)).where(
            mine, entries.c.day < day.isoformat()
        )
        with self._county.read() as sql:
            return int(sql.scalar(earlier) or 0)


def _balance(
    household: str, points: RowMapping, pending: int, frozen: int, on: date | None
) -> Balance:
    return Balance(
        household=household,
        on=on.isoformat() if on else None,
        balance=int(points["balance"]),
        buckets={bucket: int(points[bucket]) for bucket in sorted(BUCKETS)},
        pending=pending,
        frozen=frozen,
        receivable=int(points["receivable"]),
        version=int(points["version"]),
    )


def _sums(household: str, on: date) -> Select[tuple[int, ...]]:
    sums = {"balance": entries.c.spendable, "receivable": entries.c.receivable}
    sums |= {bucket: entries.c[bucket] for bucket in BUCKETS}
    columns = [func.coalesce(func.sum(each), 0).label(name) for name, each in sums.items()]
    version = func.coalesce(func.max(entries.c.version), 1).label("version")
    return select(version, *columns).where(
        entries.c.account_id == PointsAccount.id_of(household), entries.c.day <= on.isoformat()
    )


def _pending(sql: Connection, household: str, which: ColumnElement[bool]) -> int:
    rows = select(func.coalesce(func.sum(cases.c.points), 0)).where(
        cases.c.household == household, cases.c.points > 0, which
    )
    return int(sql.scalar(rows) or 0)


def _waiting(on: date | None) -> ColumnElement[bool]:
    if on is None:
        return cases.c.state.in_(OPEN)
    day = on.isoformat()
    open_then = cases.c.closed_on.is_(None) | (cases.c.closed_on > day)
    return (cases.c.proposed_on <= day) & open_then
