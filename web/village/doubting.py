"""An objection to an entry that was posted (B4): which of a household's entries it may be about."""

from __future__ import annotations

from datetime import date

from points.account import UnknownEntry
from points.objection import ENTRY_WITHIN
from points.views.entries import Line
from web.wiring import House

DOUBTED = ("credit", "opening", "base", "deduction", "reversal")
"""Kinds of entries that stand on an award, a register or a correction; what was fetched in the
shop is taken back there."""

NUMBER_MAX = 2**63 - 1
"""The largest that a database counts to."""


def may_be_doubted(line: Line, today: date) -> bool:
    """Whether the days to object to this entry are not over."""
    return line["kind"] in DOUBTED and today - date.fromisoformat(line["day"]) <= ENTRY_WITHIN


def entry_of(house: House, household: str, entry: int) -> Line:
    """The household's entry of this number; raises `UnknownEntry`, for another's too."""
    found = house.read.entries.one(entry) if entry <= NUMBER_MAX else None
    if found is None or found["household"] != household or found["kind"] not in DOUBTED:
        raise UnknownEntry(entry=str(entry))
    return found
