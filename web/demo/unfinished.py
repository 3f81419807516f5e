"""What is under way when the demo ends: a notice that hangs, with an objection nobody has decided
yet, cases that wait to be hung up, and cases that wait for a review."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from points.envelope import Actor
from points.ledger import Proposal
from points.objection import LINE
from web.demo.cast import Crew
from web.demo.councils import sit
from web.demo.hanging import hang_up
from web.demo.opening import members
from web.demo.seasons import office_days_before
from web.demo.signatures import signing
from web.demo.stage import Scene, Stage

HUNG, REVIEWED, PROPOSED = (
    ("P03", "N01", "N02", "N03"),
    ("N01", "P03", "N03"),
    ("P03", "N01", "N02"),
)


def unfinished(stage: Stage, crew: Crew, day: date) -> None:
    """On the last three working days before the end."""
    last, before, first = office_days_before(stage.last_day, 3)
    village = crew.village.code
    if day == first:
        cases: list[UUID] = []
        stage.plan(stage.at(first, 16), _proposing(stage, crew, HUNG, first, cases))
        stage.plan(stage.at(before, 9), _signing(stage, crew, cases))
        stage.plan(stage.at(last, 10), _hanging(stage, crew, cases))
        stage.plan(stage.at(last, 15), _objecting(stage, cases))
    if day == before:
        more: list[UUID] = []
        stage.plan(stage.at(before, 16, 30), _proposing(stage, crew, REVIEWED, before, more))
        stage.plan(stage.at(last, 17), _signing(stage, crew, more))
    if day == last:
        minute = stage.dice("waiting", village).randrange(60)
        stage.plan(stage.at(last, 18, minute), _proposing(stage, crew, PROPOSED, last, []))


def _proposing(
    stage: Stage, crew: Crew, rules: tuple[str, ...], day: date, cases: list[UUID]
) -> Scene:
    """`cases` takes the ids."""

    def scene(at: datetime) -> None:
        chance = stage.dice("unfinished", crew.village.code, day)
        people = [each for each in members(stage, crew, day) if each.number != crew.own]
        proposals = [
            Proposal(settler.number, rule, day, earner=settler.earner, evidence="示例：当面登记")
            for rule, settler in zip(rules, chance.sample(people, len(rules)), strict=True)
        ]
        with stage.acting(crew.grid, at) as ledger:
            cases.extend(ledger.propose_batch(proposals))
        stage.tally["proposals"] += len(proposals)

    return scene


def _signing(stage: Stage, crew: Crew, cases: list[UUID]) -> Scene:
    def scene(at: datetime) -> None:
        rows = stage.house.read.cases.several(cases)
        sit(stage, crew, [row for row in rows if row["body"]], at)
        for row in rows:
            if not row["body"]:
                signing(stage, row["case_id"], crew.deputy)(at)

    return scene


def _hanging(stage: Stage, crew: Crew, cases: list[UUID]) -> Scene:
    """Those that do not hang already because the month was over."""

    def scene(at: datetime) -> None:
        rows = [row for row in stage.house.read.cases.several(cases) if row["state"] == "reviewed"]
        hang_up(stage, crew, at.date().isoformat()[:7], rows, at)

    return scene


def _objecting(stage: Stage, cases: list[UUID]) -> Scene:
    """Somebody without a name asks about the second line."""

    def scene(at: datetime) -> None:
        found = stage.house.read.cases.one(cases[1])
        assert found is not None
        lines = stage.house.read.notices.lines([found["notice_id"]])
        line = next(row["line"] for row in lines if row["case_id"] == cases[1])
        with stage.acting(Actor("anonymous", "public"), at, "public") as ledger:
            ledger.object_to(
                found["notice_id"], about=LINE, line=line, text="那天她在外地。", way="page"
            )
        stage.tally["objections"] += 1

    return scene
