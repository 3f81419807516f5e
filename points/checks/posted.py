"""A case and its posting, a request and what it undid: each has the other, once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from points.account import PointsAccount
from points.award import AwardCase
from points.checks.findings import Finding, unequal
from points.checks.looks import about
from points.checks.reads import Read
from points.checks.saves import Known, Save
from points.redemption import Redemption
from points.undo import Undo

_FROZEN = ("rule", "rule_version", "item", "occurred_on", "note", "note_digest")


@about(AwardCase.Posted, PointsAccount.Credited, PointsAccount.Deducted)
def look_at_awards(save: Save, known: Known) -> Iterator[Finding]:
    """Each posted case credits or deducts its points, and no award is posted without a case."""
    cases = save.of(AwardCase.Posted)
    entries = [
        read
        for read in save.of(PointsAccount.Credited, PointsAccount.Deducted)
        if getattr(read.event, "source", "award") == "award"
    ]
    place = save.reads[0].place
    yield from unequal("awards", place, entries_of_accounts=(len(entries), len(cases)))
    for case, entry in zip(cases, entries, strict=False):
        first = known.firsts.get(case.stream)
        if first is not None and first.event:
            points = known.changed.get(case.stream, first.event.points)
            yield from _same(first, entry, points)


def _same(case: Read, entry: Read, wanted_points: int) -> Iterator[Finding]:
    wanted, found = case.event, entry.event
    points, name = found.points, getattr(found, "lot", None)
    more: dict[str, tuple[Any, Any]] = {}
    if isinstance(found, PointsAccount.Deducted):
        points, name = -(found.points + found.not_taken), found.case
    else:
        same = ("bucket", "earner")
        more = {each: (getattr(found, each), getattr(wanted, each)) for each in same}
    yield from unequal(
        "awards",
        entry.place,
        account=(entry.stream, PointsAccount.id_of(wanted.household)),
        case=(name, str(case.stream)),
        points=(points, wanted_points),
        **{each: (getattr(found, each), getattr(wanted, each)) for each in _FROZEN},
        **more,
    )


@about(Undo.Signed, PointsAccount.Reversed, PointsAccount.DeductionReversed, Redemption.Returned)
def look_at_undos(save: Save, known: Known) -> Iterator[Finding]:
    """Each signed request undoes its entry, and nothing is undone without one."""
    signed = save.of(Undo.Signed)
    undone = save.of(PointsAccount.Reversed, PointsAccount.DeductionReversed, Redemption.Returned)
    place = save.reads[0].place
    yield from unequal("undos", place, entries_undone=(len(undone), len(signed)))
    for request, done in zip(signed, undone, strict=False):
        first = known.firsts.get(request.stream)
        if first is not None and first.event:
            yield from _answered(first, done)


def _answered(request: Read, done: Read) -> Iterator[Finding]:
    asked, event = request.event, done.event
    kind, entry = _undone(done)
    wanted: dict[str, tuple[Any, Any]] = {
        "kind": (kind, asked.kind),
        "entry": (entry, asked.entry),
        "undo": (event.undo, str(request.stream)),
    }
    if not isinstance(event, Redemption.Returned):
        wanted["account"] = (done.stream, PointsAccount.id_of(asked.household))
    yield from unequal("undos", done.place, **wanted)


def _undone(done: Read) -> tuple[str, str]:
    match done.event:
        case PointsAccount.Reversed():
            return "credit", done.event.lot
        case PointsAccount.DeductionReversed():
            return "deduction", done.event.case
        case _:
            return "redemption", str(done.stream)
