"""The sheet for the village board: the log's checkpoint as text and picture, and what it covers.

Its figures are those of the checkpoint's events, so that they can be recomputed. Whoever takes a
photo of it holds the past: what is changed afterwards no longer fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import segno

from points.audit.checkpoint import Signed
from points.audit.policy import Policy
from points.audit.published import NotPublished
from points.audit.signed_note import signed
from points.audit.strict import Unproven, encoded
from points.clock import business_day
from points.views.postings import Journal
from web.wiring import House

STALE_AFTER = timedelta(hours=26)
"""A day, and two hours for whoever prints."""

VERSION_MAX, BYTES_MAX, MASK = 17, 644, 3
"""The largest picture that a plain camera reads off A4 (version 17, error level L), and how much
it holds. A pinned mask makes the same picture of the same text."""


@dataclass(frozen=True)
class Board:
    """`at`: when the newest witness signed it, else when it was published. `witnesses`: name and
    instant. `enough`: whether log and witnesses signed as the policy asks. `ever` and `today`:
    parts of the identity (rulings 6), of all events covered and of those recorded on `day`."""

    county: str
    day: date
    at: datetime
    checkpoint: str
    origin: str
    size: int
    root: str
    witnesses: list[tuple[str, datetime]]
    enough: bool
    stale: bool
    ever: dict[str, int]
    today: dict[str, int]

    @property
    def adds_up(self) -> bool:
        parts = ("redeemed", "outstanding", "expired", "reversed", "deducted")
        return self.ever["issued"] == sum(self.ever[part] for part in parts)

    @property
    def hours(self) -> int:
        """How long a sheet may be believed, for the sentence on it."""
        return int(STALE_AFTER.total_seconds() // 3600)


def board_of(house: House) -> Board:
    """What can be put on the board now; raises `NotPublished`."""
    text = house.log.checkpoint()
    if text is None:
        raise NotPublished
    point = Signed.parse(text).checkpoint
    witnesses, enough = _witnesses(house, text)
    at = max((each for _, each in witnesses), default=None) or _published_at(house)
    day = business_day(at)
    ever, today = _sums(house.read.journal, point.size, day.isoformat())
    return Board(
        county=house.regions.name(house.county.code),
        day=day,
        at=at,
        checkpoint=text,
        origin=point.origin,
        size=point.size,
        root=encoded(point.root),
        witnesses=witnesses,
        enough=enough,
        stale=house.clock() - at > STALE_AFTER,
        ever=ever,
        today=today,
    )


def picture(checkpoint: str) -> str:
    """The checkpoint as SVG, with as many of its signatures, in their order, as fit."""
    made = segno.make(fitting(checkpoint), error="l", mask=MASK, micro=False)
    assert made.version in range(1, VERSION_MAX + 1)
    svg = made.svg_inline(scale=4, border=4, omitsize=True, dark="#000", light="#fff")
    return str(svg)


def fitting(checkpoint: str) -> str:
    """The log's own line comes first and always fits."""
    note = Signed.parse(checkpoint).note
    lines = [str(each) for each in note.signatures]
    while len(signed(note.text, *lines).encode()) > BYTES_MAX:
        lines.pop()
    return signed(note.text, *lines)


def _witnesses(house: House, text: str) -> tuple[list[tuple[str, datetime]], bool]:
    try:
        policy = Policy.parse(house.log.policy())
    except (NotPublished, Unproven):
        return [], False
    try:
        believed = policy.believe(text)
    except Unproven:
        return [], False
    return [(name, datetime.fromtimestamp(at, UTC)) for name, at in believed.cosigned.items()], True


def _published_at(house: House) -> datetime:
    path = house.log.directory / "checkpoint"
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


@lru_cache(maxsize=4)
def _sums(journal: Journal, size: int, day: str) -> tuple[dict[str, int], dict[str, int]]:
    """Added up once for each checkpoint: anybody may ask for the page, as often as she likes."""
    return journal.identity(size), journal.identity(size, day)
