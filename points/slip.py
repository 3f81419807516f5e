"""Satisfaction slips (满意度小票): how people found the shop, or an answer; nobody's name (Q6).

One stream a village and quarter. A slip says what it is about and which face was tapped, no more:
who, when and through which request is kept nowhere (rulings 24). The history is in order, so an
order would tell: a slip right behind a redemption is that household's. So slips lie uncounted in
a box that knows sums only (`points/store/slips.py`), and come into the history many at once, in
the order of their words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.refusals import Refusal

ABOUT = ("redemption", "decision")
"""The shop, after something was taken; the answer to an objection."""

FACES = ("good", "fair", "bad")

TOGETHER = 5
"""So many slips of a village come into the history at once, or all when its quarter is over."""

SHOWN_FROM = 10
"""Shares are shown from so many slips on: of fewer, one can guess whose they are."""


NOBODY = "anonymous"
"""Who gives a slip."""


class FaceUnknown(Refusal):
    """A slip shows one of three faces, about one of two things."""

    code = "face-unknown"


class SlipSpent(Refusal):
    """There is one slip for one redemption, or one answer."""

    code = "slip-spent"


class Slips(LedgerAggregate):
    TOPIC = "slip"

    class Created(Aggregate.Created):
        TOPIC = "slip.opened"
        village: str
        quarter: str

    class Given(Aggregate.Event):
        TOPIC = "slip.given"
        about: str
        face: str

        def apply(self, aggregate: Slips) -> None:
            aggregate.given += 1

    @event(Created)
    def __init__(self, village: str, quarter: str) -> None:
        self.village, self.quarter = village, quarter
        self.given = 0

    @staticmethod
    def id_of(village: str, quarter: str) -> UUID:
        """`quarter`: 2026Q4."""
        return stable_id("slip", village, quarter)

    @classmethod
    def start(cls, village: str, quarter: str) -> Self:
        slips = cls.id_of(village, quarter)
        return cls.begin(cls.Created, slips, village=village, quarter=quarter)

    def take(self, found: Mapping[tuple[str, str], int]) -> None:
        """Slips by what they are about and their face, in the order of the words; raises
        `FaceUnknown`."""
        for (about, face), count in sorted(found.items()):
            check_face(about, face)
            for _ in range(count):
                self.record(self.Given, about=about, face=face)


def check_face(about: str, face: str) -> None:
    """Raises `FaceUnknown`."""
    if about not in ABOUT or face not in FACES:
        raise FaceUnknown(about=about, face=face)
