"""What is looked at for anomalies: awards, purchases and undoings of a place and a span of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, select

from points.clock import day_of
from points.store.county import County
from points.views.accounts import accounts
from points.views.cases import cases
from points.views.entries import entries
from points.views.redemptions import redemptions
from points.views.undos import undos


@dataclass(frozen=True)
class Award:
    """One posted case. Instants are UTC text, days are text; `entry` is the id of its entry."""

    entry: int
    household: str
    rule: str
    points: int
    occurred_on: str
    proposer: str
    signers: tuple[str, ...]
    proposed_at: str
    posted_at: str

    @property
    def village(self) -> str:
        return self.household.partition("-")[0]


@dataclass(frozen=True)
class Purchase:
    """One redemption that stood. `first`: the household had never fetched anything before."""

    entry: int
    household: str
    shop: str
    keeper: str
    points: int
    at: str
    first: bool

    @property
    def village(self) -> str:
        return self.household.partition("-")[0]


@dataclass(frozen=True)
class Undone:
    """One signed request to undo; `entry` is the id of what it undid."""

    entry: int
    household: str
    points: int
    asker: str
    signer: str
    day: str

    @property
    def village(self) -> str:
        return self.household.partition("-")[0]


@dataclass(frozen=True)
class Facts:
    """`open_rules`: rules that leave the points to who proposes. `came`: when a person, device or
    key that acts came to be able to (made, password set, key registered), as UTC text."""

    awards: tuple[Award, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    undone: tuple[Undone, ...] = ()
    open_rules: frozenset[str] = frozenset()
    came: Mapping[str, str] = field(default_factory=dict)


def gather(
    county: County,
    place: str,
    start: date,
    end: date,
    *,
    open_rules: frozenset[str] = frozenset(),
    came: Mapping[str, str] | None = None,
) -> Facts:
    """The facts of a place that were recorded from `start` to `end`, read at one moment."""
    span = (start.isoformat(), end.isoformat())
    with county.moment() as sql:
        return Facts(
            awards=tuple(_awards(sql, place, span)),
            purchases=tuple(_purchases(sql, place, span)),
            undone=tuple(_undone(sql, place, span)),
            open_rules=open_rules,
            came=came or {},
        )


def _awards(sql: Connection, place: str, span: tuple[str, str]) -> list[Award]:
    entered = (
        select(entries.c.id, entries.c.ref, entries.c.at)
        .join(accounts, accounts.c.account_id == entries.c.account_id)
        .where(accounts.c.village.startswith(place, autoescape=True))
        .where(entries.c.day.between(*span), entries.c.kind.in_(("credit", "deduction")))
    )
    posted = {row.ref: row for row in sql.execute(entered)}
    wanted = select(cases).where(
        cases.c.state == "posted",
        cases.c.closed_on.between(*span),
        cases.c.household.startswith(place, autoescape=True),
    )
    rows = [row for row in sql.execute(wanted) if str(row.case_id) in posted]
    return sorted((_award(row, posted[str(row.case_id)]) for row in rows), key=lambda a: a.entry)


def _award(row: Any, entry: Any) -> Award:
    return Award(
        entry.id,
        row.household,
        row.rule,
        row.points,
        row.occurred_on,
        row.proposer,
        tuple(row.signers.split()),
        row.proposed_at,
        entry.at,
    )


def _purchases(sql: Connection, place: str, span: tuple[str, str]) -> list[Purchase]:
    here = redemptions.c.household.startswith(place, autoescape=True)
    begun = select(redemptions.c.household, func.min(redemptions.c.at)).where(here)
    firsts = _by_household(sql, begun.group_by(redemptions.c.household))
    wanted = (
        select(redemptions, entries.c.id)
        .join(entries, entries.c.receipt_no == redemptions.c.receipt_no)
        .where(here, entries.c.kind == "redemption", redemptions.c.state == "completed")
        .where(redemptions.c.day.between(*span))
        .order_by(entries.c.id)
    )
    return [
        Purchase(
            row.id,
            row.household,
            row.shop,
            row.keeper,
            row.points,
            row.at,
            row.at == firsts[row.household],
        )
        for row in sql.execute(wanted)
    ]


def _by_household(sql: Connection, rows: Select[Any]) -> dict[str, str]:
    return {row[0]: row[1] for row in sql.execute(rows)}


def _undone(sql: Connection, place: str, span: tuple[str, str]) -> list[Undone]:
    wanted = (
        select(undos, func.min(entries.c.id).label("first"))
        .join(entries, entries.c.ref == undos.c.entry)
        .where(undos.c.state == "signed", undos.c.closed_on.between(*span))
        .where(undos.c.household.startswith(place, autoescape=True))
        .group_by(*undos.c)
    )
    return [
        Undone(row.first, row.household, row.points, row.asker, row.signer, row.closed_on)
        for row in sql.execute(wanted)
    ]


def day_recorded(award: Award) -> date:
    return date.fromisoformat(day_of(award.proposed_at))
