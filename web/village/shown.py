"""The village's public page: what hangs, what was answered, the rules, the month, the shelves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from points.clock import business_day
from points.rulebook import Rule
from points.store.notes import Notes
from points.versions import NothingInForce
from points.workdays import after_working_days
from web.access.regions import VILLAGES
from web.access.roles import UnknownPlace
from web.village.listed import Listed, listed
from web.village.masking import Masking
from web.wiring import House

CORRECTED_WORKING_DAYS = 5
"""How long a correction made after a notice's last day can be read here."""

LOOK_BACK = timedelta(days=40)
"""No run of holidays makes so few working days last longer."""

ANSWERS_DAYS = 30
"""How long an answer can be read here."""

ANSWERS_PAGE = 20
"""Answers at once; older ones stand behind a link."""


@dataclass(frozen=True)
class Corrected:
    """A notice that was corrected after its last day, and until when that is shown."""

    notice: Listed
    until: str


@dataclass(frozen=True)
class Answered:
    """A published answer; `about`: month and number of its notice, and the line or None."""

    day: str
    month: str
    number: int
    line: int | None
    upheld: bool
    final: bool
    text: str


@dataclass(frozen=True)
class Posted:
    """What was posted to a household this month."""

    code: str
    name: str
    entries: int
    points: int


@dataclass(frozen=True)
class Stocked:
    """Totals of the village's shops, in units and fen. `donated_fen`: of gifts whose worth is
    known."""

    donated: int
    donated_fen: int
    received: int
    given_out: int
    on_hand: int


@dataclass(frozen=True)
class Village:
    code: str
    name: str
    today: date
    notices: list[Listed]
    corrected: list[Corrected]
    answers: list[Answered]
    answers_page: int
    more_answers: bool
    rules: list[Rule]
    posted: list[Posted]
    stock: Stocked | None

    @property
    def month_points(self) -> int:
        return sum(one.points for one in self.posted)


def check_village(house: House, code: str) -> str:
    """The name of a village of this county; raises `UnknownPlace`."""
    if not code.startswith(house.county.code):
        raise UnknownPlace(place=code)
    region = house.regions.get(code)
    if region.level not in VILLAGES:
        raise UnknownPlace(place=code)
    return region.name


def village_of(house: House, code: str, answers_page: int = 1) -> Village:
    """`answers_page`: 1, 2, 3 …; raises `UnknownPlace`."""
    name, today = check_village(house, code), business_day(house.clock())
    answers = _answers(house, code, today, answers_page)
    return Village(
        code=code,
        name=name,
        today=today,
        notices=hanging(house, code),
        corrected=corrected(house, code),
        answers=answers[:ANSWERS_PAGE],
        answers_page=answers_page,
        more_answers=len(answers) > ANSWERS_PAGE,
        rules=_rules(house, today),
        posted=_posted(house, code, today),
        stock=_stock(house, code),
    )


def hanging(house: House, code: str) -> list[Listed]:
    """What one may object to today, the soonest to close first."""
    found = house.read.notices.hanging(code, business_day(house.clock()))
    return [listed(house, one["notice_id"]) for one in found if one["state"] == "open"]


def corrected(house: House, place: str) -> list[Corrected]:
    """What was corrected of late on notices that hang no more, the last first."""
    found = corrected_rows(house, place)
    return [Corrected(listed(house, row["notice_id"]), row["until"]) for row in found]


def corrected_rows(house: House, place: str) -> list[dict[str, Any]]:
    """The same as rows, each with the last day on which it is shown as `until`."""
    today, calendar = business_day(house.clock()), house.ledger.days_declared()
    told = []
    for row in house.read.notices.corrected(place, today - LOOK_BACK, today):
        day = date.fromisoformat(row["corrected_on"])
        until = after_working_days(day, CORRECTED_WORKING_DAYS, calendar)
        if until >= today:
            told.append(row | {"until": until.isoformat()})
    return told


def _answers(house: House, code: str, today: date, number: int) -> list[Answered]:
    """Those of one page, and one more where others follow. What was said about a deduction or an
    entry of her own concerns the household alone."""
    decided = house.read.objections.answered(
        code,
        today - timedelta(days=ANSWERS_DAYS),
        limit=ANSWERS_PAGE + 1,
        offset=(number - 1) * ANSWERS_PAGE,
    )
    texts = Notes(house.county, house.vault).texts([each["answer"] for each in decided])
    masking = Masking(house.registry, code)
    return [
        Answered(
            day=each["decided_on"],
            month=each["month"],
            number=each["number"],
            line=each["line"],
            upheld=each["outcome"] == "upheld",
            final=each["state"] == "settled",
            text=masking.text(texts.get(each["answer"], "")),
        )
        for each in decided
    ]


def _rules(house: House, today: date) -> list[Rule]:
    """In force today, without the base points that everybody has."""
    try:
        rules = house.ledger.rules_on(today)[1].values()
    except NothingInForce:
        return []
    return [rule for rule in rules if rule.bucket != "base"]


def _posted(house: House, code: str, today: date) -> list[Posted]:
    rows = house.read.entries.credited(code, today.replace(day=1), today)
    names = house.registry.masked_heads(row["household"] for row in rows)
    return [
        Posted(
            row["household"].partition("-")[2],
            names.get(row["household"], ""),
            row["entries"],
            row["points"],
        )
        for row in rows
    ]


def _stock(house: House, code: str) -> Stocked | None:
    """None where the village has no shop."""
    if not house.read.shops.all(code):
        return None
    rows = house.read.stock.totals(code)
    came = [row for row in rows if row["kind"] == "received"]
    gifts = [row for row in came if row["source"] == "donation"]
    return Stocked(
        donated=_sum(gifts, "units"),
        donated_fen=_sum(gifts, "fen"),
        received=_sum(came, "units"),
        given_out=-_sum([row for row in rows if row["kind"] != "received"], "units"),
        on_hand=_sum(rows, "units"),
    )


def _sum(rows: list[dict[str, Any]], what: str) -> int:
    return sum(int(row[what]) for row in rows)
