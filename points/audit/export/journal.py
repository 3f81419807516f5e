"""The county's books as plain text that hledger and Beancount recompute (features.csv P3).

One file, in the order of the log, every entry balanced. hledger looks at an assertion on every
posting, Beancount at one for each account that a day has changed; both at the end at one for every
account there is: of households, of the county and of shops, and what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import Connection

from points.audit.export.books import Account, Books, Named

FIRST_DAY = "2000-01-01"


def hledger(sql: Connection, name: Named, head: str) -> Iterator[str]:
    """The text, entry by entry; `head` is a comment at its beginning."""
    yield f"; {head}\n\n"
    books = Books(name)
    for event, day, postings in books.entries(sql):
        lines = [f"    {':'.join(each)}  {n} PTS = {held} PTS" for each, n, held in postings]
        yield "\n".join((f"{day} * ev{event}  ; tlog:{event - 1}", *lines)) + "\n\n"
    if books.sums:
        closing = sorted(books.sums.items())
        lines = [f"    {':'.join(account)}  0 PTS = {held} PTS" for account, held in closing]
        yield "\n".join((f"{books.day} * closing", *lines)) + "\n"


def beancount(sql: Connection, name: Named, head: str) -> Iterator[str]:
    """The same for Beancount; a day's balances are stated as of the next morning."""
    yield f"; {head}\n\n"
    books, seen = Books(name), set[Account]()
    changed: dict[Account, int] = {}
    today = ""
    for event, day, postings in books.entries(sql):
        if day != today:
            yield _morning(today, changed.items())
            today, changed = day, {}
        for account, _, held in postings:
            if account not in seen:
                seen.add(account)
                yield f"{FIRST_DAY} open {_capital(account)} PTS\n"
            changed[account] = held
        lines = [f"  {_capital(account)}  {points} PTS" for account, points, _ in postings]
        yield "\n".join((f'{day} * "ev{event}" "tlog:{event - 1}"', *lines)) + "\n\n"
    yield _morning(today, books.sums.items())


def _morning(day: str, held: Iterable[tuple[Account, int]]) -> str:
    """What accounts hold the morning after a day."""
    if not day:
        return ""
    after = date.fromisoformat(day) + timedelta(days=1)
    lines = (f"{after} balance {_capital(account)}  {n} PTS\n" for account, n in sorted(held))
    return "".join(lines) + "\n"


def _capital(account: Account) -> str:
    """Beancount's way: one of its five roots, and capitals. The words that get one are ours."""
    root = "Assets" if account[0] == "household" else "Equity"
    first, *rest = account
    if first == "household":
        rest[-1] = rest[-1].capitalize()
    return ":".join((root, first.capitalize(), *rest))
