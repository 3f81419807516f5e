"""Notices of a village: who hangs them up, and the mornings on which they are over.

The chair hangs up what she has neither proposed nor reviewed; the rest, and what concerns her own
household or a relative's, the township, and what that has signed the county.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from points.clock import business_day
from points.envelope import Actor
from points.notice import DAYS_FROM_POINTS
from points.rulebook import HONOUR
from web.demo.cast import Crew
from web.demo.objecting import Hung, object_to
from web.demo.stage import Scene, Stage

Row = Mapping[str, Any]


def hanging_up(stage: Stage, crew: Crew, month: str) -> Scene:
    """Everything of a village that is reviewed is hung up."""

    def scene(at: datetime) -> None:
        hang_up(stage, crew, month, stage.house.read.cases.reviewed(crew.village.code), at)

    return scene


def hang_up(stage: Stage, crew: Crew, month: str, rows: Iterable[Row], at: datetime) -> None:
    """One notice for routine lines, one for those that stand longer, one a deduction."""
    for number, (opener, some) in enumerate(_lists(stage, crew, rows, business_day(at))):
        with stage.acting(opener, at + timedelta(seconds=30 * number)) as ledger:
            notice = ledger.open_notice(crew.village.code, month, [row["case_id"] for row in some])
        stage.tally["notices"] += 1
        found = stage.house.read.notices.one(notice)
        assert found is not None
        opens, over = (date.fromisoformat(found[name]) for name in ("opens_on", "closes_on"))
        over += timedelta(days=1)
        stage.due_days |= {over, max(over, date.fromisoformat(found["posting_on"]))}
        object_to(stage, crew, Hung(notice, month, opener, opens, over, some))


def due(stage: Stage, crew: Crew, day: date) -> None:
    """The timer closes in the morning what is over, and posts what may be posted."""
    if day not in stage.due_days:
        return

    def scene(at: datetime) -> None:
        with stage.acting(crew.county, at, "job") as ledger:
            done = ledger.close_and_post(day, crew.village.code)
        stage.tally["posted"] += done.posted

    stage.plan(stage.at(day, 7, 10), scene)


def _lists(
    stage: Stage, crew: Crew, rows: Iterable[Row], today: date
) -> list[tuple[Actor, list[Row]]]:
    """Rows in the order of their household and day, by who hangs them up and how long."""
    rules = stage.ledger.rules_on(today)[1]
    found: dict[tuple[str, UUID | bool], tuple[Actor, list[Row]]] = {}
    for row in sorted(rows, key=lambda row: (row["household"], row["occurred_on"], row["rule"])):
        near = [crew.chair.id] if row["household"] in crew.near else []
        involved = (row["proposer"], *row["signers"].split(), *near)
        opener = crew.first_but(involved, crew.chair, crew.township, crew.second)
        long = row["points"] >= DAYS_FROM_POINTS or rules[row["rule"]].kind in HONOUR
        which = row["case_id"] if row["points"] < 0 else long
        found.setdefault((opener.id, which), (opener, []))[1].append(row)
    return list(found.values())
