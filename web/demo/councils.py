"""The bodies of a village sit: what waits for each of them is decided, once a month.

The chair and the head sit in each of them, beside neighbours who stay the same; two of nine are
away. The head enters the minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from points.clock import business_day
from points.scoring import Judge, recused_of
from points.sitting import Minutes
from web.demo.cast import Crew
from web.demo.opening import members
from web.demo.signatures import signing
from web.demo.stage import Scene, Stage

NEIGHBOURS = 5
"""Of a body, who come."""
SAYS_NO = 0.03
"""Share of cases that a body does not agree to."""

Row = Mapping[str, Any]


def sitting(stage: Stage, crew: Crew) -> Scene:
    """Every body of a village decides what waits for it."""

    def scene(at: datetime) -> None:
        sit(stage, crew, stage.house.read.cases.before_a_sitting(crew.village.code), at)

    return scene


def sit(stage: Stage, crew: Crew, rows: Iterable[Row], at: datetime) -> None:
    """The bodies of these cases meet one after the other; a deduction is signed by the township
    an hour later."""
    waiting = sorted(rows, key=lambda row: (row["body"], row["household"], str(row["case_id"])))
    for number, (body, some) in enumerate(groupby(waiting, key=lambda row: row["body"])):
        cases = list(some)
        minutes = _minutes(stage, crew, str(body), at)
        with stage.acting(crew.head, at + timedelta(minutes=number)) as ledger:
            ledger.hold_sitting(minutes, _votes(stage, crew, minutes, cases))
        stage.tally["sittings"] += 1
        stage.tally["signatures"] += len(cases)
        for row in cases:
            if row["signatures_needed"] > 1:
                then = at + timedelta(hours=1)
                stage.plan(then, _second(stage, crew, row["case_id"]))


def _second(stage: Stage, crew: Crew, case: UUID) -> Scene:
    """The township signs a deduction that the sitting agreed to."""

    def scene(at: datetime) -> None:
        found = stage.house.read.cases.one(case)
        if found is not None and found["state"] == "proposed":
            signing(stage, case, crew.township)(at)

    return scene


def _minutes(stage: Stage, crew: Crew, body: str, at: datetime) -> Minutes:
    village, day = crew.village.code, business_day(at)
    people = [each.number for each in members(stage, crew, day) if each.number != crew.own]
    chance = stage.dice("council", village, body, day.year)
    some = chance.sample(people, min(NEIGHBOURS, len(people)))
    present = [
        Judge(crew.chair.id, crew.own),
        Judge(crew.head.id),
        *(Judge(f"household:{number}", number) for number in some),
    ]
    stage.tally[f"minutes {body} {day.year}"] += 1
    number = f"示例〔{day.year}〕{stage.tally[f'minutes {body} {day.year}']}号"
    required = len(present) + len(present) // 3
    return Minutes(village, body, day, number, "示例：村委会会议室", required, present)


def _votes(stage: Stage, crew: Crew, minutes: Minutes, rows: Iterable[Row]) -> dict[UUID, int]:
    chance = stage.dice("votes", crew.village.code, minutes.body, minutes.day)
    near = {crew.chair.id: frozenset(stage.house.read.kinship.of_person(crew.chair.id))}
    people = [vars(each) for each in minutes.members]
    votes = {}
    for row in rows:
        left = len(people) - len(recused_of(people, row["household"], near))
        no = chance.random() < SAYS_NO
        votes[row["case_id"]] = left // 3 if no else left - chance.choice((0, 0, 0, 1))
    return votes
