"""How a rule book comes into force: four deliberations and two disclosures (四议两公开; domain.md
§1 row 18, §2.2).

The party branch proposes, the two committees deliberate, the party members review, the villagers'
representatives resolve; then the decision hangs for all to read, and then what came of it. A body
decides with two thirds of those entitled and more than half of those present (village organic law
art. 26). Rules here; what happened is in the events of `points/rulebook.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from eventsourcing.domain import Aggregate

from points.clock import business_day
from points.refusals import Refusal
from points.versions import VersionedBook

DELIBERATIONS = ("branch", "committees", "party_members", "representatives")
DISCLOSURES = ("decision", "result")
STEPS = (*DELIBERATIONS, *DISCLOSURES)
"""In the order in which they are taken."""

OPINIONS = ("lawful", "remarks", "unlawful")
"""What a legal adviser says of a version."""

LONGEST = 60
"""Characters of a body's or place's name, and of a number."""

PEOPLE_MAX = 100_000
"""More people than a body of a county has: a larger number is a slip of the pen."""


class StepOutOfTurn(Refusal):
    """The steps are taken one after the other; the facts say which is next."""

    code = "procedure-order"


class BadStep(Refusal):
    """A step that lacks something or contradicts itself; the facts say why."""

    code = "procedure-step"


class TooFewPresent(Refusal):
    """Fewer than two thirds of those entitled were there; the facts say how many it takes."""

    code = "procedure-attendance"


class NoMajority(Refusal):
    """Not more than half of those present were in favour; the facts say how many it takes."""

    code = "procedure-majority"


class ProcedureIncomplete(Refusal):
    """A version is adopted after all six steps; the facts name the first that is missing."""

    code = "procedure-incomplete"


class UnknownOpinion(Refusal):
    """A legal check says one of `OPINIONS`."""

    code = "opinion-unknown"


@dataclass(frozen=True)
class Step:
    """One step as it was taken. `number`: of the minutes, or of the paper that hangs. A
    deliberation has `body` and people, a disclosure `place` and the day `until` which it hangs,
    which may lie ahead. `note` is free text, to be sealed."""

    step: str
    day: date
    number: str
    body: str = ""
    entitled: int | None = None
    present: int | None = None
    in_favour: int | None = None
    place: str = ""
    until: date | None = None
    note: str = ""

    def fields(self) -> dict[str, Any]:
        """What its event says, but for the note."""
        return {
            "step": self.step,
            "day": self.day.isoformat(),
            "number": self.number.strip(),
            "body": self.body.strip(),
            "entitled": self.entitled,
            "present": self.present,
            "in_favour": self.in_favour,
            "place": self.place.strip(),
            "until": self.until.isoformat() if self.until else None,
        }


FIELDS = (*Step(STEPS[0], date.min, "").fields(), "note")
"""What a version remembers of a step; the note is sealed."""


class StepTaken(Aggregate.Event):
    """The effect of a book's `StepRecorded` event."""

    version: int
    step: str
    day: str
    number: str
    body: str
    entitled: int | None
    present: int | None
    in_favour: int | None
    place: str
    until: str | None
    note: str | None
    note_digest: str | None

    def apply(self, aggregate: VersionedBook) -> None:
        taken = {name: getattr(self, name) for name in FIELDS}
        aggregate.versions[str(self.version)].setdefault("steps", []).append(taken)


class LegalCheck(Aggregate.Event):
    """The effect of a book's `LegallyChecked` event. `checker`: who entered it."""

    version: int
    checker: str
    opinion: str
    note: str | None
    note_digest: str | None

    def apply(self, aggregate: VersionedBook) -> None:
        said = {name: getattr(self, name) for name in ("checker", "opinion", "note")}
        said["day"] = business_day(self.timestamp).isoformat()
        aggregate.versions[str(self.version)].setdefault("legal", []).append(said)


def next_step(taken: Sequence[Mapping[str, Any]]) -> str | None:
    """The step that comes after those taken; None after the last."""
    return STEPS[len(taken)] if len(taken) < len(STEPS) else None


def check_complete(version: int, taken: Sequence[Mapping[str, Any]]) -> None:
    """Raises `ProcedureIncomplete`."""
    missing = next_step(taken)
    if missing is not None:
        raise ProcedureIncomplete(version=version, step=missing)


def check_step(step: Step, taken: Sequence[Mapping[str, Any]], today: date) -> None:
    """Whether this step follows those taken and holds by itself.

    Raises `StepOutOfTurn`, `BadStep`, `TooFewPresent` or `NoMajority`.
    """
    wanted = next_step(taken)
    if step.step != wanted:
        raise StepOutOfTurn(step=step.step, next=wanted or "")
    if step.day > today:
        raise BadStep(step=step.step, why="future")
    if taken and step.day.isoformat() < taken[-1]["day"]:
        raise BadStep(step=step.step, why="before-last")
    if not step.number.strip() or len(step.number) > LONGEST:
        raise BadStep(step=step.step, why="number")
    if step.step in DELIBERATIONS:
        _check_deliberation(step)
    else:
        _check_disclosure(step)


def _check_deliberation(step: Step) -> None:
    entitled, present, in_favour = step.entitled or 0, step.present or 0, step.in_favour or 0
    if not step.body.strip() or len(step.body) > LONGEST:
        raise BadStep(step=step.step, why="body")
    if step.place or step.until:
        raise BadStep(step=step.step, why="not-of-this-step")
    if not 0 <= in_favour <= present <= entitled <= PEOPLE_MAX or entitled == 0:
        raise BadStep(step=step.step, why="people")
    if (needed := quorum(entitled)) > present:
        raise TooFewPresent(step=step.step, entitled=entitled, present=present, needed=needed)
    if (needed := majority(present)) > in_favour:
        raise NoMajority(step=step.step, present=present, in_favour=in_favour, needed=needed)


def _check_disclosure(step: Step) -> None:
    if not step.place.strip() or len(step.place) > LONGEST:
        raise BadStep(step=step.step, why="place")
    if step.until is None or step.until < step.day:
        raise BadStep(step=step.step, why="until")
    people = (step.entitled, step.present, step.in_favour)
    if step.body or any(each is not None for each in people):
        raise BadStep(step=step.step, why="not-of-this-step")


def quorum(entitled: int) -> int:
    """How many of those entitled must be present: two thirds, rounded up."""
    return -(-2 * entitled // 3)


def majority(present: int) -> int:
    """How many of those present must be in favour: more than half."""
    return present // 2 + 1
