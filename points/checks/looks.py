"""Which looks have something to say about an event: the others are not asked.

A look says what it is about; without a word it is asked about everything.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from eventsourcing.utils import get_topic

L = TypeVar("L", bound=Callable[..., Any])


def about(*classes: type) -> Callable[[L], L]:
    """A look at events of these classes, or at those of these aggregates."""

    def mark(look: L) -> L:
        vars(look)["about"] = classes
        return look

    return mark


@cache
def at_save(looks: tuple[L, ...], kinds: frozenset[type]) -> tuple[L, ...]:
    """Those of `looks` that say something of a save with events of these classes."""
    return tuple(
        look
        for look in looks
        if any(issubclass(kind, vars(look).get("about", object)) for kind in kinds)
    )


@cache
def at_event(looks: tuple[L, ...], kind: type, before: type) -> tuple[L, ...]:
    """Those of `looks` that say something of an event of the class `kind` after an aggregate of
    the class `before`. The two need not belong together: rows may have been tampered with."""
    names = {get_topic(kind).partition(".")[0], get_topic(before)}
    return tuple(
        look
        for look in looks
        if "about" not in vars(look) or names & {get_topic(each) for each in vars(look)["about"]}
    )
