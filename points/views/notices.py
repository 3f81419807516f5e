"""Public notices: what hangs where and until when, line by line, and every later version."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Table, Uuid, bindparam, case, func, select

from points.clock import day_of
from points.notice import PRIVATE, PUBLIC, Notice, posting_day
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.cases import cases
from points.views.tables import maybe, streamed, text, views

notices = Table(
    "notices",
    views,
    Column("notice_id", Uuid, primary_key=True),
    text("village"),
    text("month"),
    Column("number", Integer, nullable=False),
    text("kind"),
    text("opened_by"),
    text("opener_role"),
    text("opener_place"),
    maybe("opener_household"),
    text("opens_on"),
    text("closes_on"),
    text("posting_on"),
    text("state"),
    maybe("closed_on"),
    Column("version", Integer, nullable=False),
    Index("notices_by_village", "village", "month"),
    Index("notices_by_state", "state", "closes_on"),
)
"""`posting_on`: the first day on which the cases of its month may be posted."""

notice_lines = Table(
    "notice_lines",
    views,
    Column("notice_id", Uuid, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    text("household", index=True),
    text("rule"),
    text("item"),
    Column("points", Integer, nullable=False),
    text("recused"),
)
"""As they were hung up: version 1. `recused`: ids with a blank between them."""

notice_changes = Table(
    "notice_changes",
    views,
    Column("notice_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    maybe("points", Integer),
    maybe("objection"),
    text("day"),
)
"""What each later version changed: a line's new points, or none where it was struck."""

_ON_THE_LIST = ("line", "household", "rule", "item", "points")

_open = notices.insert()
_line = notice_lines.insert()
_change = notice_changes.insert()
_this = notices.update().where(notices.c.notice_id == bindparam("the_notice"))
_version = _this.values(version=bindparam("new_version"))
_close = _this.values(state="closed", closed_on=bindparam("day"))


@of(Notice)
def apply(sql: Sql, recorded: Recorded) -> None:
    event, notice_id = recorded.event, recorded.event.originator_id
    match event:
        case Notice.Created():
            sql.execute(_open, _opened(recorded))
            for line in event.lines:
                row = {name: line[name] for name in _ON_THE_LIST}
                case, recused = UUID(line["case"]), " ".join(line["recused"])
                more = {"notice_id": notice_id, "case_id": case, "recused": recused}
                sql.execute(_line, {**row, **more})
        case Notice.Corrected():
            same = {
                name: getattr(event, name) for name in ("version", "line", "points", "objection")
            }
            day = day_of(recorded.stamp.at)
            sql.execute(_change, {"notice_id": notice_id, "day": day, **same})
            sql.execute(_version, {"the_notice": notice_id, "new_version": event.version})
        case Notice.Closed():
            sql.execute(_close, {"the_notice": notice_id, "day": day_of(recorded.stamp.at)})


def _opened(recorded: Recorded) -> dict[str, Any]:
    event, stamp = recorded.event, recorded.stamp
    same = ("village", "month", "number", "kind", "opened_by", "opens_on", "closes_on")
    return {
        **{name: getattr(event, name) for name in same},
        "notice_id": event.originator_id,
        "opener_role": stamp.actor_role,
        "opener_place": stamp.actor_place,
        "opener_household": stamp.actor_household,
        "posting_on": posting_day(event.month),
        "state": "open",
        "closed_on": None,
        "version": 1,
    }


