"""Award cases: which credits and deductions wait for a signature, and how others ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Table, Uuid, bindparam, func, select

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
    text("state"),
    maybe("closed_on"),
    maybe("note"),
    Index("cases_by_state", "state", "household"),
    Index("cases_by_household", "household"),
)
"""`points` is signed; `signers` holds ids with a blank between them."""

VILLAGE_DIGITS = 12
"""A household's number begins with the code of its village."""

_this = cases.update().where(cases.c.case_id == bindparam("the_case"))
_propose = cases.insert()
_sign = _this.values(signers=cases.c.signers + bindparam("signer") + " ")
_end = _this.values(state=bindparam("end"), closed_on=bindparam("day"))

_ENDS = {
    AwardCase.Posted: "posted",
    AwardCase.Refused: "refused",
    AwardCase.Withdrawn: "withdrawn",
}


@of(AwardCase)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, AwardCase.Created):
        sql.execute(_propose, _proposed(recorded))
    elif isinstance(event, AwardCase.Signed):
        sql.execute(_sign, {"the_case": event.originator_id, "signer": event.signer})
    elif end := _ENDS.get(type(event)):
        day = day_of(recorded.stamp.at)
        sql.execute(_end, {"the_case": event.originator_id, "end": end, "day": day})


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
        "note",
    )
    return {
        **{name: getattr(event, name) for name in same},
        "case_id": event.originator_id,
        "proposed_at": recorded.stamp.at,
        "proposed_on": day_of(recorded.stamp.at),
        "signers": "",
        "state": "proposed",
        "closed_on": None,
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

    def every(self, place: str = "", *, state: str = "") -> Iterator[dict[str, Any]]:
        """Cases of a place, in one state or in any, oldest first."""
        rows = select(cases).where(cases.c.household.startswith(place, autoescape=True))
        if state:
            rows = rows.where(cases.c.state == state)
        return streamed(self._county, rows.order_by(cases.c.proposed_at, cases.c.household))

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

    def count(self, place: str = "", *, but_by: str = "") -> int:
        """How many wait in a place, without those that a person proposed or signed already."""
        rows = (
            select(func.count())
            .where(cases.c.state == "proposed")
            .where(cases.c.household.startswith(place, autoescape=True))
        )
        if but_by:
            signed = cases.c.signers.contains(but_by + " ", autoescape=True)
            rows = rows.where(cases.c.proposer != but_by, ~signed)
        with self._county.read() as sql:
            return int(sql.scalar(rows) or 0)

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
