"""Objections: who has to decide what by when, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    Table,
    Uuid,
    bindparam,
    case,
    func,
    select,
)

from points.clock import day_of
from points.notice import PUBLIC
from points.objection import PAPER, Objection
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.cases import OPEN, cases
from points.views.notices import notice_lines, notices
from points.views.tables import maybe, text, views
from points.views.undos import undos

objections = Table(
    "objections",
    views,
    Column("objection_id", Uuid, primary_key=True),
    text("village"),
    text("about"),
    maybe("notice_id", Uuid),
    maybe("case_id", Uuid),
    maybe("entry"),
    maybe("household"),
    maybe("by_whom"),
    text("way"),
    text("filed_on"),
    text("due_on"),
    text("state"),
    maybe("outcome"),
    maybe("points", Integer),
    maybe("new_case", Uuid),
    maybe("decider"),
    maybe("decided_on"),
    maybe("appeal_until"),
    maybe("note"),
    maybe("answer"),
    maybe("appeal"),
    Index("objections_by_state", "state", "village"),
    Index("objections_by_case", "case_id"),
    Index("objections_by_notice", "notice_id"),
)
"""`note`, `appeal` and `answer` name sealed texts: what was said, and the answer in force."""

WAITING = ("open", "appealed")
"""States in which somebody has to decide."""

_unnamed = case((objections.c.by_whom.is_(None), 1), else_=0)
_file = objections.insert()
_this = objections.update().where(objections.c.objection_id == bindparam("the_objection"))
_decide = _this.values(appeal_until=bindparam("until"))
_answer = objections.update().where(objections.c.objection_id == bindparam("the_objection"))
_appeal = _this.values(state="appealed", due_on=bindparam("due"), appeal=bindparam("the_appeal"))


@of(Objection)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    this = {"the_objection": event.originator_id}
    match event:
        case Objection.Created():
            sql.execute(_file, _filed(recorded))
        case Objection.Decided():
            sql.execute(_answer, {**this, **_answered(recorded, "decided")})
            sql.execute(_decide, {**this, "until": event.appeal_until})
        case Objection.Appealed():
            sql.execute(_appeal, {**this, "due": event.due_on, "the_appeal": event.note})
        case Objection.Settled():
            sql.execute(_answer, {**this, **_answered(recorded, "settled")})


def _filed(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    same = ("village", "about", "entry", "household", "way", "due_on", "note")
    return {
        **{name: getattr(event, name) for name in same},
        "objection_id": event.originator_id,
        "notice_id": UUID(event.notice) if event.notice else None,
        "case_id": UUID(event.case) if event.case else None,
        "by_whom": event.by,
        "filed_on": day_of(recorded.stamp.at),
        "state": "open",
    } | dict.fromkeys(_LATER)


_LATER = (
    "outcome",
    "points",
    "new_case",
    "decider",
    "decided_on",
    "appeal_until",
    "answer",
    "appeal",
)


def _answered(recorded: Recorded, state: str) -> dict[str, Any]:
    event = recorded.event
    return {
        "state": state,
        "outcome": event.outcome,
        "points": event.points,
        "new_case": UUID(event.case) if event.case else None,
        "decider": event.decider,
        "decided_on": day_of(recorded.stamp.at),
        "answer": event.note,
    }


def _one_wrong(rule: str, occurred_on: str, earner: str | None) -> ColumnElement[bool]:
    """Cases of one rule, day and person; where one names nobody, it may be anybody."""
    deed = (cases.c.rule == rule) & (cases.c.occurred_on == occurred_on)
    if earner is None:
        return deed
    return deed & (cases.c.earner.is_(None) | (cases.c.earner == earner))


class Objections:
    """Questions about what people objected to."""

    def __init__(self, county: County) -> None:
        self._county = county

    def one(self, objection_id: UUID) -> dict[str, Any] | None:
        found = self._ask(select(objections).where(objections.c.objection_id == objection_id))
        return found[0] if found else None

    def waiting(self, place: str = "") -> list[dict[str, Any]]:
        """Objections of a place that somebody has to decide, the most urgent first, and of those
        first who gave her name."""
        return self._ask(
            select(objections)
            .where(objections.c.state.in_(WAITING))
            .where(objections.c.village.startswith(place, autoescape=True))
            .order_by(objections.c.due_on, _unnamed)
            .order_by(objections.c.filed_on, objections.c.objection_id)
        )

    def of_place(self, place: str, limit: int = 50, offset: int = 0) -> list[dict[str, Any]]:
        """Every objection of a place, newest first."""
        return self._ask(
            select(objections)
            .where(objections.c.village.startswith(place, autoescape=True))
            .order_by(objections.c.filed_on.desc(), objections.c.objection_id)
            .limit(limit)
            .offset(offset)
        )

    def on(self, notices: Sequence[UUID]) -> list[dict[str, Any]]:
        """What was objected to these notices, oldest first."""
        mine = objections.c.notice_id.in_(notices)
        return self._ask(select(objections).where(mine).order_by(objections.c.filed_on))

    def by(self, household: str) -> list[dict[str, Any]]:
        """What a household objected to under its own name, newest first."""
        mine = objections.c.by_whom == household
        return self._ask(select(objections).where(mine).order_by(objections.c.filed_on.desc()))

    def made_good(
        self, row: dict[str, Any], rule: str, occurred_on: str, earner: str | None
    ) -> UUID | None:
        """The linked case that stands already for what was wrong: one that answers this objection,
        or another to the same line or entry; or one of the same household, rule, day and person,
        whatever was objected to. What was undone stands no more."""
        same: ColumnElement[bool] = objections.c.objection_id == row["objection_id"]
        for name in ("case_id", "entry"):
            if row[name]:
                same |= objections.c[name] == row[name]
        here = select(objections.c.objection_id).where(objections.c.village == row["village"])
        linked = cases.c.objection.is_not(None) & cases.c.state.in_((*OPEN, "posted"))
        mine = (cases.c.household == row["household"]) & linked
        with self._county.read() as sql:
            ours = [str(each) for each in sql.scalars(here.where(same))]
            wrong = cases.c.objection.in_(ours) | _one_wrong(rule, occurred_on, earner)
            struck = select(cases).where(cases.c.case_id == row["case_id"])
            for one in sql.execute(struck.where(cases.c.state == "refused")).mappings():
                wrong |= _one_wrong(one["rule"], one["occurred_on"], one["earner"])
            found = list(sql.scalars(select(cases.c.case_id).where(mine, wrong)))
            undone = undos.c.entry.in_([str(each) for each in found]) & (undos.c.state == "signed")
            gone = set(sql.scalars(select(undos.c.entry).where(undone)))
        return next((each for each in found if str(each) not in gone), None)

    def filed(self, village: str, day: date, *, by: str | None) -> int:
        """How many came by themselves on a day, of one household or without a name."""
        mine = (objections.c.village == village) & (objections.c.filed_on == day.isoformat())
        whose = objections.c.by_whom.is_(None) if by is None else objections.c.by_whom == by
        rows = select(func.count()).where(mine, whose, objections.c.way != PAPER)
        with self._county.read() as sql:
            return int(sql.scalar(rows) or 0)

    def answered(
        self, village: str, since: date, *, limit: int, offset: int = 0
    ) -> list[dict[str, Any]]:
        """Answers to objections against public notices since a day, each with its notice's `month`
        and `number` and the `line`, if it was to one: first those to who gave her name, the newest
        of each first."""
        line = (notice_lines.c.notice_id == objections.c.notice_id) & (
            notice_lines.c.case_id == objections.c.case_id
        )
        return self._ask(
            select(objections, notices.c.month, notices.c.number, notice_lines.c.line)
            .join(notices, notices.c.notice_id == objections.c.notice_id)
            .join(notice_lines, line, isouter=True)
            .where(objections.c.village == village, objections.c.decided_on >= since.isoformat())
            .where(notices.c.kind == PUBLIC)
            .order_by(_unnamed, objections.c.decided_on.desc(), objections.c.objection_id)
            .limit(limit)
            .offset(offset)
        )

    def decided(self, place: str, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
        """Answered objections of a place, the newest answer first."""
        return self._ask(
            select(objections)
            .where(objections.c.answer.is_not(None))
            .where(objections.c.village.startswith(place, autoescape=True))
            .order_by(objections.c.decided_on.desc(), objections.c.objection_id)
            .limit(limit)
            .offset(offset)
        )

    def ids(self, village: str) -> list[UUID]:
        """Every objection of a village, newest first."""
        mine = objections.c.village == village
        rows = select(objections.c.objection_id).where(mine).order_by(objections.c.filed_on.desc())
        with self._county.read() as sql:
            return list(sql.scalars(rows))

    def to_entry(self, household: str, entry: str) -> list[dict[str, Any]]:
        """What was objected to a posted entry (its lot or case) of a household, newest first."""
        mine = (objections.c.household == household) & (objections.c.entry == entry)
        return self._ask(select(objections).where(mine).order_by(objections.c.filed_on.desc()))

    def _ask(self, rows: Any) -> list[dict[str, Any]]:
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]
