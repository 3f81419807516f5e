"""Opening entries came in while their household's paper was open (`points/paper.py`), and not by
one person alone."""

from __future__ import annotations

from collections.abc import Iterator

from points.account import PointsAccount
from points.checks.findings import Finding, unless
from points.checks.looks import about
from points.checks.saves import JUST_THEN, Known, Save
from points.paper import importer_in, last_paper_day


@about(PointsAccount.Credited)
def look_at_paper(save: Save, known: Known) -> Iterator[Finding]:
    """None came in on a day after the village's first public notice, nor long after its account
    was opened. A notice may be hung up just then: an import reads the board, and writes nothing
    to it."""
    for read in save.of(PointsAccount.Credited):
        if read.event.source != "opening" or read.stamp is None:
            continue
        found = known.boards.of(read.stream)
        if found is None:
            yield Finding("paper", read.place, "its account was not opened before it")
            continue
        opened_on, first = found
        if first is not None and read.stamp.instant < first.at + JUST_THEN:
            first = None
        last = last_paper_day(opened_on, first and first.day).isoformat()
        another = importer_in(read.stamp.reason) != read.stamp.actor
        still = read.day <= last
        yield from unless(
            "paper", read.place, the_paper_was_still_open=still, another_confirmed_it=another
        )
