"""What an objection did stands on both sides: on the case that it held, and on its notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from points.award import AwardCase
from points.checks.findings import Finding, one_of, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.checks.saves import Known, Save
from points.notice import Notice
from points.objection import OUTCOMES, UPHELD, WORKING_DAYS, Objection
from points.workdays import after_working_days


@about(AwardCase.Held, AwardCase.Released, AwardCase.Changed, AwardCase.Refused, Notice.Corrected)
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


@about(Objection.Created, Objection.Decided, Objection.Appealed)
def look_at_due_days(save: Save, known: Known) -> Iterator[Finding]:
    """Three working days to decide and three to take it further, as the calendar was then."""
    for read in save.of(Objection.Created, Objection.Decided, Objection.Appealed):
        event, today = read.event, date.fromisoformat(read.day)
        decided = isinstance(event, Objection.Decided)
        name, told = ("appeal_until", "") if decided else ("due_on", "")
        told = getattr(event, name)
        wanted = [
            after_working_days(today, WORKING_DAYS, calendar).isoformat()
            for calendar in known.calendars(read)
        ]
        yield from one_of("objections", read.place, **{name: (told, wanted)})


@about(AwardCase.Held, Objection.Created, Objection.Appealed)
def look_at_holds(save: Save, known: Known) -> Iterator[Finding]:
    """An objection to a line holds this line's case, as long as that hangs, and no other."""
    for read in save.of(Objection.Created, Objection.Appealed):
        held = [str(each.stream) for each in save.of(AwardCase.Held)]
        yield from unequal("objections", read.place, held=(held, _hanging(read, known)))


@about(Objection.Decided, Objection.Settled)
def look_at_answers(save: Save, known: Known) -> Iterator[Finding]:
    """What was answered is what became of the case."""
    for read in save.of(Objection.Decided, Objection.Settled):
        yield from unless("objections", read.place, it_says_one=read.event.outcome in OUTCOMES)
        released = save.of(AwardCase.Released)
        struck = save.of(AwardCase.Refused)
        touched = [str(each.stream) for each in (*released, *struck)]
        yield from unequal("objections", read.place, cases=(touched, _hanging(read, known)))
        if touched:
            yield from _carried_out(save, read)
        after = getattr(read.event, "appeal_until", "")
        for each in released:
            yield from unequal("objections", each.place, post_after=(each.event.post_after, after))
        for each in struck:
            same = (each.event.note, each.event.note_digest)
            wanted = (read.event.note, read.event.note_digest)
            yield from unequal("objections", each.place, reason=(same, wanted))
        made = [str(each.stream) for each in save.of(AwardCase.Created)]
        named = [] if read.event.case is None else [read.event.case]
        yield from unequal("objections", read.place, opened_instead=(named, made))


@about(AwardCase.Created)
def look_at_linked(save: Save, known: Known) -> Iterator[Finding]:
    """One wrong is made good by one case: no other stands for this household, rule and day."""
    for read in save.of(AwardCase.Created):
        if read.event.objection is not None:
            others = known.linked.beside(read.event)
            yield from unequal("objections", read.place, made_good_already_by=(others, []))


def _carried_out(save: Save, read: Read) -> Iterator[Finding]:
    """Upheld: its line is shown with other points, or struck; dismissed: nothing changed."""
    shown = [each.event.points for each in save.of(Notice.Corrected)]
    wanted = [read.event.points] if read.event.outcome == UPHELD else []
    yield from unequal("objections", read.place, points_of_its_line=(shown, wanted))


def _hanging(read: Read, known: Known) -> list[str]:
    """The case that an objection is about, if it hung on a notice just then."""
    first: Any = known.firsts.get(read.stream)
    event = read.event if first is None else first.event
    hangs = event is not None and event.case is not None and UUID(event.case) in known.hung
    return [event.case] if hangs else []
