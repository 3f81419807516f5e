"""What judges give and what it comes to: medians, spread, stars; the meeting that adopts it.

Of three scores the median counts, of two the mean rounded down; fewer make no result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from points.refusals import Refusal

CLEANEST, COURTYARD = "cleanest", "courtyard"
KINDS = (CLEANEST, COURTYARD)
"""The cleanest households of a month; the courtyards of a quarter."""

ITEMS = ("layout", "greening", "rooms", "family", "tidiness")
"""The five beauties (布局、绿化、居室、家风、整洁), in the order in which a sheet has them."""
ITEM_MAX = 20
TOTAL_MAX = ITEM_MAX * len(ITEMS)
JUDGES = 3
ENOUGH = 2
"""So many scores make a result, so many members a decision."""
BODY_LEAST = 3
"""So many belong at least to a body that decides, so that two thirds of it are two people."""


class QuorumMissing(Refusal):
    """Two thirds of the meeting decide (domain.md §2.10); the facts say how many came."""

    code = "quorum-missing"


class BodyTooSmall(Refusal):
    """One or two people are no body; the facts say how many belong to it at least."""

    code = "body-too-small"


class MinutesMissing(Refusal):
    """Results rest on a meeting: its minutes have a number, and it met somewhere."""

    code = "minutes-missing"


@dataclass(frozen=True)
class Judge:
    """`household`: her own, if she has one here."""

    id: str
    household: str | None = None


@dataclass(frozen=True)
class Star:
    """From so many points on; `rule` is the one that awards it, "" for a plate alone."""

    star: int
    least: int
    rule: str = ""


STARS = (Star(5, 90, "C02-5"), Star(4, 80, "C02-4"), Star(3, 70))


@dataclass(frozen=True)
class Terms:
    """What a round is measured by. `by_item`: judges give five scores and not a total; `rule`
    awards the cleanest, of whom about `share` of a hundred are proposed."""

    by_item: bool = False
    stars: tuple[Star, ...] = STARS
    rule: str = "C01"
    share: int = 5


@dataclass(frozen=True)
class Row:
    """One household of a sheet: what each judge gave, in the judges' order: five items, or one
    total, or None where she gave nothing."""

    household: str
    scores: tuple[tuple[int, ...] | None, ...]


@dataclass(frozen=True)
class Result:
    """`counted` scores made it; `recused` are judges' ids. `case`: what was proposed for it."""

    household: str
    median: int | None
    spread: int | None
    counted: int
    recused: tuple[str, ...]
    star: int | None = None
    case: str | None = None


@dataclass(frozen=True)
class Meeting:
    """A meeting that decides: number of its minutes, place, who came of how many."""

    minutes: str
    place: str
    present: int
    required: int

    def check(self) -> None:
        """Raises `MinutesMissing`, `BodyTooSmall` or `QuorumMissing`."""
        if not self.minutes.strip() or not self.place.strip():
            raise MinutesMissing(minutes=self.minutes)
        if self.required < BODY_LEAST:
            raise BodyTooSmall(least=BODY_LEAST, required=self.required)
        fits = 0 < self.present <= self.required
        if not fits or self.present * 3 < self.required * 2:
            raise QuorumMissing(present=self.present, required=self.required)


def recused_of(
    people: Iterable[Mapping[str, Any]], household: str, kin: Mapping[str, frozenset[str]]
) -> list[str]:
    """Ids of those who do not count for a household; each has an id and perhaps a household.
    `kin`: id -> households near to her."""
    return [
        each["id"]
        for each in people
        if household == each["household"] or household in kin.get(each["id"], frozenset())
    ]


def result_of(row: Mapping[str, Any], recused: Sequence[str], judges: Sequence[str]) -> Result:
    """The median of three totals, or of two their mean rounded down; the spread is largest less
    smallest."""
    given = zip(judges, row["scores"], strict=True)
    totals = sorted(sum(scores) for judge, scores in given if scores and judge not in recused)
    middle, spread = None, None
    if len(totals) >= ENOUGH:
        middle = totals[1] if len(totals) == JUDGES else sum(totals) // len(totals)
        spread = totals[-1] - totals[0]
    return Result(row["household"], middle, spread, len(totals), tuple(recused))


def star_of(median: int | None, stars: Iterable[Star]) -> Star | None:
    """The highest that a median reaches."""
    reached = [each for each in stars if median is not None and median >= each.least]
    return max(reached, key=lambda each: each.star, default=None)


def period_of(kind: str, day: date) -> str:
    """The month or quarter of a day, as a round is named."""
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    return quarter if kind == COURTYARD else day.isoformat()[:7]


def last_day_of(period: str) -> date:
    """The last day of a month or quarter, as rounds are named."""
    year, last = int(period[:4]), period[5:]
    month = int(last[1:]) * 3 if last[0] == "Q" else int(last)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
