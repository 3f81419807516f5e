"""Whoever stands at the door: an actor of the ledger, with what only the front needs to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from points.envelope import HOUSEHOLD, VILLAGER, Actor

__all__ = ["HOUSEHOLD", "Visitor", "of_household"]


@dataclass(frozen=True)
class Visitor(Actor):
    """`name`: shown on the page, never stored. `door`: session, card, token or cli. `shop`: the
    shop she or it serves. `duty`: what must be done before anything else (password, totp).
    `appointers`: asks who gave her the means to come in; only a second signature asks it."""

    name: str = ""
    door: str = "session"
    shop: str | None = None
    duty: str | None = None
    language: str | None = None
    appointers: Callable[[], frozenset[str]] = field(default=frozenset, compare=False, repr=False)

    def appointed_by(self) -> frozenset[str]:
        return self.appointers()


def of_household(household: str) -> Visitor:
    """Whoever holds its card speaks for it."""
    village = household.partition("-")[0]
    return Visitor(HOUSEHOLD + household, VILLAGER, village, household, door="card")
