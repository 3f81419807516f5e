"""Award cases: which credits and deductions wait for a signature, and how others ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

from points.award import AwardCase
from points.clock import day_of
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import maybe, streamed, text, views

cases = Table(
    "cases",
    views,
    Column("case_id", Uuid, primary_key=True),
    text("household"),
    text("rule"),
    Column("rule_version", Integer, nullable=False),
    text("item"),
    Column("points", Integer, nullable=False),
    text("occurred_on"),
    maybe("minutes", Integer),
    maybe("earner"),
    text("proposer"),
    text("proposed_at"),
    text("proposed_on"),
    Column("signatures_needed", Integer, nullable=False),
    text("signers"),
    text("body"),
    maybe("sitting", Uuid),
    text("state"),
    maybe("reviewed_at"),
    maybe("closed_on"),
    maybe("why"),
    maybe("notice_id", Uuid),
    maybe("closes_on"),
    text("post_after"),
    Column("held", Integer, nullable=False),
    maybe("objection"),
    text("photos"),
    maybe("note"),
    Index("cases_by_state", "state", "household"),
    Index("cases_by_household", "household"),
)
"""`points` is signed; `signers` holds ids with a blank between them, `reviewed_at` is when the last
of them signed; `body` is the one whose `sitting` reviews it first, if any; `held` counts objections
that are not decided; `why` says why it was refused; `objection` is the one that it answers."""

OPEN = ("proposed", "reviewed", "on_notice")
"""States of a case that is neither posted nor ended."""

STATES = (*OPEN, "posted", "refused", "withdrawn")

VILLAGE_DIGITS = 12
"""A household's number begins with the code of its village."""


def _count(signers: ColumnElement[str]) -> ColumnElement[int]:
    """How many ids: each has a blank behind it."""
    return func.length(signers) - func.length(func.replace(signers, " ", ""))


_this = cases.update().where(cases.c.case_id == bindparam("the_case"))
_propose = cases.insert()
_signers = cases.c.signers + bindparam("signer") + " "
_sign = _this.values(
    signers=_signers,
    state=case((_count(_signers) >= cases.c.signatures_needed, "reviewed"), else_=cases.c.state),
    reviewed_at=bindparam("signed_at"),
    sitting=func.coalesce(bindparam("the_sitting", type_=Uuid), cases.c.sitting),
)
_show = _this.values(
    state="on_notice", notice_id=bindparam("the_notice"), closes_on=bindparam("closes")
)
_hold = _this.values(held=cases.c.held + 1)
_release = _this.values(
    held=cases.c.held - 1,
    post_after=case(
        (cases.c.post_after < bindparam("after"), bindparam("after")), else_=cases.c.post_after
    ),
)
_change = _this.values(points=bindparam("new_points"))
_end = _this.values(
    state=bindparam("end"), closed_on=bindparam("day"), why=bindparam("the_why"), held=0
)

_ENDS = {
    AwardCase.Posted: "posted",
    AwardCase.Refused: "refused",
    AwardCase.Withdrawn: "withdrawn",
}


@of(AwardCase)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    this = {"the_case": event.originator_id}
    match event:
        case AwardCase.Created():
            sql.execute(_propose, _proposed(recorded))
        case AwardCase.Signed():
            sitting = UUID(event.sitting) if event.sitting else None
            signed = {"signer": event.signer, "signed_at": recorded.stamp.at}
            sql.execute(_sign, {**this, **signed, "the_sitting": sitting})
        case AwardCase.Noticed():
            shown = {"the_notice": UUID(event.notice), "closes": event.closes_on}
            sql.execute(_show, {**this, **shown})
        case AwardCase.Held():
            sql.execute(_hold, this)
        case AwardCase.Released():
            sql.execute(_release, {**this, "after": event.post_after})
        case AwardCase.Changed():
            sql.execute(_change, {**this, "new_points": event.points})
        case AwardCase.Posted() | AwardCase.Refused() | AwardCase.Withdrawn():
            end = {"end": _ENDS[type(event)], "the_why": getattr(event, "why", None)}
            sql.execute(_end, {**this, **end, "day": day_of(recorded.stamp.at)})


