"""Redemptions by shop and day, by household, by receipt number; and what was taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Uuid, bindparam, func, select

from points.clock import day_of
from points.redemption import Redemption
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import maybe, streamed, text, views

redemptions = Table(
    "redemptions",
    views,
    Column("redemption_id", Uuid, primary_key=True),
    text("receipt_no", unique=True),
    text("shop"),
    text("day"),
    text("at"),
    text("household", index=True),
    text("keeper"),
    maybe("collected_by"),
    Column("points", Integer, nullable=False),
    text("state"),
    maybe("undone_on"),
    Index("redemptions_by_shop", "shop", "day"),
)

lines = Table(
    "redemption_lines",
    views,
    Column("redemption_id", Uuid, primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    text("sku"),
    text("name"),
    text("unit"),
    Column("quantity", Integer, nullable=False),
    Column("points", Integer, nullable=False),
)
"""`points` is the frozen price of one unit."""

_add = redemptions.insert()
_add_lines = lines.insert()
_undo = (
    redemptions.update()
    .where(redemptions.c.redemption_id == bindparam("the_redemption"))
    .values(state=bindparam("undone"), undone_on=bindparam("on"))
)


@of(Redemption)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case Redemption.Created():
            sql.execute(_add, _completed(recorded))
            sql.execute(_add_lines, _lines(event))
        case Redemption.Voided():
            _undone(sql, recorded, "voided")
        case Redemption.Returned():
            _undone(sql, recorded, "returned")


def _completed(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    same = ("receipt_no", "shop", "day", "household", "keeper", "collected_by", "points")
    return {
        **{name: getattr(event, name) for name in same},
        "redemption_id": event.originator_id,
        "at": recorded.stamp.at,
        "state": "completed",
        "undone_on": None,
    }


def _lines(event: Any) -> list[dict[str, Any]]:
    same = ("sku", "name", "unit", "quantity", "points")
    return [
        {"redemption_id": event.originator_id, "line": n, **{name: line[name] for name in same}}
        for n, line in enumerate(event.lines, start=1)
    ]


def _undone(sql: Sql, recorded: Recorded, state: str) -> None:
    row = {"undone": state, "on": day_of(recorded.stamp.at)}
    sql.execute(_undo, {**row, "the_redemption": recorded.event.originator_id})


class Redemptions:
    """Questions about goods that were taken. Each row carries its `lines`."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of_day(self, shop: str, day: date) -> list[dict[str, Any]]:
        """A shop's redemptions of one business day, newest first."""
        mine = (redemptions.c.shop == shop) & (redemptions.c.day == day.isoformat())
        return self._ask(select(redemptions).where(mine).order_by(redemptions.c.at.desc()))

    def of_household(self, household: str, limit: int = 50) -> list[dict[str, Any]]:
        mine = select(redemptions).where(redemptions.c.household == household)
        return self._ask(mine.order_by(redemptions.c.at.desc()).limit(limit))

    def every(self, place: str = "") -> Iterator[dict[str, Any]]:
        """Each line of every redemption of a place's households, with the redemption's own
        `receipt_no`, `shop`, `day`, `at`, `household` and `state`; newest first."""
        of_it = ("receipt_no", "shop", "day", "at", "household", "state")
        rows = (
            select(lines, *(redemptions.c[name] for name in of_it))
            .join(redemptions, redemptions.c.redemption_id == lines.c.redemption_id)
            .where(redemptions.c.household.startswith(place, autoescape=True))
            .order_by(redemptions.c.at.desc(), redemptions.c.receipt_no, lines.c.line)
        )
        return streamed(self._county, rows)

    def by_receipt(self, receipt_no: str) -> dict[str, Any] | None:
        found = self._ask(select(redemptions).where(redemptions.c.receipt_no == receipt_no))
        return found[0] if found else None

    def goods_of_day(self, shop: str, day: date) -> list[dict[str, Any]]:
        """Units of each good that went out on a day and stayed out."""
        rows = (
            select(
                lines.c.sku,
                lines.c.name,
                func.sum(lines.c.quantity).label("quantity"),
                func.sum(lines.c.quantity * lines.c.points).label("points"),
            )
            .join(redemptions, redemptions.c.redemption_id == lines.c.redemption_id)
            .where(redemptions.c.shop == shop, redemptions.c.day == day.isoformat())
            .where(redemptions.c.state == "completed")
            .group_by(lines.c.sku, lines.c.name)
            .order_by(lines.c.sku)
        )
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]

    def _ask(self, rows: Any) -> list[dict[str, Any]]:
        with self._county.read() as sql:
            found = [dict(row) for row in sql.execute(rows).mappings()]
            ids = [row["redemption_id"] for row in found]
            taken = select(lines).where(lines.c.redemption_id.in_(ids)).order_by(lines.c.line)
            by_id: dict[Any, list[dict[str, Any]]] = {each: [] for each in ids}
            for line in sql.execute(taken).mappings():
                by_id[line["redemption_id"]].append(dict(line))
        return [{**row, "lines": by_id[row["redemption_id"]]} for row in found]
