"""A month's awards of a village: registered by day, typed in three times, reviewed by another.

Source: domain.md §2.4 (points), §2.10 (the month), §6 (how many of each a year).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from points.envelope import Actor
from points.ledger import Proposal
from web.demo.cast import Crew
from web.demo.chances import how_many, some
from web.demo.councils import sitting
from web.demo.hanging import hanging_up
from web.demo.opening import members
from web.demo.people import Settler
from web.demo.seasons import ENTERED_BY, month_of
from web.demo.signatures import asking_back, signing
from web.demo.stage import Scene, Stage

ALL_MONTHS = tuple(range(1, 13))
QUARTERS = (3, 6, 9, 12)


@dataclass(frozen=True)
class Rate:
    """`often`: times per account in each of `months`. `meeting`: on one day for all."""

    rule: str
    often: float
    months: tuple[int, ...] = ALL_MONTHS
    meeting: bool = False


RATES = (
    Rate("C01", 0.0404),
    Rate("C02-5", 0.0162, QUARTERS),
    Rate("C02-4", 0.0404, QUARTERS),
    Rate("V01", 0.0292),
    Rate("P01", 0.0490, meeting=True),
    Rate("P02", 0.0030, QUARTERS),
    Rate("P03", 0.0084),
    Rate("N01", 0.0093),
    Rate("N02", 0.0007),
    Rate("N03", 0.0014),
    Rate("M01", 0.0003),
    Rate("M02", 0.0003),
    Rate("M03", 0.0002),
    Rate("F03", 0.0030, QUARTERS, meeting=True),
    Rate("F01-V", 0.0080, (5,)),
    Rate("F02", 0.0080, (10,)),
    Rate("C03-V", 0.0080, (11,)),
    Rate("C03-T", 0.0008, (12,)),
)

WORDS = {
    "V01": "志愿服务签到表",
    "P01": "村民会议签到表",
    "P03": "义务劳动签到表",
    "C01": "清洁户评分表",
}
"""The paper that an award stands on; others stand on the evaluation's minutes."""

BY_CONSENT = ("F01-V", "F02")
"""Honours that a family agrees to before it is proposed."""

MINUTES = (60, 90, 120, 150, 180, 240)
REVERSED = 0.006
"""Share of awards that turn out wrong after posting."""
DEPUTY_AWAY = 0.08
"""Share of months in which the chair reviews herself, so that the township hangs it up."""
PLANNED_ON = 6
POSTED_BY = timedelta(days=42)
"""After a month's first day, its cases are posted unless somebody objected."""


def register_month(stage: Stage, crew: Crew, day: date) -> None:
    """Plan a village's month: what is typed in when, who reviews it, the day on which its bodies
    sit, and the one on which it is hung up."""
    if day.day != PLANNED_ON:
        return
    first, chance = day.replace(day=1), stage.dice("awards", crew.village.code, day)
    proposals, month = list(_month(stage, crew, day, chance)), month_of(first)
    usual = crew.chair if chance.random() < DEPUTY_AWAY else crew.deputy
    since = first
    for entered, reviewed in month.batches:
        batch = [each for each in proposals if since <= each.occurred_on < entered]
        since = entered
        if batch:
            at = stage.at(reviewed, 9, 10)
            stage.plan(stage.at(entered, 17, 30), _proposing(stage, crew, batch, usual, at))
    stage.plan(stage.at(month.batches[-1][1], 14), sitting(stage, crew))
    stage.plan(stage.at(month.hung_up, 16), hanging_up(stage, crew, first.isoformat()[:7]))


def _month(stage: Stage, crew: Crew, day: date, chance: random.Random) -> Iterator[Proposal]:
    first, people = day.replace(day=1), members(stage, crew, day)
    weights = [each.weight for each in people]
    for rate in RATES:
        if day.month in rate.months:
            mean = rate.often * stage.profile.awards * len(people)
            count = min(how_many(chance, mean), len(people))
            meeting = first + timedelta(days=19)
            for settler in some(chance, people, weights, count):
                on = meeting if rate.meeting else first + timedelta(days=chance.randrange(25))
                yield _proposal(settler, rate.rule, on, chance)


def _proposal(settler: Settler, rule: str, on: date, chance: random.Random) -> Proposal:
    paper = WORDS.get(rule, "评议会议记录")
    return Proposal(
        household=settler.number,
        rule=rule,
        occurred_on=on,
        minutes=chance.choice(MINUTES) if rule == "V01" else None,
        earner=settler.earner,
        evidence=f"示例：{on.month}月{paper}第{chance.randint(1, 9)}行",
    )


def _proposing(
    stage: Stage, crew: Crew, batch: list[Proposal], usual: Actor, reviewed: datetime
) -> Scene:
    """The grid worker types it in, `usual` reviews what no body decides; the chair reviews nothing
    of her own household or a relative's."""
    rules = stage.ledger.rules_on(stage.last_day)[1]

    def scene(at: datetime) -> None:
        with stage.acting(crew.grid, at) as ledger:
            for each in batch:
                if each.rule in BY_CONSENT:
                    ledger.give_consent(each.household, each.rule, note="示例：户主当面同意")
            cases = ledger.propose_batch(batch)
        stage.tally["proposals"] += len(cases)
        for number, (proposal, case) in enumerate(zip(batch, cases, strict=True)):
            if rules[proposal.rule].sitting_of:
                continue
            near = proposal.household in crew.near and usual is crew.chair
            when = reviewed + timedelta(seconds=8 * number)
            stage.plan(when, signing(stage, case, crew.head if near else usual))
        _find_errors(stage, crew, batch, cases)

    return scene


def _find_errors(stage: Stage, crew: Crew, batch: list[Proposal], cases: list[UUID]) -> None:
    """Some awards were given to the wrong household: asked back, and signed a day later; one each
    month in the first village of a lively county."""
    first = batch[0].occurred_on.replace(day=1)
    certain = stage.profile.lively and crew.number == 0 and batch[0].occurred_on.day < ENTERED_BY[0]
    chance = stage.dice("errors", batch[0].household, batch[0].occurred_on)
    for number, (proposal, case) in enumerate(zip(batch, cases, strict=True)):
        if chance.random() < REVERSED or (certain and number == 0):
            near = proposal.household in crew.near
            asker, signer = (crew.deputy, crew.township) if near else (crew.chair, crew.deputy)
            at = stage.at(first + POSTED_BY + timedelta(days=chance.randint(0, 14)), 10)
            stage.plan(at, asking_back(stage, proposal.household, case, asker, signer))
