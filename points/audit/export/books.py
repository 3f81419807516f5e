"""The county's points as balanced entries, in log order, recomputed from the events and no view.

Whoever changed a view changes nothing here. Only the names of the accounts and their running sums
are kept in memory.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.utils import get_topic
from sqlalchemy import Connection, select

from points.account import PointsAccount
from points.aggregate import LedgerAggregate
from points.clock import day_of
from points.rebuild import CannotFold
from points.store.mapper import HistoryMapper
from points.store.tables import events
from points.store.topics import Topics
from points.views.changes import change_of
from points.views.postings import sides

BATCH = 5_000
"""Rows that are held at once."""

Account = tuple[str, ...]
"""`("household", whose, bucket)`, `("household", whose, "receivable")`, `("issued", rule)`,
`("redeemed", shop)`, `("deducted",)`, `("expired",)`, `("reversed",)`."""

Named = Callable[[str], str]
"""How a household is called in the file."""

_PLAIN = re.compile(r"[A-Z0-9][A-Za-z0-9-]*", re.ASCII)
_CODED = "X-"

_ROWS = (
    select(
        events.c.id,
        events.c.originator_id,
        events.c.originator_version,
        events.c.topic,
        events.c.state,
        events.c.at,
    )
    .where(events.c.topic.startswith("account.", autoescape=True))
    .order_by(events.c.id)
    .limit(BATCH)
)


class Posting(NamedTuple):
    """`held`: what the account holds after it."""

    account: Account
    points: int
    held: int


class Entry(NamedTuple):
    """`day`: when it was recorded; never before the entry before, also where a clock was."""

    event: int
    day: str
    postings: list[Posting]


@dataclass
class Books:
    """Read entry by entry; `sums` is what every account holds so far, `day` the last one."""

    name: Named
    day: str = ""
    sums: defaultdict[Account, int] = field(default_factory=lambda: defaultdict(int))
    _names: dict[UUID, str] = field(default_factory=dict)

    def entries(self, sql: Connection) -> Iterator[Entry]:
        """Raises `CannotFold` at an event that the ledger as it stands did not write."""
        mapper, opened = HistoryMapper(Topics(LedgerAggregate)), get_topic(PointsAccount.Created)
        for row in _rows(sql):
            try:
                event: Any = mapper.event(*row[1:])
                if row.topic == opened:
                    self._names[row.originator_id] = safe(self.name(event.household))
                    continue
                postings = self._postings(event)
            except Exception as error:
                raise CannotFold(f"event {row.id} ({row.topic}): {error}") from error
            if postings:
                self.day = max(self.day, day_of(row.at))
                yield Entry(row.id, self.day, postings)

    def _postings(self, event: Any) -> list[Posting]:
        change = change_of(event)
        if change is None:
            return []
        name = self._names[event.originator_id]
        return [self._post(_account(each, name), points) for each, points in sides(change)]

    def _post(self, account: Account, points: int) -> Posting:
        self.sums[account] += points
        return Posting(account, points, self.sums[account])


def safe(name: str) -> str:
    """A part of an account's name that every tool takes: as it is, or its bytes in hex.

    Two names are never one: what is written in hex begins with `X-`, and so does nothing else.
    """
    if _PLAIN.fullmatch(name) and not name.startswith(_CODED):
        return name
    return _CODED + name.encode().hex().upper()


def _account(ledger_account: str, household: str) -> Account:
    """What a household holds or owes is its own account; the others are the county's."""
    head, _, rest = ledger_account.partition(":")
    if head in {"household", "receivable"}:
        return ("household", household, rest or head)
    return (head, safe(rest)) if rest else (head,)


def _rows(sql: Connection) -> Iterator[Any]:
    after = 0
    while found := sql.execute(_ROWS.where(events.c.id > after)).all():
        yield from found
        after = found[-1].id
