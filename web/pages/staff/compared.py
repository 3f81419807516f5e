"""Two versions of a book beside each other: what was added, what is gone, what reads otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "rules": {
        "name": ("name",),
        "kind": ("kind",),
        "points": ("points_min", "points_max"),
        "unit": ("unit",),
        "cap": ("cap", "cap_of", "cap_period", "cap_per"),
        "body": ("body",),
        "proof": ("proof",),
        "proof_kind": ("proof_kind",),
        "bucket": ("bucket",),
    },
    "prices": {
        "name": ("name",),
        "unit": ("unit",),
        "points": ("points",),
        "cost": ("unit_cost_fen",),
        "barcode": ("barcode",),
    },
}
"""What is read together of a line, and the fields that say it; in the order of the page."""

Line = Mapping[str, Any]


def compared(
    book: str, key: str, lines: Iterable[Line], before: Iterable[Line]
) -> dict[str, list[Any]]:
    """`new` and `gone` lines, and `other`: each `line`, what was `before`, and the `groups` that
    differ."""
    old = {line[key]: line for line in before}
    new = {line[key]: line for line in lines}
    return {
        "new": [line for code, line in new.items() if code not in old],
        "other": [
            {"line": line, "before": old[code], "groups": groups}
            for code, line in new.items()
            if code in old and (groups := _different(book, line, old[code]))
        ],
        "gone": [line for code, line in old.items() if code not in new],
    }


def _different(book: str, line: Line, before: Line) -> list[str]:
    """A field that a line of an older day does not have says nothing."""
    return [
        group
        for group, names in GROUPS[book].items()
        if any((line.get(name) or None) != (before.get(name) or None) for name in names)
    ]
