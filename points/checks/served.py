"""What must hold before a restored county is served: quick, and it trusts only what is proven.

The root of a published checkpoint says that the events up to it are the published ones, keys and
signatures included. What came after it must be signed; and the balances that people are shown
must be those that the events come to. Everything else is left to the whole check.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, select

from points.checks import sums
from points.checks.authorship import look_at_signature
from points.checks.findings import Finding, unequal
from points.checks.reads import Reader
from points.checks.saves import Known, check_head, check_ids, look_at_envelopes, portions
from points.signing_key import SigningKey
from points.store.county import County
from points.store.reading import COLUMNS, notified
from points.store.recorded import Notified
from points.store.tables import events
from points.views.accounts import accounts

KEYS = (SigningKey.Created.TOPIC, SigningKey.Revoked.TOPIC)


class Counted:
    """Balances counted from events as they lie there: what can be spent, by account."""

    def __init__(self) -> None:
        self.balances: dict[Any, int] = {}
        self.unreadable: list[Finding] = []

    def add(self, event: Notified) -> None:
        kind, _, what = event.topic.partition(".")
        if kind != "account":
            return
        account = event.originator_id
        try:
            change = _change(what, orjson.loads(event.state))
        except (LookupError, TypeError, ValueError) as error:
            place = f"event {event.id} ({event.topic})"
            self.unreadable.append(Finding("readable", place, repr(error)))
        else:
            self.balances[account] = self.balances.get(account, 0) + change


def check_served(county: County, counted: Counted, proven: int) -> Iterator[Finding]:
    """`proven`: how many events a published checkpoint covers; `counted`: all of them."""
    yield from counted.unreadable
    with county.moment() as sql:
        yield from _balances(sql, counted.balances)
        yield from sums.uneven(sql)
        yield from sums.balances(sql)
        yield from sums.stock(sql)
        yield from _saves(sql, county.code, proven)


def _change(what: str, said: dict[str, Any]) -> int:
    match what:
        case "credited":
            change = said["points"] * said["redeemable"]
        case "redeemed" | "deducted":
            change = -said["points"]
        case "restored" | "deduction_reversed":
            change = sum(points for _, points, _ in said["back"])
        case "reversed":
            change = -said["taken"] * said["redeemable"]
        case "expired":
            change = -said["points"] * said["redeemable"]
        case _:
            change = 0
    return int(change)


def _balances(sql: Connection, wanted: dict[UUID, int]) -> Iterator[Finding]:
    rows = sql.execute(select(accounts.c.account_id, accounts.c.balance))
    found = {row.account_id: row.balance for row in rows}
    if found == wanted:
        return
    for account in found.keys() | wanted.keys():
        place = f"accounts account_id={account}"
        yield from unequal("balances", place, balance=(found.get(account), wanted.get(account)))


def _saves(sql: Connection, county: str, proven: int) -> Iterator[Finding]:
    reader, known, last = Reader(), Known(county), proven
    registered = select(*COLUMNS).where(events.c.topic.in_(KEYS), events.c.id <= proven)
    for event in notified(sql, registered.order_by(events.c.id)):
        known.keys.learn(reader.read(event))
    for save in (save for some in portions(sql, reader, proven) for save in some if save.reads):
        yield from check_ids(save, last + 1)
        yield from look_at_envelopes(save, known)
        yield from look_at_signature(save, known)
        last = save.reads[-1].id
    yield from check_head(sql, last)
