"""One balance read among a thousand, a hundred thousand and a million accounts.

Rows of the views alone, put in by SQL: the read asks nothing else. Each account has one entry.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import Table

from benches.county import COUNTY
from benches.measure import Measured, summed_up
from points.account import PointsAccount
from points.lots import BUCKETS
from points.store.county import County
from points.views import Reads, views
from points.views.accounts import accounts
from points.views.entries import entries

DAY = "2026-01-02"
AT_ONCE = 20_000


@dataclass(frozen=True)
class Read:
    """`now`: what the till and the household's page ask; `past`: the balance on a past day."""

    accounts: int
    now: Measured
    past: Measured


def grown(county: County, sizes: tuple[int, ...], reads: int) -> Iterator[Read]:
    """Fill up to each size in turn, and read balances of accounts drawn from all of them."""
    county.create(views)
    filled = 0
    for size in sizes:
        _fill(county, filled, size)
        filled = size
        yield _read(county, size, reads)


def _read(county: County, size: int, reads: int) -> Read:
    asked, chance, past = Reads(county).balances, Random(size), date(2026, 6, 1)

    def timed(on: date | None) -> Measured:
        waits = []
        for _ in range(reads + reads // 10):
            household = _household(chance.randrange(size))
            start = time.perf_counter()
            found = asked.of(household, on)
            waits.append(time.perf_counter() - start)
            assert found is not None
        waits = waits[reads // 10 :]  # the first ones warm the cache
        return summed_up(waits, sum(waits))

    return Read(size, timed(None), timed(past))


def _fill(county: County, start: int, end: int) -> None:
    for first in range(start, end, AT_ONCE):
        numbers = range(first, min(end, first + AT_ONCE))
        _insert(county, accounts, [_account(number) for number in numbers])
        _insert(county, entries, [_entry(number) for number in numbers])
    with county.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _insert(county: County, table: Table, rows: list[dict[str, Any]]) -> None:
    """COPY on PostgreSQL, one INSERT with many rows on SQLite."""
    with county.write() as connection:
        if county.schema is None:
            connection.execute(table.insert(), rows)
            return
        names = list(rows[0])
        columns = ", ".join(f'"{name}"' for name in names)
        raw: Any = connection.connection.driver_connection
        with raw.cursor().copy(f"COPY {county.schema}.{table.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])


def _household(number: int) -> str:
    return f"{COUNTY}{100 + number % 13}{201 + number % 135}-A{number:07}"


def _account(number: int) -> dict[str, Any]:
    household = _household(number)
    return {
        "account_id": PointsAccount.id_of(household),
        "household": household,
        "village": household.partition("-")[0],
        "grp": "",
        "opened_on": DAY,
        "version": 2,
        "balance": number % 500,
        **dict.fromkeys(BUCKETS, 0),
        "earned": number % 500,
        "receivable": 0,
    }


def _entry(number: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "account_id": PointsAccount.id_of(_household(number)),
        "version": 2,
        "at": f"{DAY}T01:00:00.000000Z",
        "day": DAY,
        "kind": "credit",
        "points": number % 500,
        "spendable": number % 500,
        **dict.fromkeys(BUCKETS, 0),
        "earned": number % 500,
        "receivable": 0,
        "ref": str(number),
        "not_taken": 0,
    }