class Notices:
    """Questions about what hangs on the boards."""

    def __init__(self, county: County) -> None:
        self._county = county

    def next_number(self, village: str, month: str, kind: str) -> int:
        """The number of the next notice of a village, month and kind, from 1 on.

        Before there were two series a private notice took a public number: that one is left out.
        """
        mine = (notices.c.village == village) & (notices.c.month == month)
        last = select(func.coalesce(func.max(notices.c.number), 0))
        with self._county.read() as sql:
            number = int(sql.scalar(last.where(mine, notices.c.kind == kind)) or 0) + 1
        while self.one(Notice.id_of(village, month, number, kind)):
            number += 1
        return number

    def one(self, notice_id: UUID) -> dict[str, Any] | None:
        found = self._ask(select(notices).where(notices.c.notice_id == notice_id))
        return found[0] if found else None

    def first_days(self, villages: Collection[str]) -> dict[str, date]:
        """The day of each village's first public notice; villages without one are left out."""
        rows = select(notices.c.village, func.min(notices.c.opens_on))
        rows = rows.where(notices.c.kind == PUBLIC, notices.c.village.in_(villages))
        with self._county.read() as sql:
            found = sql.execute(rows.group_by(notices.c.village)).all()
        return {village: date.fromisoformat(day) for village, day in found}

    def hanging(self, place: str, today: date) -> list[dict[str, Any]]:
        """Public notices of a place to which one may still object."""
        return self._ask(
            select(notices)
            .where(notices.c.kind == PUBLIC, notices.c.closes_on >= today.isoformat())
            .where(notices.c.village.startswith(place, autoescape=True))
            .order_by(notices.c.village, notices.c.closes_on, notices.c.number)
        )

    def corrected(self, place: str, since: date, today: date) -> list[dict[str, Any]]:
        """Public notices of a place that are taken down, and were corrected on or after a day:
        each with the last such day as `corrected_on`."""
        last = (
            select(notice_changes.c.notice_id, func.max(notice_changes.c.day).label("corrected_on"))
            .where(notice_changes.c.day >= since.isoformat())
            .group_by(notice_changes.c.notice_id)
            .subquery()
        )
        return self._ask(
            select(notices, last.c.corrected_on)
            .join(last, last.c.notice_id == notices.c.notice_id)
            .where(notices.c.kind == PUBLIC, notices.c.closes_on < today.isoformat())
            .where(notices.c.village.startswith(place, autoescape=True))
            .order_by(last.c.corrected_on.desc(), notices.c.village, notices.c.number)
        )

    def told(self, household: str, today: date) -> list[dict[str, Any]]:
        """What a household was told about deductions of its own, while it may be heard."""
        return self._ask(
            select(notices, notice_lines.c.item, notice_lines.c.points, notice_lines.c.line)
            .join(notice_lines, notice_lines.c.notice_id == notices.c.notice_id)
            .where(notices.c.kind == PRIVATE, notices.c.closes_on >= today.isoformat())
            .where(notice_lines.c.household == household)
            .order_by(notices.c.closes_on)
        )

    def of_place(self, place: str, limit: int = 50) -> list[dict[str, Any]]:
        """Every notice of a place, newest first, the private ones too."""
        return self._ask(
            select(notices)
            .where(notices.c.village.startswith(place, autoescape=True))
            .order_by(notices.c.opens_on.desc(), notices.c.village, notices.c.number.desc())
            .limit(limit)
        )

    def every(self, place: str = "") -> Iterator[dict[str, Any]]:
        rows = select(notices).where(notices.c.village.startswith(place, autoescape=True))
        return streamed(self._county, rows.order_by(notices.c.opens_on, notices.c.notice_id))

    def lines(self, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """The lines as they were hung up, with how each case stands now."""
        stands = (cases.c.state, cases.c.why, cases.c.held, cases.c.post_after)
        rule = cases.c.rule_version
        return self._ask(
            select(notice_lines, *stands, rule, cases.c.points.label("points_now"))
            .join(cases, cases.c.case_id == notice_lines.c.case_id)
            .where(notice_lines.c.notice_id.in_(ids))
            .order_by(notice_lines.c.notice_id, notice_lines.c.line)
        )

    def changes(self, notice_id: UUID) -> list[dict[str, Any]]:
        """What version 2, 3 … changed, in their order."""
        mine = notice_changes.c.notice_id == notice_id
        return self._ask(select(notice_changes).where(mine).order_by(notice_changes.c.version))

    # What is due.

    def over(self, today: date, place: str = "") -> list[dict[str, Any]]:
        """Open notices whose last day has passed."""
        past = (notices.c.state == "open") & (notices.c.closes_on < today.isoformat())
        here = notices.c.village.startswith(place, autoescape=True)
        return self._ask(select(notices).where(past, here).order_by(notices.c.closes_on))

    def postable(self, today: date, place: str = "") -> list[dict[str, Any]]:
        """Cases that may be posted today, each with who hung it up (rulings 11): its notice is
        closed, and every other of that village and month that was hung up before its own last day
        and the posting day were over; the posting day has come, nothing holds it, and no decision
        about it may still be taken further."""
        day = today.isoformat()
        others = notices.alias()
        ready = case(
            (notices.c.closes_on > notices.c.posting_on, notices.c.closes_on),
            else_=notices.c.posting_on,
        )
        still = (
            select(others.c.notice_id)
            .where(others.c.village == notices.c.village, others.c.month == notices.c.month)
            .where(others.c.state == "open", others.c.opens_on <= ready)
        )
        opener = ("opened_by", "opener_role", "opener_place", "opener_household")
        return self._ask(
            select(cases.c.case_id, *(notices.c[name] for name in opener))
            .join(notices, notices.c.notice_id == cases.c.notice_id)
            .where(notices.c.village.startswith(place, autoescape=True))
            .where(cases.c.state == "on_notice", cases.c.held == 0, cases.c.post_after < day)
            .where(notices.c.state == "closed", notices.c.posting_on <= day, ~still.exists())
            .order_by(notices.c.closes_on, cases.c.household, cases.c.occurred_on)
            .order_by(cases.c.rule, cases.c.case_id)
        )

    def _ask(self, rows: Any) -> list[dict[str, Any]]:
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]
