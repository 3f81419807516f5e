"""A book of versions: drafted by one person, adopted by another, in force from a day on.

The rule book and the price list are two such books. An old version stays readable for ever,
because entries name the version that they were made under.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from eventsourcing.domain import Aggregate

from points.aggregate import LedgerAggregate
from points.envelope import another_than, current
from points.refusals import Refusal

POINTS_MAX = 100_000
"""Points of one entry or one unit of goods: a line above it is a slip of the pen."""


class UnknownVersion(Refusal):
    code = "unknown-version"


class AlreadyAdopted(Refusal):
    code = "already-adopted"


class EffectiveInThePast(Refusal):
    """A version takes effect today or later: history keeps the rules it was made under."""

    code = "effective-in-the-past"


class NothingInForce(Refusal):
    """No version has been adopted for this day yet."""

    code = "nothing-in-force"


class BadLine(Refusal):
    """A line of a draft that cannot stand; the facts say which and why."""

    code = "bad-line"


class Drafting(Aggregate.Event):
    """The effect of a book's `Drafted` event. `lines` and `policy` are the version's content."""

    version: int
    drafter: str
    lines: list[dict[str, Any]]
    policy: dict[str, Any]

    def apply(self, aggregate: VersionedBook) -> None:
        aggregate.versions[str(self.version)] = {
            "drafter": self.drafter,
            "lines": self.lines,
            "policy": self.policy,
            "effective_from": None,
        }


class Adopting(Aggregate.Event):
    """The effect of a book's `Adopted` event."""

    version: int
    effective_from: str

    def apply(self, aggregate: VersionedBook) -> None:
        aggregate.versions[str(self.version)]["effective_from"] = self.effective_from


class VersionedBook(LedgerAggregate):
    """Shared by `RuleBook` and `PriceList`; each has its own event classes and names."""

    def __init__(self) -> None:
        self.versions: dict[str, dict[str, Any]] = {}

    def _draft(
        self,
        drafted: type[Drafting],
        lines: list[dict[str, Any]],
        policy: dict[str, Any],
        key: str,
    ) -> int:
        """Put a new version beside the others; it binds nobody yet. Returns its number.

        Raises `BadLine` where two lines share their `key` or there is none at all.
        """
        if not lines:
            raise BadLine(key="", why="empty")
        seen: set[str] = set()
        for line in lines:
            if line[key] in seen:
                raise BadLine(key=line[key], why="duplicate")
            seen.add(line[key])
        version = len(self.versions) + 1
        drafter = current().actor.id
        self.record(drafted, version=version, drafter=drafter, lines=lines, policy=policy)
        return version

    def _adopt(self, adopted: type[Adopting], version: int, effective_from: date) -> None:
        """Put a draft in force from a day on, signed by another person than its drafter."""
        found = self._one(version)
        if found["effective_from"] is not None:
            raise AlreadyAdopted(version=version)
        if effective_from < current().today:
            raise EffectiveInThePast(version=version, effective_from=effective_from.isoformat())
        another_than(found["drafter"])
        self.record(adopted, version=version, effective_from=effective_from.isoformat())

    def in_force(self, day: date) -> tuple[int, dict[str, Any]]:
        """The version for `day`: number and content; raises `NothingInForce`."""
        candidates = [
            (found["effective_from"], int(number))
            for number, found in self.versions.items()
            if found["effective_from"] is not None and found["effective_from"] <= day.isoformat()
        ]
        if not candidates:
            raise NothingInForce(book=type(self).__name__, day=day.isoformat())
        number = max(candidates)[1]
        return number, self.versions[str(number)]

    def _one(self, version: int) -> dict[str, Any]:
        if str(version) not in self.versions:
            raise UnknownVersion(book=type(self).__name__, version=version)
        return self.versions[str(version)]
