"""How large the invented county is, and how lively. Rates stand beside what they drive."""

from __future__ import annotations

from dataclasses import dataclass

from points.refusals import Refusal


class NotEmpty(Refusal):
    """Invented data go into a county that holds no account yet. Fact: how many it holds."""

    code = "county-not-empty"


@dataclass(frozen=True)
class Profile:
    """`villages`: how many take part, None for all. `days`: how long it went on until today.
    `crowd`, `awards`, `visits`: times the households, credits and redemptions of domain.md §6.
    `openings`: days in which the accounts are opened. `paper`: share of accounts that bring
    points from a paper register. `lively`: something happened yesterday and today. `at_once`:
    villages whose days are played at the same time, so that they share commits."""

    villages: int | None
    days: int
    crowd: float = 1.0
    awards: float = 1.0
    visits: float = 1.0
    opened: float = 0.6
    openings: int = 60
    paper: float = 0.0
    lively: bool = False
    at_once: int = 12


PROFILES = {
    "mini": Profile(
        villages=2,
        days=90,
        crowd=0.1,
        awards=12.0,
        visits=18.0,
        opened=0.9,
        openings=3,
        paper=0.8,
        lively=True,
        at_once=1,
    ),
    "county": Profile(villages=None, days=3 * 365),
    "stress": Profile(villages=None, days=3 * 365, crowd=20.0),
}
