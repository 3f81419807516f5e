"""What hangs on a notice is its cases, and what an objection did stands on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from points.award import AwardCase
from points.checks.findings import Finding, unequal, unless
from points.checks.looks import about
from points.checks.saves import Known, Save
from points.notice import Notice
from points.objection import Objection


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


@about(AwardCase.Posted)
def look_at_postings(save: Save, known: Known) -> Iterator[Finding]:
    """A case is posted after its notice was closed, by who hung it up."""
    for read in save.of(AwardCase.Posted):
        notice = known.notices.get(known.hung.get(read.stream, ""))
        if notice is None:
            yield Finding("notices", read.place, "it was on no notice")
            continue
        stamp = read.stamp
        yield from unless("notices", read.place, its_notice_was_closed=notice.closed)
        yield from unequal("notices", read.place, opener=(stamp and stamp.actor, notice.opened_by))


@about(AwardCase.Held, AwardCase.Released, AwardCase.Changed, Notice.Corrected, Objection)
def look_at_objections(save: Save, _: Known) -> Iterator[Finding]:
    """An objection holds and releases nothing but its own case; a change is a new version."""
    place = save.reads[0].place
    objections = {str(read.stream) for read in save.reads if _is_objection(read.topic)}
    for kind in (AwardCase.Held, AwardCase.Released, AwardCase.Changed, Notice.Corrected):
        for read in save.of(kind):
            mine = read.event.objection in objections
            yield from unless("objections", read.place, the_objection_is_in_this_save=mine)
    changed = sorted(read.event.points for read in save.of(AwardCase.Changed))
    shown = [read.event.points for read in save.of(Notice.Corrected)]
    points = sorted(each for each in shown if each is not None)
    yield from unequal("objections", place, points_shown=(points, changed))
    struck = [read for read in save.of(AwardCase.Refused) if read.event.why == "objection"]
    yield from unequal("objections", place, struck=(shown.count(None), len(struck)))


def _is_objection(topic: str) -> bool:
    return topic.startswith("objection.")
