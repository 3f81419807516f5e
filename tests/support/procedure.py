"""The six steps that bring a rule book into force, as tests take them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from points.procedure import DELIBERATIONS, STEPS, Step
from points.rulebook import RuleBook

BODIES = ("示例村党支部", "示例村两委", "示例村党员大会", "示例村村民代表会议")
DAYS_BEFORE = (30, 26, 21, 16, 14, 7)
"""How long before a version takes effect each step was taken."""


def procedure(effective_from: date) -> list[Step]:
    """Six steps that hold, ending a week before the version takes effect."""
    days = [effective_from - timedelta(days=before) for before in DAYS_BEFORE]
    steps = [
        Step(step, day, f"示例字〔{day.year}〕{number}号")
        for number, (step, day) in enumerate(zip(STEPS, days, strict=True), start=1)
    ]
    for n, body in enumerate(BODIES):
        steps[n] = replace(steps[n], body=body, entitled=30, present=24, in_favour=22)
    for n in range(len(DELIBERATIONS), len(STEPS)):
        until = steps[n].day + timedelta(days=5)
        steps[n] = replace(steps[n], place="村务公开栏", until=until)
    return steps


def adopt_by_procedure(ledger: Any, version: int, effective_from: date) -> None:
    """In force from a day on, after its six steps, in the name of who commands the ledger."""
    ledger.record_rule_steps(version, procedure(effective_from))
    ledger.adopt_rules(version, effective_from=effective_from)


def take_steps(book: RuleBook, version: int, effective_from: date, steps: int = len(STEPS)) -> None:
    """The first steps of a version, on the aggregate itself."""
    for step in procedure(effective_from)[:steps]:
        book.take_step(version, step)
