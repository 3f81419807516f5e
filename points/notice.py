"""A public notice (公示): a frozen, numbered list of what shall be posted, and until when anybody
may object (domain.md §2.2, §2.10).

Routine lines stand for 3 working days, honours and 20 points or more for 7 days. A correction is a
new version that says what changed; the list itself is never edited. Deductions are told to their
household alone: such a notice is private, with the same days to be heard (domain.md §2.7), and has
numbers of its own: a gap in the public ones would tell that somebody was deducted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import another_than, current, not_for_own
from points.refusals import Refusal
from points.rulebook import HONOUR
from points.workdays import Declared, after_working_days

WORKING_DAYS = 3
DAYS = 7
DAYS_FROM_POINTS = 20
"""From so many points on a line stands for `DAYS` days."""

POSTING_DAY = 5
"""Day of the next month on which a month is posted at the earliest (rulings 11)."""

MONTHS_BACK = 2
"""So many months before this one a notice may still be of."""

PUBLIC, PRIVATE = "public", "private"

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


class NothingToNotify(Refusal):
    """A notice has at least one line."""

    code = "notice-empty"


class MonthUnknown(Refusal):
    """A notice is of a month that has begun, 2026-11."""

    code = "notice-month"


class MonthTooOld(Refusal):
    """What lies further back is posted with a newer month: its posting day and the quarter of its
    cap are over."""

    code = "notice-month-old"


class MonthBeforeDeed(Refusal):
    """What happened later is hung with its own month, or a newer one: an older one would be posted
    sooner and count for another quarter. The facts say which month is needed."""

    code = "notice-month-before"


class NoticeOpen(Refusal):
    """People may still object; the facts say until when."""

    code = "notice-open"


class NoticeClosed(Refusal):
    """Its days are over: what is wrong now is undone, not objected to."""

    code = "notice-closed"


class TooEarlyToPost(Refusal):
    """A month is posted on the 5th of the next one at the earliest (rulings 11)."""

    code = "posting-day"


class NotTheOpener(Refusal):
    """What hung on a notice is posted in the name of who hung it up (rulings 11)."""

    code = "not-the-opener"


class UnknownNotice(Refusal):
    code = "notice-unknown"


@dataclass(frozen=True)
class Line:
    """One case as the notice shows it; `points` are signed. `long`: it stands for `DAYS` days.
    `recused`: who declared to be a relative, and kept out of it."""

    case: str
    household: str
    rule: str
    item: str
    points: int
    long: bool
    proposer: str
    signers: tuple[str, ...]
    recused: tuple[str, ...] = ()


class Notice(LedgerAggregate):
    TOPIC = "notice"

    class Created(Aggregate.Created):
        TOPIC = "notice.opened"
        village: str
        month: str
        number: int
        kind: str
        opened_by: str
        opens_on: str
        closes_on: str
        lines: list[dict[str, Any]]

    class Corrected(Aggregate.Event):
        TOPIC = "notice.corrected"
        version: int
        line: int
        points: int | None
        objection: str | None

        def apply(self, aggregate: Notice) -> None:
            aggregate.version_shown = self.version
            aggregate.changes.append({"line": self.line, "points": self.points})

    class Closed(Aggregate.Event):
        TOPIC = "notice.closed"

        def apply(self, aggregate: Notice) -> None:
            aggregate.state = "closed"

    @event(Created)
    def __init__(
        self,
        village: str,
        month: str,
        number: int,
        kind: str,
        opened_by: str,
        opens_on: str,
        closes_on: str,
        lines: list[dict[str, Any]],
    ) -> None:
        self.village, self.month, self.number, self.kind = village, month, number, kind
        self.opened_by, self.opens_on, self.closes_on = opened_by, opens_on, closes_on
        self.lines = lines
        self.state, self.version_shown = "open", 1
        self.changes: list[dict[str, Any]] = []

    @staticmethod
    def id_of(village: str, month: str, number: int, kind: str = PUBLIC) -> UUID:
        series = [] if kind == PUBLIC else [kind]
        return stable_id("notice", village, month, *series, str(number))

    @classmethod
    def open(
        cls,
        village: str,
        month: str,
        number: int,
        *,
        kind: str,
        lines: Sequence[Line],
        calendar: Declared,
    ) -> Self:
        """Freeze the list. Who opens it posts it later, so she has proposed and signed none of it.

        Raises `MonthUnknown`, `MonthTooOld`, `NothingToNotify`, `OwnHousehold`, `SamePerson` or
        `AppointedByProposer`.
        """
        today = current().today
        if not _MONTH.fullmatch(month) or month > today.isoformat()[:7]:
            raise MonthUnknown(month=month)
        if month < (first := months_before(today, MONTHS_BACK)):
            raise MonthTooOld(month=month, first=first)
        if not lines:
            raise NothingToNotify(village=village)
        for line in lines:
            not_for_own(line.household)
            another_than(line.proposer, *line.signers)
        shown = [
            {
                "line": place,
                **{name: getattr(line, name) for name in SHOWN},
                "recused": list(line.recused),
            }
            for place, line in enumerate(lines, start=1)
        ]
        return cls.begin(
            cls.Created,
            cls.id_of(village, month, number, kind),
            village=village,
            month=month,
            number=number,
            kind=kind,
            opened_by=current().actor.id,
            opens_on=today.isoformat(),
            closes_on=last_day(today, calendar, long=any(line.long for line in lines)).isoformat(),
            lines=shown,
        )

    def check_open(self) -> None:
        """Whether somebody may object today; raises `NoticeClosed`."""
        if self.state != "open" or current().today.isoformat() > self.closes_on:
            raise NoticeClosed(closes_on=self.closes_on)

    def correct(self, line: int, *, points: int | None, objection: str | None) -> None:
        """The next version: the line has other points, or (None) is gone."""
        version = self.version_shown + 1
        self.record(self.Corrected, version=version, line=line, points=points, objection=objection)

    def check_posting(self, person: str) -> None:
        """Whether this person posts today what hung here.

        Raises `NoticeOpen`, `TooEarlyToPost` or `NotTheOpener`.
        """
        if self.state != "closed":
            raise NoticeOpen(closes_on=self.closes_on)
        if current().today.isoformat() < (first := posting_day(self.month)):
            raise TooEarlyToPost(first_day=first)
        if person != self.opened_by:
            raise NotTheOpener(notice=str(self.id))

    def line_of(self, case: str) -> int:
        return next(int(line["line"]) for line in self.lines if line["case"] == case)

    def close(self) -> None:
        """Its last day is over; raises `NoticeOpen` before. Twice is once."""
        if self.state == "closed":
            return
        if current().today.isoformat() <= self.closes_on:
            raise NoticeOpen(closes_on=self.closes_on)
        self.record(self.Closed)


SHOWN = ("case", "household", "rule", "item", "points")
"""What a line on the list is made of."""


def stands_long(points: int, kind: str) -> bool:
    """Whether a line of so many points, by a rule of this kind, stands for `DAYS` days."""
    return abs(points) >= DAYS_FROM_POINTS or kind in HONOUR


def last_day(opens_on: date, calendar: Declared, *, long: bool) -> date:
    """The last day on which anybody may object; the day on which it was hung up does not count."""
    routine = after_working_days(opens_on, WORKING_DAYS, calendar)
    return max(routine, opens_on + timedelta(days=DAYS)) if long else routine


def months_before(day: date, count: int) -> str:
    """The month that lies so many before a day's, 2026-11."""
    months = day.year * 12 + day.month - 1 - count
    return f"{months // 12}-{months % 12 + 1:02}"


def posting_day(month: str) -> str:
    """The first day on which the cases of a month may be posted."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, POSTING_DAY).isoformat()
