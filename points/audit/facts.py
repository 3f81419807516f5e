"""What is looked at for anomalies: awards, purchases and undoings of a place and a span of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from points.audit.bodies import Shrunk, shrunk
from points.audit.papers import Paper, papers_of
from points.audit.pictures import Reused, reused
from points.audit.relatives import Declared, by_others, declared, near_now
from points.clock import day_of
from points.objection import UPHELD
from points.store.county import County
from points.views.accounts import accounts
from points.views.cases import cases
from points.views.entries import entries
from points.views.notices import notices
from points.views.objections import objections
from points.views.redemptions import redemptions
from points.views.undos import undos

BEFORE = timedelta(days=92)
"""What was usual is looked at for so long."""


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
    reviewed_at: str
    posted_at: str
    earner: str | None = None
    opener: str = ""

    @property
    def village(self) -> str:
        return self.household.partition("-")[0]


@dataclass(frozen=True)
class Anomaly:
    """`kind`: a code; `who`: actors, a household or a shop; `facts`: figures for the sentence;
    `entries`: what it is about, by the ids of entries."""

    kind: str
    place: str
    who: tuple[str, ...]
    entries: tuple[int, ...]
    facts: dict[str, Any] = field(default_factory=dict)


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
class Challenge:
    """One objection: whose case it is about ("" where it is about none), and how it stands on
    `by_day`. `decided_on`: the first answer's day, None where it waits."""

    village: str
    proposer: str
    upheld: bool
    due_on: str
    decided_on: str | None
    by_day: str

    @property
    def late(self) -> bool:
        return (self.decided_on or self.by_day) > self.due_on


@dataclass(frozen=True)
class Facts:
    """`open_rules`: rules that leave the points to who proposes. `came`: when a person, device or
    key that acts came to be able to (made, password set, key registered), as UTC text. `kin`: the
    households whose near relative a person declared to be. `reviewed_before`: village and reviewer
    of each award that was posted in the `BEFORE` days before."""

    awards: tuple[Award, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    undone: tuple[Undone, ...] = ()
    open_rules: frozenset[str] = frozenset()
    came: Mapping[str, str] = field(default_factory=dict)
    objected: tuple[Challenge, ...] = ()
    kin: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reviewed_before: tuple[tuple[str, str], ...] = ()
    papers: tuple[Paper, ...] = ()
    shrunk: tuple[Shrunk, ...] = ()
    reused: tuple[Reused, ...] = ()
    kept_out: tuple[Declared, ...] = ()


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
        near = declared(sql, place)
        return Facts(
            awards=tuple(_awards(sql, place, span)),
            purchases=tuple(_purchases(sql, place, span)),
            undone=tuple(_undone(sql, place, span)),
            open_rules=open_rules,
            came=came or {},
            objected=tuple(_objected(sql, place, span)),
            kin=near_now(near),
            reviewed_before=tuple(_reviewed(sql, place, start)),
            papers=tuple(papers_of(sql, place, span)),
            shrunk=tuple(shrunk(sql, place, span)),
            reused=tuple(reused(sql, place, span)),
            kept_out=by_others(near, span),
        )


def _awards(sql: Connection, place: str, span: tuple[str, str]) -> list[Award]:
    entered = (
        select(entries.c.id, entries.c.ref, entries.c.at)
        .join(accounts, accounts.c.account_id == entries.c.account_id)
        .where(accounts.c.village.startswith(place, autoescape=True))
        .where(entries.c.day.between(*span), entries.c.kind.in_(("credit", "deduction")))
    )
    posted = {row.ref: row for row in sql.execute(entered)}
    opened = select(cases, notices.c.opened_by)
    opened = opened.join(notices, notices.c.notice_id == cases.c.notice_id, isouter=True)
    wanted = opened.where(
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
        row.reviewed_at,
        entry.at,
        row.earner,
        row.opened_by or "",
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


def _objected(sql: Connection, place: str, span: tuple[str, str]) -> list[Challenge]:
    """Those filed in the span; what is still waiting is measured on its last day."""
    wanted = (
        select(objections, cases.c.proposer)
        .join(cases, cases.c.case_id == objections.c.case_id, isouter=True)
        .where(objections.c.village.startswith(place, autoescape=True))
        .where(objections.c.filed_on.between(*span))
        .order_by(objections.c.filed_on, objections.c.objection_id)
    )
    return [
        Challenge(
            row.village,
            row.proposer or "",
            row.outcome == UPHELD,
            row.due_on,
            row.decided_on,
            span[1],
        )
        for row in sql.execute(wanted)
    ]


def _reviewed(sql: Connection, place: str, start: date) -> list[tuple[str, str]]:
    wanted = select(cases.c.household, cases.c.signers).where(
        cases.c.state == "posted",
        cases.c.closed_on >= (start - BEFORE).isoformat(),
        cases.c.closed_on < start.isoformat(),
        cases.c.household.startswith(place, autoescape=True),
    )
    return [
        (row.household.partition("-")[0], signer)
        for row in sql.execute(wanted.order_by(cases.c.case_id))
        for signer in row.signers.split()
    ]


def day_recorded(award: Award) -> date:
    return date.fromisoformat(day_of(award.proposed_at))
