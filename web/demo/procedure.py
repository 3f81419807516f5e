"""The demo's rule book goes through its six steps, as every rule book does."""

from __future__ import annotations

from datetime import date, timedelta

from points.ledger import Ledger
from points.procedure import DELIBERATIONS, STEPS, Step

BODIES = ("示例县妇联党支部", "示例县妇联两委联席会", "示例县党员代表会", "示例县村民代表联席会")
DAYS_BEFORE = (30, 26, 21, 16, 14, 7)
PEOPLE = ((9, 8, 8), (14, 13, 12), (46, 38, 35), (62, 51, 47))
"""Entitled, present and in favour, body by body."""


def adopt_by_procedure(ledger: Ledger, version: int, effective_from: date) -> None:
    """In force from a day on, after six steps that ended a week before. Call it in the name of
    another person than the drafter."""
    ledger.record_rule_steps(version, _steps(effective_from))
    ledger.adopt_rules(version, effective_from=effective_from)


def _steps(effective_from: date) -> list[Step]:
    days = [effective_from - timedelta(days=before) for before in DAYS_BEFORE]
    papers = [f"示例〔{day.year}〕{n}号" for n, day in enumerate(days, start=1)]
    held = [
        Step(step, day, paper, body, *people)
        for step, day, paper, body, people in zip(
            DELIBERATIONS, days, papers, BODIES, PEOPLE, strict=False
        )
    ]
    hung = [
        Step(step, day, paper, place="县、乡、村公开栏", until=day + timedelta(days=7))
        for step, day, paper in list(zip(STEPS, days, papers, strict=True))[len(DELIBERATIONS) :]
    ]
    return [*held, *hung]
