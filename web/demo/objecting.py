"""What people object to on a notice, and how it ends (domain.md §6: 2 % of lines, 35 % upheld)."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from points.clock import business_day
from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.objection import DISMISSED, LINE, MISSING, UPHELD
from web.demo.cast import Crew
from web.demo.chances import how_many
from web.demo.opening import members
from web.demo.seasons import office_day
from web.demo.signatures import signing
from web.demo.stage import Stage

OBJECTED = 0.02
"""Share of lines."""

KEPT, APPEALED, STRUCK, CHANGED, LACKING, LEFT = range(6)
"""How one ends: the line stays, also after the township looked; it is struck, has other points; a
missing entry is made up for; nobody decides."""
SHARES = {KEPT: 0.53, APPEALED: 0.12, STRUCK: 0.14, CHANGED: 0.08, LACKING: 0.13}

CERTAIN: Mapping[tuple[int, int], tuple[int, ...]] = {
    (1, 0): (STRUCK, LACKING),
    (1, 1): (KEPT, CHANGED),
    (2, 0): (LEFT, APPEALED),
    (2, 1): (LACKING, KEPT),
}
"""In a lively county, by how many months ago and the village's number."""

ROUTINE_LINES = 5
"""Notices with fewer lines have only what chance brings."""

SAID = {
    KEPT: ("那天好像没有看见她家的人。", "签到表上有，两个人作证，不改。"),
    APPEALED: ("这一条不该给。", "评议会议有记录，不改。"),
    STRUCK: ("登记错了户，不是这一家。", "查实登记错户，这一条不入账。"),
    CHANGED: ("时间没有那么长。", "按签到表改为实际时间。"),
    LACKING: ("少了我家的一次义务劳动。", "签到表上有，漏登，补上。"),
    LEFT: ("这一条要再核实。", ""),
}
FURTHER, FINAL = "还是不服，请乡镇再看。", "乡镇复核，维持原来的答复。"


@dataclass(frozen=True)
class Hung:
    """A notice as it hangs; `over`: the first day on which nobody may object any more."""

    notice: UUID
    month: str
    opener: Actor
    opens: date
    over: date
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Dispute:
    """One objection and all that is known of it. `line`: its place in `hung.rows`."""

    hung: Hung
    ending: int
    line: int
    objector: Actor
    chance: random.Random

    @property
    def by(self) -> str | None:
        return self.objector.household

    @property
    def row(self) -> Mapping[str, Any]:
        return self.hung.rows[self.line]

    @property
    def involved(self) -> tuple[str, ...]:
        """Who proposed, reviewed or hung up what it is about."""
        return (self.row["proposer"], *self.row["signers"].split(), self.hung.opener.id)


def object_to(stage: Stage, crew: Crew, hung: Hung) -> None:
    """Plan what people will object to."""
    about = (crew.village.code, hung.opens, hung.rows[0]["household"], hung.rows[0]["rule"])
    chance = stage.dice("objections", *about)
    endings = _endings(stage, crew, hung, chance)
    lines = _lines(hung, endings, chance)
    for wanted, line in zip(endings, lines, strict=False):
        ending = STRUCK if wanted == CHANGED and not hung.rows[line]["minutes"] else wanted
        objector = _objector(stage, crew, hung, line, chance)
        dispute = Dispute(hung, ending, line, objector, chance)
        day = hung.opens + timedelta(days=chance.randrange(1, (hung.over - hung.opens).days))
        at = stage.at(day, 12) + timedelta(minutes=chance.randrange(240) if dispute.by else 0)
        stage.plan(at, partial(_file, stage, crew, dispute))


def _lines(hung: Hung, endings: Sequence[int], chance: random.Random) -> list[int]:
    """A line for each, no line twice; only points by the hour can be other ones."""
    left = chance.sample(range(len(hung.rows)), len(hung.rows))
    found = []
    for ending in endings[: len(left)]:
        timed = [line for line in left if hung.rows[line]["minutes"]]
        found.append(timed[0] if ending == CHANGED and timed else left[0])
        left.remove(found[-1])
    return found


