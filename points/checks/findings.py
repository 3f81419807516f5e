"""What a check says when something does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """`check`: a name of `CHECKS`; `place`: the event, snapshot or row; `detail`: what is wrong."""

    check: str
    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.check}: {self.place}: {self.detail}"


def unequal(check: str, place: str, **pairs: tuple[Any, Any]) -> Iterator[Finding]:
    """A finding for each `what=(found, wanted)` whose two sides differ."""
    for what, (found, wanted) in pairs.items():
        if found != wanted:
            named = what.replace("_", " ")
            yield Finding(check, place, f"{named} is {found!r}, it should be {wanted!r}")


def one_of(check: str, place: str, **pairs: tuple[Any, list[Any]]) -> Iterator[Finding]:
    """Like `unequal`, where more than one may be right; the last is the one to be expected."""
    for what, (found, wanted) in pairs.items():
        if found not in wanted:
            yield from unequal(check, place, **{what: (found, wanted[-1])})


def unless(check: str, place: str, **holds: bool) -> Iterator[Finding]:
    """A finding for each sentence (words joined by _) that does not hold."""
    for sentence, true in holds.items():
        if not true:
            yield Finding(check, place, f"not so: {sentence.replace('_', ' ')}")
