"""Why a balance changed: one line for every entry of an account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Select,
    Table,
    Uuid,
    and_,
    func,
    select,
)

from points.account import PointsAccount
from points.clock import day_of
from points.lots import BUCKETS
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.accounts import accounts
from points.views.changes import change_of
from points.views.tables import maybe, streamed, text, views

entries = Table(
    "entries",
    views,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("account_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    text("at"),
    text("day"),
    text("kind"),
    Column("points", Integer, nullable=False),
    Column("spendable", Integer, nullable=False),
    *(Column(bucket, Integer, nullable=False) for bucket in BUCKETS),
    Column("receivable", Integer, nullable=False),
    maybe("rule"),
    maybe("rule_version", Integer),
    maybe("item"),
    maybe("occurred_on"),
    maybe("expires_on"),
    maybe("earner"),
    maybe("receipt_no"),
    maybe("shop"),
    text("ref"),
    maybe("undo"),
    maybe("note"),
    Column("not_taken", Integer, nullable=False),
    maybe("actor"),
    maybe("actor_role"),
    maybe("channel"),
    Index("entries_by_account", "account_id", "day", "id"),
    Index("entries_by_day", "day"),
    Index("entries_by_ref", "ref"),
)
"""`ref` names what the entry stands on: lot, case or redemption. `id` is the event's."""

Line = dict[str, Any]
"""A row of `entries`, and its `household`."""

_lines = select(entries, accounts.c.household).join(
    accounts, accounts.c.account_id == entries.c.account_id
)


_add = entries.insert()


@of(PointsAccount)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    change = change_of(event)
    if change is None:
        return
    stamp = recorded.stamp
    sql.execute(
        _add,
        {
            "id": recorded.id,
            "account_id": event.originator_id,
            "version": event.originator_version,
            "at": stamp.at,
            "day": day_of(stamp.at),
            "kind": change.kind,
            "points": change.points,
            "spendable": change.spendable,
            **dict.fromkeys(BUCKETS, 0),
            **change.buckets,
            "receivable": change.receivable,
            **_facts(event),
            "actor": stamp.actor,
            "actor_role": stamp.actor_role,
            "channel": stamp.channel,
        },
    )


def _facts(event: Any) -> dict[str, Any]:
    ref = next(
        str(getattr(event, name)) for name in ("redemption", "lot", "case") if hasattr(event, name)
    )
    optional = (
        "rule",
        "rule_version",
        "item",
        "occurred_on",
        "expires_on",
        "earner",
        "receipt_no",
        "shop",
        "undo",
        "note",
    )
    facts = {name: getattr(event, name, None) for name in optional}
    if facts["receipt_no"]:
        facts["shop"] = facts["receipt_no"].rsplit("-", 2)[0]
    return {**facts, "ref": ref, "not_taken": getattr(event, "not_taken", 0)}


