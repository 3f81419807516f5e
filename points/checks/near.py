"""Who had declared to be near to whom when something was decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from points.checks.reads import Read
from points.kinship import Kinship

JUST_THEN = timedelta(minutes=1)
"""A declaration may be entered beside a decision that began before it."""


class Near:
    """Declarations up to here, by person and household: since when, and until when."""

    def __init__(self) -> None:
        self._people: dict[UUID, str] = {}
        self._kin: dict[tuple[str, str], tuple[datetime, datetime | None]] = {}

    def learn(self, read: Read) -> None:
        if read.stamp is None:
            return
        at, event = read.stamp.instant, read.event
        match event:
            case Kinship.Created():
                self._people[read.stream] = event.person
            case Kinship.Declared():
                self._kin[self._people.get(read.stream, ""), event.household] = at, None
            case Kinship.Ended():
                pair = self._people.get(read.stream, ""), event.household
                self._kin[pair] = self._kin.get(pair, (at, None))[0], at

    def surely(self, person: str, household: str, at: datetime) -> bool:
        """Declared before, and not ended."""
        since, until = self._kin.get((person, household), (None, None))
        return since is not None and until is None and since + JUST_THEN < at

    def perhaps(self, person: str, household: str, at: datetime) -> bool:
        """Also who declared it, or ended it, just then."""
        since, until = self._kin.get((person, household), (None, None))
        return since is not None and (until is None or at < until + JUST_THEN)

    def ever(self, person: str, household: str) -> bool:
        """Also who declared it once: what she was left out of then stays without her."""
        return (person, household) in self._kin
