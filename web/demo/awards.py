"""A month's awards of a village: registered by day, proposed in one batch, signed on the 5th.

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
from web.demo.opening import members
from web.demo.people import Settler
from web.demo.seasons import BATCH_DAY, posting_day
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

MINUTES = (60, 90, 120, 150, 180, 240)
REVERSED = 0.006
"""Share of awards that turn out wrong after posting."""


def propose_month(stage: Stage, crew: Crew, day: date) -> None:
    """On the 28th the chair proposes what was registered; the deputy signs on the 5th."""
    if day.day != BATCH_DAY:
        return
    chance = stage.dice("awards", crew.village.code, day)
    proposals = list(_month(stage, crew, day, chance))
    mine = [each for each in proposals if each.household == crew.own]
    others = [each for each in proposals if each.household != crew.own]
    for batch, proposer, signer in (
        (others, crew.chair, crew.deputy),
        (mine, crew.deputy, crew.township),
    ):
        if batch:
            scene = _proposing(stage, batch, proposer, signer, posting_day(day))
            stage.plan(stage.at(day, 19, 30 + (proposer is crew.deputy)), scene)


def _month(stage: Stage, crew: Crew, day: date, chance: random.Random) -> Iterator[Proposal]:
    first = day.replace(day=1)
    people = members(stage, crew, first + timedelta(days=1))
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
    stage: Stage, batch: list[Proposal], proposer: Actor, signer: Actor, posting: date
) -> Scene:
    def scene(at: datetime) -> None:
        with stage.acting(proposer, at) as ledger:
            cases = ledger.propose_batch(batch)
        stage.tally["proposals"] += len(cases)
        for number, case in enumerate(cases):
            start = stage.at(posting, 9, signer.role == "township")
            stage.plan(start + timedelta(seconds=8 * number), signing(stage, case, signer))
        _find_errors(stage, batch, cases, proposer, signer, posting)

    return scene


def signing(stage: Stage, case: UUID, signer: Actor) -> Scene:
    """Another person signs a case; a credit is posted by that."""

    def scene(at: datetime) -> None:
        with stage.acting(signer, at) as ledger:
            ledger.sign(case)
        stage.tally["signatures"] += 1

    return scene


def _find_errors(
    stage: Stage,
    batch: list[Proposal],
    cases: list[UUID],
    asker: Actor,
    signer: Actor,
    posting: date,
) -> None:
    """Some awards were given to the wrong household: asked back, and signed a day later."""
    chance = stage.dice("errors", cases and batch[0].household, posting)
    for proposal, case in zip(batch, cases, strict=True):
        if chance.random() < REVERSED:
            at = stage.at(posting + timedelta(days=chance.randint(3, 20)), 10)
            stage.plan(at, asking_back(stage, proposal.household, case, asker, signer))


def asking_back(stage: Stage, household: str, case: UUID, asker: Actor, signer: Actor) -> Scene:
    """A posted award is reversed: one asks with the reason, another signs the next day."""

    def scene(at: datetime) -> None:
        with stage.acting(asker, at) as ledger:
            undo = ledger.ask_reversal(household, entry=str(case), reason="示例：登记错了户")
        stage.tally["undone"] += 1
        stage.plan(at + timedelta(days=1), signing_undo(stage, undo, signer))

    return scene


def signing_undo(stage: Stage, undo: UUID, signer: Actor) -> Scene:
    def scene(at: datetime) -> None:
        with stage.acting(signer, at) as ledger:
            ledger.sign_undo(undo)

    return scene
