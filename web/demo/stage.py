"""Where a village of the demo plays: the house, the calendar, who acts, what is still to come."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count

from points.clock import SHANGHAI, business_day
from points.envelope import Actor, Envelope, opened
from points.ledger import Ledger
from web.demo.chances import dice
from web.demo.profiles import Profile
from web.wiring import House

SYNTHETIC = "synthetic"
"""The reason in the envelope of every event of the demo."""

Scene = Callable[[datetime], None]
"""What happens at a moment, given the moment."""


@dataclass(frozen=True)
class Planted:
    """Something done wrong on purpose. `who`: ids of actors; `about`: households or cases."""

    kind: str
    day: str
    village: str
    who: tuple[str, ...]
    about: tuple[str, ...]


@dataclass
class Stage:
    """`now` is the moment at which the demo ends; nothing happens later. `name` tells the
    commands of one village from another's. `due_days`: mornings on which a notice may be closed
    or a case posted."""

    house: House
    profile: Profile
    seed: int
    now: datetime
    name: str = ""
    commands: int = 0
    tally: Counter[str] = field(default_factory=Counter)
    due_days: set[date] = field(default_factory=set)
    planted: list[Planted] = field(default_factory=list)
    _coming: dict[date, list[tuple[datetime, int, Scene]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _order: Iterator[int] = field(default_factory=count)

    @property
    def last_day(self) -> date:
        return business_day(self.now)

    @property
    def first_day(self) -> date:
        return self.last_day - timedelta(days=self.profile.days)

    @property
    def ledger(self) -> Ledger:
        return self.house.ledger

    def beside(self, name: str) -> Stage:
        """Another village's, at the same time."""
        return Stage(self.house, self.profile, self.seed, self.now, name)

    def dice(self, *about: object) -> random.Random:
        return dice(self.seed, *about)

    @staticmethod
    def at(day: date, hour: int, minute: int = 0) -> datetime:
        """A moment of the village's day."""
        return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)

    # Acting.

    @contextmanager
    def acting(self, actor: Actor, at: datetime, channel: str = "page") -> Iterator[Ledger]:
        """One command of the ledger, by its own use case, in the name of `actor`."""
        self.commands += 1
        command = f"demo-{self.seed}-{self.name}-{self.commands}"
        with opened(Envelope(actor, at, channel, command, reason=SYNTHETIC)):
            yield self.ledger

    # What is to come.

    def plan(self, at: datetime, scene: Scene) -> None:
        """Let something happen at a moment, unless that is still to come when the demo ends."""
        if at < self.now:
            heappush(self._coming[business_day(at)], (at, next(self._order), scene))

    def play(self, day: date) -> None:
        """Everything planned for a day, in order; scenes may plan more for the same day."""
        while self._coming[day]:
            at, _, scene = heappop(self._coming[day])
            scene(at)
        del self._coming[day]