def _proposed(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    same = (
        "household",
        "rule",
        "rule_version",
        "item",
        "points",
        "occurred_on",
        "minutes",
        "earner",
        "proposer",
        "signatures_needed",
        "objection",
        "body",
        "note",
    )
    return {
        **{name: getattr(event, name) for name in same},
        "photos": " ".join(event.photos),
        "case_id": event.originator_id,
        "proposed_at": recorded.stamp.at,
        "proposed_on": day_of(recorded.stamp.at),
        "signers": "",
        "sitting": None,
        "state": "proposed",
        "reviewed_at": None,
        "closed_on": None,
        "why": None,
        "notice_id": None,
        "closes_on": None,
        "post_after": "",
        "held": 0,
    }


class Cases:
    """Questions about what was proposed."""

    def __init__(self, county: County) -> None:
        self._county = county

    def waiting(self, place: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """Cases of a place that wait for a signature, oldest first."""
        return self._ask(
            select(cases)
            .where(cases.c.state == "proposed")
            .where(cases.c.household.startswith(place, autoescape=True))
            .order_by(cases.c.proposed_at, cases.c.household)
            .limit(limit)
        )

    def reviewed(self, village: str) -> list[dict[str, Any]]:
        """Cases of a village that may be hung up, oldest first."""
        return self._ask(
            select(cases)
            .where(cases.c.state == "reviewed")
            .where(cases.c.household.startswith(village, autoescape=True))
            .order_by(cases.c.proposed_at, cases.c.household)
        )

    def every(self, place: str = "", *, state: str = "") -> Iterator[dict[str, Any]]:
        """Cases of a place, in one state or in any, oldest first."""
        rows = select(cases).where(cases.c.household.startswith(place, autoescape=True))
        if state:
            rows = rows.where(cases.c.state == state)
        return streamed(self._county, rows.order_by(cases.c.proposed_at, cases.c.household))

    def of_place(self, place: str, *, state: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """The newest cases of a place, in one state or in any."""
        rows = select(cases).where(cases.c.household.startswith(place, autoescape=True))
        if state:
            rows = rows.where(cases.c.state == state)
        return self._ask(
            rows.order_by(cases.c.proposed_at.desc(), cases.c.household, cases.c.case_id).limit(
                limit
            )
        )

    def of(self, household: str) -> list[dict[str, Any]]:
        """Every case of a household, newest first."""
        mine = select(cases).where(cases.c.household == household)
        return self._ask(mine.order_by(cases.c.proposed_at.desc()))

    def one(self, case_id: UUID) -> dict[str, Any] | None:
        found = self.several([case_id])
        return found[0] if found else None

    def several(self, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """The cases of these ids; unknown ones are left out."""
        return self._ask(select(cases).where(cases.c.case_id.in_(ids)))

    def proposed(self, rule: str, households: Sequence[str]) -> list[dict[str, Any]]:
        """Cases under a rule that wait for a signature, of these households."""
        these = (cases.c.rule == rule) & cases.c.household.in_(households)
        return self._ask(select(cases).where(these, cases.c.state == "proposed"))

    def before_a_sitting(self, village: str, body: str = "") -> list[dict[str, Any]]:
        """Cases of a village that wait for a body, by body and household."""
        rows = (
            select(cases)
            .where(cases.c.state == "proposed", cases.c.body != "", cases.c.sitting.is_(None))
            .where(cases.c.household.startswith(village, autoescape=True))
        )
        if body:
            rows = rows.where(cases.c.body == body)
        return self._ask(rows.order_by(cases.c.body, cases.c.household, cases.c.proposed_at))

    def waiting_by_body(self, place: str = "") -> dict[tuple[str, str], int]:
        """How many wait for each body of each village of a place, by village and body."""
        village = func.substr(cases.c.household, 1, VILLAGE_DIGITS)
        rows = (
            select(village, cases.c.body, func.count())
            .where(cases.c.state == "proposed", cases.c.body != "", cases.c.sitting.is_(None))
            .where(cases.c.household.startswith(place, autoescape=True))
            .group_by(village, cases.c.body)
            .order_by(village, cases.c.body)
        )
        with self._county.read() as sql:
            return {(code, body): int(n) for code, body, n in sql.execute(rows)}

    def claims(self, household: str, by: str) -> list[dict[str, Any]]:
        """What a household reported itself and nobody has reviewed, oldest first."""
        mine = (cases.c.state == "proposed") & (cases.c.household == household)
        rows = select(cases).where(mine, cases.c.proposer == by)
        return self._ask(rows.order_by(cases.c.proposed_at))

    def waiting_by_village(self, place: str = "") -> dict[str, int]:
        """How many wait for a signature in each village of a place."""
        village = func.substr(cases.c.household, 1, VILLAGE_DIGITS)
        rows = (
            select(village, func.count())
            .where(cases.c.state == "proposed")
            .where(cases.c.household.startswith(place, autoescape=True))
            .group_by(village)
        )
        with self._county.read() as sql:
            return {code: int(n) for code, n in sql.execute(rows)}

    def _ask(self, rows: Any) -> list[dict[str, Any]]:
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]
