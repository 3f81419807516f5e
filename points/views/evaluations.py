"""Evaluation rounds: who judges what, what each sheet says, and what the meeting adopted."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Integer, Table, Uuid, bindparam, func, select

from points.clock import day_of
from points.evaluation import Evaluation
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import maybe, text, views

rounds = Table(
    "evaluations",
    views,
    Column("round_id", Uuid, primary_key=True),
    text("village"),
    text("kind"),
    text("period"),
    text("opened_by"),
    text("opened_on"),
    text("terms"),
    text("state"),
    Column("sheets", Integer, nullable=False),
    maybe("closed_by"),
    maybe("closed_on"),
    maybe("minutes"),
    maybe("place"),
    maybe("present", Integer),
    maybe("required", Integer),
    Index("evaluations_by_village", "village", "period"),
)
"""`terms` is JSON, as it was frozen."""

judges = Table(
    "evaluation_judges",
    views,
    Column("round_id", Uuid, primary_key=True),
    Column("seat", Integer, primary_key=True),
    text("judge"),
    maybe("household"),
)

scores = Table(
    "evaluation_scores",
    views,
    Column("round_id", Uuid, primary_key=True),
    text("household", key=True),
    Column("sheet", Integer, primary_key=True),
    Column("corrected", Boolean, nullable=False),
    text("scores"),
    text("recused"),
    text("day"),
)
"""Every sheet that a household stands on: the last one is in force. `scores` is JSON, a list for
each seat or null."""

results = Table(
    "evaluation_results",
    views,
    Column("round_id", Uuid, primary_key=True),
    text("household", key=True),
    maybe("median", Integer),
    maybe("spread", Integer),
    Column("counted", Integer, nullable=False),
    text("recused"),
    maybe("star", Integer),
    maybe("case_id", Uuid),
    Index("evaluation_results_by_case", "case_id"),
)
"""As the meeting adopted them; `recused` holds judges' ids with a blank between."""

_open = rounds.insert()
_judge = judges.insert()
_score = scores.insert()
_result = results.insert()
_this = rounds.update().where(rounds.c.round_id == bindparam("the_round"))
_sheet = _this.values(sheets=bindparam("sheet"))
_close = _this.values(
    state="closed",
    closed_by=bindparam("by"),
    closed_on=bindparam("day"),
    minutes=bindparam("the_minutes"),
    place=bindparam("the_place"),
    present=bindparam("came"),
    required=bindparam("of_how_many"),
)


@of(Evaluation)
def apply(sql: Sql, recorded: Recorded) -> None:
    event, round_id = recorded.event, recorded.event.originator_id
    match event:
        case Evaluation.Created():
            sql.execute(_open, _opened(recorded))
            for seat, judge in enumerate(event.judges, start=1):
                row = {"judge": judge["id"], "household": judge["household"]}
                sql.execute(_judge, {"round_id": round_id, "seat": seat, **row})
        case Evaluation.Scored():
            for row in event.rows:
                sql.execute(_score, _scored(recorded, row))
            sql.execute(_sheet, {"the_round": round_id, "sheet": event.sheet})
        case Evaluation.Closed():
            for result in event.results:
                sql.execute(_result, _adopted(round_id, result))
            sql.execute(_close, _closed(recorded))


def _opened(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    same = ("village", "kind", "period", "opened_by")
    return {
        **{name: getattr(event, name) for name in same},
        "round_id": event.originator_id,
        "opened_on": day_of(recorded.stamp.at),
        "terms": json.dumps(event.terms, sort_keys=True),
        "state": "open",
        "sheets": 0,
    } | dict.fromkeys(("closed_by", "closed_on", "minutes", "place", "present", "required"))


def _scored(recorded: Recorded, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "round_id": recorded.event.originator_id,
        "household": row["household"],
        "sheet": recorded.event.sheet,
        "corrected": recorded.event.corrects,
        "scores": json.dumps(row["scores"]),
        "recused": " ".join(row["recused"]),
        "day": day_of(recorded.stamp.at),
    }


def _adopted(round_id: UUID, result: dict[str, Any]) -> dict[str, Any]:
    same = ("household", "median", "spread", "counted", "star")
    return {
        **{name: result[name] for name in same},
        "round_id": round_id,
        "recused": " ".join(result["recused"]),
        "case_id": UUID(result["case"]) if result["case"] else None,
    }


def _closed(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    return {
        "the_round": event.originator_id,
        "by": recorded.stamp.actor,
        "day": day_of(recorded.stamp.at),
        "the_minutes": event.minutes,
        "the_place": event.place,
        "came": event.present,
        "of_how_many": event.required,
    }


class Evaluations:
    """Questions about rounds of a place."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(self, place: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """Rounds of a place, the open and the newest first, each with how many it scored."""
        many = (
            select(func.count(scores.c.household.distinct()))
            .where(scores.c.round_id == rounds.c.round_id)
            .scalar_subquery()
            .label("scored")
        )
        return self._ask(
            select(rounds, many)
            .where(rounds.c.village.startswith(place, autoescape=True))
            .order_by(rounds.c.state.desc(), rounds.c.opened_on.desc(), rounds.c.village)
            .order_by(rounds.c.kind)
            .limit(limit)
        )

    def one(self, round_id: UUID) -> dict[str, Any] | None:
        found = self._ask(select(rounds).where(rounds.c.round_id == round_id))
        return found[0] if found else None

    def judges(self, round_id: UUID) -> list[dict[str, Any]]:
        """By seat: judge and her household."""
        mine = select(judges).where(judges.c.round_id == round_id)
        return self._ask(mine.order_by(judges.c.seat))

    def scores(self, round_id: UUID) -> dict[str, dict[str, Any]]:
        """The sheet in force by household: sheet, corrected, recused, and a list of numbers or
        None for each seat."""
        mine = select(scores).where(scores.c.round_id == round_id)
        rows = self._ask(mine.order_by(scores.c.sheet))
        return {row["household"]: row | {"scores": json.loads(row["scores"])} for row in rows}

    def results(self, round_id: UUID) -> list[dict[str, Any]]:
        """As adopted, the best first; those without a result last."""
        mine = select(results).where(results.c.round_id == round_id)
        none = results.c.median.is_(None)
        return self._ask(mine.order_by(none, results.c.median.desc(), results.c.household))

    def behind(self, cases: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        """By case: the result that it was proposed for."""
        rows = self._ask(select(results).where(results.c.case_id.in_(cases)))
        return {row["case_id"]: row for row in rows}

    def seats(self, round_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
        """By round: each judge's seat, 1, 2 …."""
        if not round_ids:
            return {}
        found: dict[UUID, dict[str, int]] = {}
        for row in self._ask(select(judges).where(judges.c.round_id.in_(round_ids))):
            found.setdefault(row["round_id"], {})[row["judge"]] = row["seat"]
        return found

    def _ask(self, rows: Any) -> list[dict[str, Any]]:
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]