def _endings(stage: Stage, crew: Crew, hung: Hung, chance: random.Random) -> list[int]:
    year, month = (int(part) for part in hung.month.split("-"))
    ago = (stage.last_day.year - year) * 12 + stage.last_day.month - month
    if len(hung.rows) >= ROUTINE_LINES and hung.opener == crew.chair:
        if stage.profile.lively:
            return list(CERTAIN.get((ago, crew.number), ()))
        if (ago, crew.number) == (2, 0):
            return [LEFT]
    count = how_many(chance, OBJECTED * len(hung.rows))
    return chance.choices(list(SHARES), list(SHARES.values()), k=count)


def _objector(stage: Stage, crew: Crew, hung: Hung, line: int, chance: random.Random) -> Actor:
    """A neighbour, with her card, or nobody by name."""
    if chance.random() < 0.4:
        return Actor("anonymous", "public")
    people = [each.number for each in members(stage, crew, hung.opens)]
    others = {crew.own, hung.rows[line]["household"]}
    number = chance.choice([each for each in people if each not in others])
    return Actor(f"household:{number}", "villager", crew.village.code, number)


def _file(stage: Stage, crew: Crew, dispute: Dispute, at: datetime) -> None:
    lacking = dispute.ending == LACKING
    by = dispute.by
    household = by or dispute.row["household"]
    with stage.acting(dispute.objector, at, "public") as ledger:
        objection = ledger.object_to(
            dispute.hung.notice,
            about=MISSING if lacking else LINE,
            text=SAID[dispute.ending][0],
            way="card" if by else "page",
            line=None if lacking else dispute.line + 1,
            household=household if lacking else None,
            by=by,
        )
    stage.tally["objections"] += 1
    if dispute.ending != LEFT:
        day = office_day(business_day(at) + timedelta(days=1))
        then = stage.at(day, 15, dispute.chance.randrange(60))
        stage.plan(then, partial(_decide, stage, crew, dispute, objection))


def _decide(stage: Stage, crew: Crew, dispute: Dispute, objection: UUID, at: datetime) -> None:
    involved = (dispute.hung.opener.id,) if dispute.ending == LACKING else dispute.involved
    decider = crew.first_but(involved, crew.head, crew.deputy, crew.township)
    with stage.acting(decider, at) as ledger:
        ledger.decide_objection(objection, _answer(dispute))
    row = stage.house.read.objections.one(objection)
    assert row is not None
    stage.due_days.add(date.fromisoformat(row["appeal_until"]) + timedelta(days=1))
    tomorrow = office_day(business_day(at) + timedelta(days=1))
    if row["new_case"]:
        stage.tally["proposals"] += 1
        signer = crew.first_but([decider.id], crew.deputy, crew.township)
        stage.plan(stage.at(tomorrow, 9, 30), signing(stage, row["new_case"], signer))
    if dispute.ending == APPEALED:
        stage.plan(stage.at(tomorrow, 11), partial(_appeal, stage, crew, dispute, objection))


def _answer(dispute: Dispute) -> Answer:
    text = SAID[dispute.ending][1]
    if dispute.ending in {KEPT, APPEALED}:
        return Answer(DISMISSED, text)
    if dispute.ending == CHANGED:
        return Answer(UPHELD, text, points=max(1, dispute.row["points"] // 2))
    if dispute.ending == LACKING:
        missed = date.fromisoformat(f"{dispute.hung.month}-{dispute.chance.randint(1, 20):02}")
        household = dispute.by or dispute.row["household"]
        proposal = Proposal(household, "P03", min(missed, dispute.hung.opens))
        return Answer(UPHELD, text, instead=proposal)
    return Answer(UPHELD, text)


def _appeal(stage: Stage, crew: Crew, dispute: Dispute, objection: UUID, at: datetime) -> None:
    with stage.acting(dispute.objector, at, "public") as ledger:
        ledger.appeal_objection(objection, text=FURTHER)
    day = office_day(business_day(at) + timedelta(days=2))
    stage.plan(stage.at(day, 10, 15), partial(_settle, stage, crew, dispute, objection))


def _settle(stage: Stage, crew: Crew, dispute: Dispute, objection: UUID, at: datetime) -> None:
    row = stage.house.read.objections.one(objection)
    assert row is not None
    decider = crew.first_but((*dispute.involved, row["decider"]), crew.township, crew.county)
    with stage.acting(decider, at) as ledger:
        ledger.settle_objection(objection, Answer(DISMISSED, FINAL))
    stage.due_days.add(business_day(at) + timedelta(days=1))
