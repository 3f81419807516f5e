"""What is done wrong on purpose, for who wants to see it found (domain.md §6, planted anomalies).

The same few in every county of the size: each is listed in a file beside the database.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from points.envelope import OwnHousehold
from points.kinship import Relative
from points.ledger import Proposal
from points.ledger.base import UnknownAccount
from web.demo.cast import Crew
from web.demo.opening import members
from web.demo.people import Settler
from web.demo.seasons import office_day
from web.demo.signatures import signing
from web.demo.stage import Planted, Scene, Stage

SELF_TRIES, RELATIVES, SPLIT, QUICK_EACH = 20, 12, 9, 20
"""In how many villages the chair tries her own household, tries a relative's, and an award is
split; one in so many villages signs what it proposes at once. Not each of these households has an
account."""

QUICK_AT_ONCE = 9
SPLIT_MINUTES = 360
"""Twelve points each: together they would have stood on the board for seven days."""


def plant(stage: Stage, crew: Crew, day: date) -> None:
    """Each on a day of its own, in the villages that have it."""
    since = (day - stage.first_day).days - stage.profile.openings
    if since == 17 and crew.number < SELF_TRIES:
        stage.plan(stage.at(office_day(day), 18, 20), _trying_for_herself(stage, crew))
    if since == 27 and crew.number < RELATIVES:
        stage.plan(stage.at(office_day(day), 18, 40), _trying_for_a_relative(stage, crew))
    if since == 38 and crew.number < SPLIT:
        stage.plan(stage.at(office_day(day), 17, 5), _splitting(stage, crew, day))
    if since == 42 and crew.number % QUICK_EACH == 1:
        stage.plan(stage.at(office_day(day), 19), _signing_at_once(stage, crew, day))


def _note(
    stage: Stage, crew: Crew, kind: str, at: datetime, who: tuple[str, ...], about: tuple[str, ...]
) -> None:
    day = at.date().isoformat()
    stage.planted.append(Planted(kind, day, crew.village.code, who, about))


def _trying_for_herself(stage: Stage, crew: Crew) -> Scene:
    """The chair proposes for her own household, and is refused: the books know nothing of it."""

    def scene(at: datetime) -> None:
        proposal = Proposal(crew.own, "P03", at.date() - timedelta(days=1))
        try:
            with stage.acting(crew.chair, at) as ledger:
                ledger.propose(proposal)
        except OwnHousehold:
            _note(stage, crew, "self-award-refused", at, (crew.chair.id,), (crew.own,))
        except UnknownAccount:
            return

    return scene


def _trying_for_a_relative(stage: Stage, crew: Crew) -> Scene:
    """The chair reviews what her relative shall get, and is refused; another person does it."""

    def scene(at: datetime) -> None:
        proposal = Proposal(crew.kin, "N01", at.date() - timedelta(days=1))
        try:
            with stage.acting(crew.grid, at) as ledger:
                case = ledger.propose(proposal)
        except UnknownAccount:
            return
        try:
            with stage.acting(crew.chair, at + timedelta(minutes=9)) as ledger:
                ledger.sign(case)
        except Relative:
            _note(stage, crew, "relative-refused", at, (crew.chair.id,), (str(case),))
        stage.plan(at + timedelta(hours=15), signing(stage, case, crew.deputy))

    return scene


def _splitting(stage: Stage, crew: Crew, day: date) -> Scene:
    """A long day of service comes in as two, each too small for the longer notice."""
    chosen = _some(stage, crew, day, 1)

    def scene(at: datetime) -> None:
        cases: list[UUID] = []
        for number, settler in enumerate(chosen * 2):
            proposal = Proposal(
                settler.number,
                "V01",
                day - timedelta(days=4),
                minutes=SPLIT_MINUTES,
                earner=settler.earner,
                evidence=f"示例：志愿服务签到表第{number + 1}张",
            )
            with stage.acting(crew.grid, at + timedelta(minutes=7 * number)) as ledger:
                cases.append(ledger.propose(proposal))
        for case in cases:
            stage.plan(at + timedelta(hours=16), signing(stage, case, crew.deputy))
        _note(stage, crew, "split-award", at, (crew.grid.id,), tuple(map(str, cases)))

    return scene


def _signing_at_once(stage: Stage, crew: Crew, day: date) -> Scene:
    """The head proposes and the chair signs, one after the other, faster than anybody reads."""
    chosen = _some(stage, crew, day, QUICK_AT_ONCE)

    def scene(at: datetime) -> None:
        cases: list[UUID] = []
        for number, settler in enumerate(chosen):
            proposal = Proposal(
                settler.number, "P03", day - timedelta(days=2), earner=settler.earner
            )
            then = at + timedelta(seconds=50 * number)
            with stage.acting(crew.head, then) as ledger:
                case = ledger.propose(proposal)
            with stage.acting(crew.chair, then + timedelta(seconds=20)) as ledger:
                ledger.sign(case)
            cases.append(case)
        who = (crew.head.id, crew.chair.id)
        _note(stage, crew, "same-minute-signature", at, who, tuple(map(str, cases)))

    return scene


def _some(stage: Stage, crew: Crew, day: date, count: int) -> list[Settler]:
    people = [each for each in members(stage, crew, day) if each.number not in crew.near]
    return stage.dice("planted", crew.village.code, day).sample(people, min(count, len(people)))
