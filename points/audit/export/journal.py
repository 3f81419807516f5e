"""The county's journal as plain text that hledger and Beancount recompute (features.csv P3).

One file, in the order of the log, every entry balanced. hledger looks at an assertion on every
posting, Beancount at one for each account that a day has changed. Entries bear the day on which
they were recorded, never an earlier one than the entry before. Memory grows with the accounts,
not with the events.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select, tuple_

from points.views.accounts import accounts
from points.views.postings import postings

BATCH = 5_000
FIRST_DAY = "2000-01-01"

_KEY = tuple_(postings.c.event_id, postings.c.line)
_ROWS = (
    select(postings, accounts.c.household)
    .join(accounts, accounts.c.account_id == postings.c.account_id)
    .order_by(postings.c.event_id, postings.c.line)
    .limit(BATCH)
)

Named = Callable[[str], str]
"""How a household is called in the file."""


def hledger(sql: Connection, name: Named, head: str) -> Iterator[str]:
    """The text, entry by entry; `head` is a comment at its beginning."""
    yield f"; {head}\n\n"
    sums: defaultdict[str, int] = defaultdict(int)
    for event, day, rows in _entries(sql):
        text = [f"{day} * ev{event}  ; tlog:{event - 1}"]
        for row in rows:
            account = _account(row.ledger_account, name(row.household))
            sums[account] += row.points
            text.append(f"    {account}  {row.points} PTS = {sums[account]} PTS")
        yield "\n".join(text) + "\n\n"


def beancount(sql: Connection, name: Named, head: str) -> Iterator[str]:
    """The same for Beancount; a day's balances are stated as of the next morning."""
    yield f"; {head}\n\n"
    sums: dict[str, int] = {}
    changed: set[str] = set()
    today = ""
    for event, day, rows in _entries(sql):
        if day != today:
            yield _morning(today, changed, sums)
            today, changed = day, set()
        text = [f'{day} * "ev{event}" "tlog:{event - 1}"']
        for row in rows:
            account = _capital(_account(row.ledger_account, name(row.household)))
            if account not in sums:
                yield f"{FIRST_DAY} open {account} PTS\n"
            sums[account] = sums.get(account, 0) + row.points
            changed.add(account)
            text.append(f"  {account}  {row.points} PTS")
        yield "\n".join(text) + "\n\n"
    yield _morning(today, changed, sums)


def _morning(day: str, changed: set[str], sums: dict[str, int]) -> str:
    """What the accounts that a day has changed hold the morning after."""
    if not day:
        return ""
    after = date.fromisoformat(day) + timedelta(days=1)
    lines = (f"{after} balance {account}  {sums[account]} PTS\n" for account in sorted(changed))
    return "".join(lines) + "\n"


def _account(ledger_account: str, household: str) -> str:
    """What a household holds or owes is its own account; the others are the county's."""
    head, _, bucket = ledger_account.partition(":")
    if head == "household":
        return f"household:{household}:{bucket}"
    return f"household:{household}:receivable" if head == "receivable" else ledger_account


def _capital(account: str) -> str:
    """Beancount's way: one of its five roots, capitals, letters, digits and dashes."""
    parts = [re.sub(r"[^\w-]|_", "-", part) for part in account.split(":")]
    root = "Assets" if parts[0] == "household" else "Equity"
    return ":".join([root, *(part[:1].upper() + part[1:] for part in parts)])


def _entries(sql: Connection) -> Iterator[tuple[int, str, list[Any]]]:
    day = FIRST_DAY
    for event, rows in groupby(_rows(sql), key=lambda row: row.event_id):
        found = list(rows)
        day = max(day, found[0].day)
        yield event, day, found


def _rows(sql: Connection) -> Iterator[Any]:
    after = (0, -1)
    while found := sql.execute(_ROWS.where(_KEY > after)).all():
        yield from found
        after = (found[-1].event_id, found[-1].line)
