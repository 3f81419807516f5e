"""What supervision asks of the house: the sample of a month, and what stands out in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from points.audit.anomalies import Anomaly, find
from points.audit.facts import gather
from points.audit.sample import Seed, drawn, first_and_last, seed_of
from points.views.entries import Line, Wish
from web.wiring import House

SAMPLE = 10
"""Entries on a worksheet, where nobody asks for another number."""
COUNTED = ("credit", "deduction", "redemption")
"""Kinds of entries that stand on a paper, and may be drawn."""


@dataclass(frozen=True)
class Sheet:
    """A worksheet: a month of a place, its seed, and the entries that were drawn of `of`."""

    place: str
    month: str
    seed: Seed | None
    lines: list[Line]
    of: int


def sheet_of(rooms: House, place: str, month: str, count: int, day: date) -> Sheet:
    """The same for everybody who asks, once the month is over."""
    start, end = first_and_last(month)
    wish = Wish(place=place, start=start, end=end, kinds=COUNTED)
    lines = {line["id"]: line for line in rooms.read.entries.find(wish, limit=100_000)}
    seed = seed_of(rooms.county, rooms.ledger.recorder, place, month, day)
    ids = drawn(seed.text, lines, count) if seed else []
    return Sheet(place, month, seed, [lines[each] for each in ids], len(lines))


def anomalies_of(rooms: House, place: str, start: date, end: date) -> list[Anomaly]:
    """What stands out among the entries of a place."""
    rules = rooms.ledger.rule_book().versions.values()
    open_rules = frozenset(
        line["code"]
        for version in rules
        for line in version["lines"]
        if line["points_min"] < line["points_max"] and line["kind"] != "volunteer"
    )
    facts = gather(rooms.county, place, start, end, open_rules=open_rules, came=_came(rooms))
    return find(facts)


def _came(rooms: House) -> dict[str, str]:
    """Since when each person, device or program can act; a key of hers counts when it is newer."""
    came = rooms.users.since() | {token.id: token.made_at for token in rooms.tokens.all()}
    for key in rooms.read.keys.all():
        holder = key["holder"]
        came[holder] = max(came.get(holder, ""), key["registered_at"])
    return came
