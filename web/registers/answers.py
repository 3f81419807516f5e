"""What an import answers: every row of the sheet is taken, was there already, or is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from web.registers.sentences import sentence

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do, in rows."""

AT_ONCE = 200
"""Rows that are saved together: few enough that others get their turn."""

T = TypeVar("T")


def silent(done: int, total: int) -> None:
    """Shows no progress."""


def portions(what: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    for start in range(0, len(what), size):
        yield what[start : start + size]


@dataclass(frozen=True)
class RefusedRow:
    """Row `row`, as Excel numbers it, was not taken; `facts` fill the sentence of `code`."""

    row: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    sheet: str | None = None

    @property
    def message(self) -> str:
        return sentence(self.code, self.facts)

    def as_json(self) -> dict[str, object]:
        said: dict[str, object] = {"row": self.row, "code": self.code, "message": self.message}
        return said | ({"sheet": self.sheet} if self.sheet else {})


@dataclass(frozen=True)
class Answer:
    """The counts of one import. Rows of data = imported + unchanged + refused.

    `state` is `done`, `dry-run` (`imported` counts what would be taken), `pending` (it counts what
    waits for the second person, under the id `pending`) or `refused` (a price list or a rule book
    is taken whole or not at all). `extra`: `updated`, those imported rows that changed a known
    household; `base_granted`; `removed`, lines in force that the file no longer has.
    """

    imported: int = 0
    unchanged: int = 0
    refused: tuple[RefusedRow, ...] = ()
    state: str = "done"
    pending: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        said: dict[str, object] = {
            "imported": self.imported,
            "unchanged": self.unchanged,
            "refused": [row.as_json() for row in self.refused],
            "state": self.state,
        }
        return said | ({"pending": self.pending} if self.pending else {}) | dict(self.extra)
