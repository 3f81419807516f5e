"""What hangs on a notice is its cases, for its days; what was posted hung there before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from points.award import AwardCase
from points.checks.findings import Finding, one_of, unequal, unless
from points.checks.looks import about
from points.checks.saves import Known, Save
from points.notice import (
    MONTHS_BACK,
    PRIVATE,
    PUBLIC,
    Notice,
    last_day,
    months_before,
    posting_day,
    stands_long,
)


@about(Notice.Created, AwardCase.Noticed)
def look_at_notices(save: Save, known: Known) -> Iterator[Finding]:
    """A notice lists the cases that it shows, with their households and points, each once."""
    shown = {str(read.stream): read.event for read in save.of(AwardCase.Noticed)}
    opened = save.of(Notice.Created)
    place = save.reads[0].place
    yield from unequal("notices", place, notices=(len(opened), 1))
    for notice in opened:
        listed = {line["case"]: line for line in notice.event.lines}
        yield from unequal("notices", place, cases=(sorted(listed), sorted(shown)))
        numbers = [line["line"] for line in notice.event.lines]
        yield from unequal("notices", place, numbers=(numbers, [*range(1, len(numbers) + 1)]))
        for case, event in shown.items():
            hung = (str(notice.stream), notice.event.closes_on)
            yield from unequal("notices", place, hung=((event.notice, event.closes_on), hung))
            first = known.firsts.get(event.originator_id)
            if first is not None and first.event and case in listed:
                wanted, line = first.event, listed[case]
                pairs = {
                    name: (line[name], getattr(wanted, name))
                    for name in ("household", "rule", "item", "points")
                }
                yield from unequal("notices", place, **pairs)


@about(Notice.Created)
def look_at_kinds(save: Save, known: Known) -> Iterator[Finding]:
    """A deduction hangs alone, and for its household; everything else for all, in its month, which
    is no earlier than what happened."""
    for notice in save.of(Notice.Created):
        event, today = notice.event, date.fromisoformat(notice.day)
        deducts = any(line["points"] < 0 for line in event.lines)
        kind = PRIVATE if deducts else PUBLIC
        firsts = [known.firsts.get(UUID(line["case"])) for line in event.lines]
        days = [first.event.occurred_on for first in firsts if first is not None and first.event]
        yield from unequal("notices", notice.place, kind=(event.kind, kind))
        yield from unless(
            "notices",
            notice.place,
            a_deduction_hangs_alone=not deducts or len(event.lines) == 1,
            its_month_had_begun=event.month <= notice.day[:7],
            nothing_happened_after_its_month=all(day[:7] <= event.month for day in days),
            its_month_was_not_long_past=event.month >= months_before(today, MONTHS_BACK),
        )


@about(Notice.Created)
def look_at_last_days(save: Save, known: Known) -> Iterator[Finding]:
    """A notice hangs until the day that its lines need, by the calendar as it was then."""
    for notice in save.of(Notice.Created):
        long = any(_stands_long(line, known) for line in notice.event.lines)
        today = date.fromisoformat(notice.day)
        days = [last_day(today, calendar, long=long) for calendar in known.calendars(notice)]
        wanted = [day.isoformat() for day in days]
        yield from one_of("notices", notice.place, closes_on=(notice.event.closes_on, wanted))


def _stands_long(line: dict[str, Any], known: Known) -> bool:
    first: Any = known.firsts.get(UUID(line["case"]))
    if first is None or not first.event:
        return False
    found = known.books.rule(first.event.rule_version, first.event.rule)
    return found is not None and stands_long(line["points"], found[0].kind)


@about(AwardCase.Posted, AwardCase.Refused)
def look_at_postings(save: Save, known: Known) -> Iterator[Finding]:
    """A case is posted, or found over its cap, after its notice was closed, by who hung it up, and
    not before the posting day of its month."""
    for read in save.of(AwardCase.Posted, AwardCase.Refused):
        if isinstance(read.event, AwardCase.Refused) and read.event.why != "cap":
            continue
        notice = known.notices.get(known.hung.get(read.stream, ""))
        if notice is None:
            yield Finding("notices", read.place, "it was on no notice")
            continue
        stamp = read.stamp
        yield from unless("notices", read.place, its_notice_was_closed=notice.closed)
        due = read.day >= posting_day(notice.month)
        yield from unless("notices", read.place, its_posting_day_had_come=due)
        yield from unequal("notices", read.place, opener=(stamp and stamp.actor, notice.opened_by))
