"""Which village an account is of and since when, and since when something hangs in a village."""

from __future__ import annotations

from datetime import date, datetime
from sys import intern
from typing import NamedTuple
from uuid import UUID

from points.account import PointsAccount
from points.checks.reads import Read
from points.notice import PUBLIC, Notice


class Hung(NamedTuple):
    """The first public notice of a village: the business day, and the instant."""

    day: date
    at: datetime


class Boards:
    def __init__(self) -> None:
        self._homes: dict[UUID, tuple[str, str]] = {}
        self._first: dict[str, Hung] = {}

    def learn(self, read: Read) -> None:
        event, stamp = read.event, read.stamp
        if stamp is None:
            return
        if isinstance(event, PointsAccount.Created):
            village = event.household.partition("-")[0]
            self._homes[read.stream] = (intern(village), intern(read.day))
        elif isinstance(event, Notice.Created) and event.kind == PUBLIC:
            hung = Hung(date.fromisoformat(read.day), stamp.instant)
            self._first[event.village] = min(hung, self._first.get(event.village, hung))

    def of(self, account: UUID) -> tuple[date, Hung | None] | None:
        """When the account was opened, and the first public notice of its village so far; None
        where it was not opened."""
        if account not in self._homes:
            return None
        village, opened_on = self._homes[account]
        return date.fromisoformat(opened_on), self._first.get(village)
