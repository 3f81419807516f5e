"""What must not be missing: deductions, which a body and a person review, and lost cards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from points.ledger import Proposal
from web.demo.cast import Crew
from web.demo.chances import how_many, some
from web.demo.opening import members
from web.demo.people import Settler
from web.demo.stage import Scene, Stage

DEDUCTIONS, LOST_CARDS = 0.0016, 0.0005
"""Per account and month."""

RULES = ("D01", "D01", "D02", "D03")


def mishap(stage: Stage, crew: Crew, day: date) -> None:
    """On the 12th a village deals with the month's deductions and lost cards."""
    if day.day != 12:
        return
    chance = stage.dice("mishaps", crew.village.code, day)
    people = [each for each in members(stage, crew, day) if each.number != crew.own]
    at_least = 1 if stage.profile.lively else 0
    for rate, scene_of in ((DEDUCTIONS, _deducting), (LOST_CARDS, _losing)):
        count = min(max(at_least, how_many(chance, rate * len(people))), len(people))
        for number, settler in enumerate(some(chance, people, [1.0] * len(people), count)):
            at = stage.at(day, 16, 5) + timedelta(minutes=3 * number)
            stage.plan(at, scene_of(stage, crew, settler))


def _deducting(stage: Stage, crew: Crew, settler: Settler) -> Scene:
    """Proposed by the grid worker, reviewed by the two committees when they sit and by the
    township; at the end of the month it is told to the household by the chair."""
    rule = stage.dice("rule", settler.number).choice(RULES)

    def scene(at: datetime) -> None:
        day = at.date() - timedelta(days=2)
        proposal = Proposal(settler.number, rule, day, evidence="示例：两委会议记录")
        with stage.acting(crew.grid, at) as ledger:
            ledger.propose(proposal)

    return scene


def _losing(stage: Stage, crew: Crew, settler: Settler) -> Scene:
    """A card is reported lost, and made anew two days later."""

    def scene(at: datetime) -> None:
        with stage.acting(crew.chair, at):
            stage.house.cards.block(settler.number)
        stage.plan(at + timedelta(days=2), reissue)

    def reissue(at: datetime) -> None:
        with stage.acting(crew.chair, at):
            stage.house.cards.reissue(settler.number)

    return scene
