"""Cases that make good what an objection found wrong, as long as they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from points.award import AwardCase
from points.checks.reads import Read
from points.undo import Undo


@dataclass
class Linked:
    """`cases`: by household, rule and day, who earned it, by case; `undos`: what each undoes."""

    cases: dict[tuple[str, str, str], dict[str, str | None]] = field(default_factory=dict)
    deeds: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    undos: dict[UUID, str] = field(default_factory=dict)

    def learn(self, read: Read) -> None:
        match read.event:
            case AwardCase.Created(objection=str()):
                deed = self.deeds[str(read.stream)] = deed_of(read.event)
                self.cases.setdefault(deed, {})[str(read.stream)] = read.event.earner
            case AwardCase.Refused() | AwardCase.Withdrawn():
                self._ended(str(read.stream))
            case Undo.Created() if read.event.entry in self.deeds:
                self.undos[read.stream] = read.event.entry
            case Undo.Signed() if read.stream in self.undos:
                self._ended(self.undos[read.stream])

    def _ended(self, case: str) -> None:
        if deed := self.deeds.pop(case, None):
            del self.cases[deed][case]

    def beside(self, made: AwardCase.Created) -> list[str]:
        """Those that stand for the same household, rule, day and person; where one names nobody, it
        may be anybody."""
        found = self.cases.get(deed_of(made), {})
        named = made.earner
        return [case for case, one in found.items() if one is None or named in (None, one)]


def deed_of(made: AwardCase.Created) -> tuple[str, str, str]:
    return made.household, made.rule, made.occurred_on