class Entries:
    """Questions about why a balance is what it is. A line is an entry with its household."""

    def __init__(self, county: County) -> None:
        self._county = county

    def latest(self, household: str, limit: int = 5) -> list[Line]:
        """The last changes of a household, newest first."""
        mine = _lines.where(entries.c.account_id == PointsAccount.id_of(household))
        return self._ask(mine.order_by(entries.c.id.desc()).limit(limit))

    def of(self, household: str, start: date, end: date) -> list[Line]:
        """A household's changes recorded from `start` to `end`, oldest first."""
        mine = _lines.where(entries.c.account_id == PointsAccount.id_of(household))
        return self._ask(mine.where(_between(start, end)).order_by(entries.c.id))

    def one(self, entry: int) -> Line | None:
        """One entry by its event's id."""
        found = self._ask(_lines.where(entries.c.id == entry))
        return found[0] if found else None

    def find(self, wish: Wish, *, limit: int = 50, before: int | None = None) -> list[Line]:
        """Entries that a number on a page is made of, newest first; `before` pages on."""
        rows = _lines.where(wish.clause())
        if before:
            rows = rows.where(entries.c.id < before)
        return self._ask(rows.order_by(entries.c.id.desc()).limit(limit))

    def every(self, wish: Wish) -> Iterator[Line]:
        """All of them, newest first."""
        return streamed(self._county, _lines.where(wish.clause()).order_by(entries.c.id.desc()))

    def on(self, refs: Sequence[str]) -> list[Line]:
        """Everything that stands on these lots, cases or redemptions, oldest first."""
        return self._ask(_lines.where(entries.c.ref.in_(refs)).order_by(entries.c.id))

    def credited(self, place: str, start: date, end: date) -> list[dict[str, Any]]:
        """What was posted to each household of a place: household, entries, points; by number."""
        rows = (
            select(
                accounts.c.household,
                func.count().label("entries"),
                func.sum(entries.c.points).label("points"),
            )
            .join(accounts, accounts.c.account_id == entries.c.account_id)
            .where(accounts.c.village.startswith(place, autoescape=True))
            .where(entries.c.kind == "credit", _between(start, end))
            .group_by(accounts.c.household)
            .order_by(accounts.c.household)
        )
        with self._county.read() as sql:
            return [
                dict(row) | {"points": int(row["points"])} for row in sql.execute(rows).mappings()
            ]

    def actors(self, place: str) -> list[str]:
        """Everybody who has made an entry of a place."""
        rows = (
            select(entries.c.actor)
            .distinct()
            .join(accounts, accounts.c.account_id == entries.c.account_id)
            .where(accounts.c.village.startswith(place, autoescape=True))
        )
        with self._county.read() as sql:
            return sorted(actor for actor in sql.scalars(rows) if actor)

    def totals(self, wish: Wish) -> dict[str, int]:
        """Signed points by kind of entry, in the measure of the wish."""
        rows = (
            select(entries.c.kind, func.sum(entries.c[wish.measure]))
            .join(accounts, accounts.c.account_id == entries.c.account_id)
            .where(wish.clause())
            .group_by(entries.c.kind)
        )
        with self._county.read() as sql:
            return {kind: int(n) for kind, n in sql.execute(rows)}

    def by_village(self, wish: Wish) -> dict[str, dict[str, int]]:
        """The same as `totals`, for every village that has entries."""
        rows = (
            select(accounts.c.village, entries.c.kind, func.sum(entries.c[wish.measure]))
            .join(accounts, accounts.c.account_id == entries.c.account_id)
            .where(wish.clause())
            .group_by(accounts.c.village, entries.c.kind)
        )
        sums: dict[str, dict[str, int]] = {}
        with self._county.read() as sql:
            for village, kind, points in sql.execute(rows):
                sums.setdefault(village, {})[kind] = int(points)
        return sums

    def _ask(self, rows: Select[Any]) -> list[Line]:
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]


@dataclass(frozen=True)
class Wish:
    """Which entries: of a place or one household, of a period of recorded days, of some kinds,
    under a rule, in a shop, by an actor; those that change the `measure` (points, spendable, a
    bucket or receivable)."""

    place: str = ""
    start: date | None = None
    end: date | None = None
    kinds: tuple[str, ...] = ()
    rule: str | None = None
    household: str | None = None
    shop: str | None = None
    measure: str = "points"
    actor: str | None = None

    def clause(self) -> ColumnElement[bool]:
        parts = [accounts.c.village.startswith(self.place, autoescape=True)]
        if self.measure != "points":
            parts.append(entries.c[self.measure] != 0)
        if self.start or self.end:
            parts.append(_between(self.start or date.min, self.end or date.max))
        if self.kinds:
            parts.append(entries.c.kind.in_(self.kinds))
        if self.rule:
            parts.append(entries.c.rule == self.rule)
        if self.household:
            parts.append(entries.c.account_id == PointsAccount.id_of(self.household))
        if self.actor:
            parts.append(entries.c.actor == self.actor)
        if self.shop:
            parts.append(entries.c.shop == self.shop)
        return and_(*parts)


MEASURES = ("points", "spendable", *BUCKETS, "receivable")
"""What a wish may measure."""


def _between(start: date, end: date) -> ColumnElement[bool]:
    return entries.c.day.between(start.isoformat(), end.isoformat())
