"""No full name and no phone in a text that is shown to everybody: answers are written by people."""

from __future__ import annotations

import re
from collections.abc import Iterable

from volunteers.households import Registry
from volunteers.names import masked

_DIGITS = re.compile(
    r"(?<!\d)(?:"
    r"(?P<date>(?:19|20)\d\d([-.])(?:0?[1-9]|1[0-2])"
    r"(?:\2(?:0?[1-9]|[12]\d|3[01])(?!\d)|(?![-.]?\d)))"
    r"|\d(?:[-–—. \u00a0\u3000]{0,3}\d){6,}[Xx]?)"
)
"""A phone or an identity number, perhaps in groups; or a date, which stays readable."""


class Masking:
    """Knows the heads of one village; a text without them goes through as it is."""

    def __init__(self, registry: Registry, village: str) -> None:
        self._registry, self._village = registry, village
        self._names: re.Pattern[str] | None = None

    def text(self, text: str) -> str:
        hidden = _DIGITS.sub(_starred, text)
        return self._pattern().sub(lambda found: masked(found[0]), hidden)

    def _pattern(self) -> re.Pattern[str]:
        if self._names is None:
            self._names = _any_of(one.head for one in self._registry.of_place(self._village))
        return self._names


def _starred(found: re.Match[str]) -> str:
    return found["date"] or "*" * len(found[0])


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Longer names first; never matches where there are none."""
    known = sorted({name for name in names if len(name) > 1}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, known)) or r"(?!)")
