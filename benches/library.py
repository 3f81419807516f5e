"""The event-sourcing library's own way: a bank-account style application on its own recorder.

It stores one event for each redemption, keeps no views, no envelope and no receipt: less than the
ledger does. It is the yardstick of what the ready recorder gives.
"""

from __future__ import annotations

from random import Random
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import retry

from benches.county import PLENTY


class TooFew(Exception):
    pass


class Account(Aggregate):
    @event("Opened")
    def __init__(self, household: str, points: int) -> None:
        self.household, self.points = household, points

    def redeem(self, points: int) -> None:
        if points > self.points:
            raise TooFew
        self._redeem(points)

    @event("Redeemed")
    def _redeem(self, points: int) -> None:
        self.points -= points


class Bank(Application[UUID]):
    snapshotting_intervals: ClassVar[Any] = {Account: 100}

    def open(self, household: str) -> UUID:
        account = Account(household, PLENTY * 1_000)
        self.save(account)
        return account.id

    @retry(IntegrityError, max_attempts=50, wait=0.002)
    def redeem(self, account_id: UUID, points: int) -> None:
        account: Account = self.repository.get(account_id)
        account.redeem(points)
        self.save(account)


class Branch:
    """A bank with its accounts; the first is the hot one."""

    def __init__(self, bank: Bank, accounts: int) -> None:
        self._bank = bank
        self._accounts = [bank.open(str(number)) for number in range(accounts)]

    def redeem(self, _: int, chance: Random, *, hot: bool) -> None:
        self._bank.redeem(self._accounts[0] if hot else chance.choice(self._accounts), 4)


def on_sqlite(file: str) -> dict[str, str]:
    """As it comes: write-ahead log, and its `synchronous` left at SQLite's own FULL."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": file}


def on_postgres(host: str, user: str, database: str) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": host,
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": user,
        "POSTGRES_PASSWORD": "none",
        "POSTGRES_POOL_SIZE": "20",
    }
