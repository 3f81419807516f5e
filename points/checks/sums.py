"""Sums over the live views: the journal adds up to nothing, balances are their lots and entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, and_, case, func, or_, select

from points.checks.findings import Finding, unequal
from points.checks.totals import Totals, identity
from points.lots import BUCKETS
from points.views.accounts import accounts
from points.views.cards import cards
from points.views.entries import entries
from points.views.lots import lots
from points.views.postings import identity_of, postings
from points.views.stock import moves, shelves


def journal(sql: Connection, counted: Totals) -> Iterator[Finding]:
    """Every entry adds up to nothing, and the whole says what the events say (rulings 6)."""
    yield from uneven(sql)
    identity_holds = identity("the county", counted)
    yield from identity_holds
    found = identity_of(sql)
    pairs = {name: (found[name], points) for name, points in counted.numbers().items()}
    yield from unequal("identity", "postings", **pairs)


def uneven(sql: Connection) -> Iterator[Finding]:
    """Entries of the journal that do not add up to nothing."""
    total = func.sum(postings.c.points)
    found = select(postings.c.event_id, total).group_by(postings.c.event_id).having(total != 0)
    for event, points in sql.execute(found):
        yield Finding("journal", f"postings of event {event}", f"they add up to {points}, not 0")


def balances(sql: Connection) -> Iterator[Finding]:
    """Balance, buckets and receivable of each account are the sums of its entries and lots."""
    named = {"balance": entries.c.spendable, "receivable": entries.c.receivable}
    named |= {bucket: entries.c[bucket] for bucket in BUCKETS}
    sums = {name: func.sum(column) for name, column in named.items()}
    yield from _differing(sql, entries, sums)
    held = {
        bucket: func.sum(case((lots.c.bucket == bucket, lots.c.left), else_=0))
        for bucket in BUCKETS
    }
    held["balance"] = func.sum(case((lots.c.redeemable, lots.c.left), else_=0))
    yield from _differing(sql, lots, held)
    below = or_(*(accounts.c[name] < 0 for name in named))
    for household in sql.scalars(select(accounts.c.household).where(below)):
        yield Finding("balances", f"accounts household={household}", "it is below zero")
    for lot in sql.scalars(
        select(lots.c.lot).where(or_(lots.c.left < 0, lots.c.left > lots.c.points))
    ):
        yield Finding("balances", f"lots lot={lot}", "what is left is not within what was credited")


def _differing(sql: Connection, of: Table, sums: dict[str, Any]) -> Iterator[Finding]:
    """Accounts whose row does not hold the `sums` of another table, by column."""
    parts = [total.label(f"sum_{name}") for name, total in sums.items()]
    added = select(of.c.account_id, *parts).group_by(of.c.account_id).subquery()
    both = {name: func.coalesce(added.c[f"sum_{name}"], 0) for name in sums}
    rows = (
        select(accounts, *(total.label(f"sum_{name}") for name, total in both.items()))
        .join(added, added.c.account_id == accounts.c.account_id, isouter=True)
        .where(or_(*(accounts.c[name] != total for name, total in both.items())))
    )
    for row in sql.execute(rows).mappings():
        place = f"accounts household={row['household']}"
        for name in sums:
            if row[name] != row[f"sum_{name}"]:
                detail = f"{name} is {row[name]}, {of.name} add up to {row[f'sum_{name}']}"
                yield Finding("balances", place, detail)


def stock(sql: Connection) -> Iterator[Finding]:
    """On hand is the sum of movements, and never less than nothing."""
    total = func.coalesce(func.sum(moves.c.quantity), 0)
    rows = (
        select(shelves.c.shop, shelves.c.sku, shelves.c.on_hand, total)
        .join(moves, moves.c.stock_id == shelves.c.stock_id, isouter=True)
        .group_by(shelves.c.stock_id, shelves.c.shop, shelves.c.sku, shelves.c.on_hand)
        .having(or_(shelves.c.on_hand != total, shelves.c.on_hand < 0))
    )
    for shop, sku, on_hand, moved in sql.execute(rows):
        detail = f"on hand is {on_hand}, movements add up to {moved}"
        yield Finding("stock", f"shelves {shop} {sku}", detail)


def active_cards(sql: Connection) -> Iterator[Finding]:
    """One active card at most opens an account."""
    active = select(cards.c.account_id).where(and_(cards.c.state == "active"))
    twice = active.group_by(cards.c.account_id).having(func.count() > 1)
    for account in sql.scalars(twice):
        yield Finding("cards", f"cards account_id={account}", "more than one card is active")
