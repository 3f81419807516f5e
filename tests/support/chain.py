"""Points at once, by the whole procedure: the paper is two weeks old, the posting is today's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from points.clock import business_day
from points.envelope import Actor
from points.ledger import Proposal
from points.notice import posting_day
from points.scoring import Judge
from points.sitting import Minutes

AGO = timedelta(days=14)
"""Enough for the seven days of a long line, or a week of holidays before three working days."""

SETTLED = timedelta(days=60)
"""How long books are in force, and shops and accounts open, before the test's first day."""

COUNCIL = tuple(Judge(f"member {seat}") for seat in range(1, 7))
"""Six who come to every sitting; nine belong to it."""

As = Callable[[Actor, datetime], AbstractContextManager[Any]]
"""The ledger, as this person commands it at this time."""


@dataclass(frozen=True)
class Crew:
    """Who proposes, who reviews (deductions: both), and who hangs up."""

    proposer: Actor
    signers: tuple[Actor, ...]
    opener: Actor


def month_due(today: date) -> str:
    """The latest month that may be posted today."""
    month = today.replace(day=1)
    while posting_day(month.isoformat()[:7]) > today.isoformat():
        month = (month - timedelta(days=1)).replace(day=1)
    return month.isoformat()[:7]


def due_by(today: date, proposals: Sequence[Proposal]) -> list[Proposal]:
    """The same, for things that happened in a month that may be posted today."""
    over = (date.fromisoformat(f"{month_due(today)}-01") + timedelta(days=31)).replace(day=1)
    last = over - timedelta(days=1)
    return [replace(each, occurred_on=min(each.occurred_on, last)) for each in proposals]


def post(as_: As, crew: Crew, now: datetime, proposals: Sequence[Proposal]) -> list[UUID]:
    """Proposed, reviewed and hung up before `now`, closed and posted at `now`; the cases. What they
    are for lies in a month that may be posted now, at the latest."""
    today = business_day(now)
    cases = review(as_, crew, now - AGO, due_by(today, proposals))
    hang_up(as_, crew.opener, now - AGO, cases, month_due(today))
    with as_(crew.opener, now) as ledger:
        ledger.close_and_post(today)
        states = {case: ledger.read.cases.one(case)["state"] for case in cases}
    assert set(states.values()) == {"posted"}, states
    return cases


def review(as_: As, crew: Crew, at: datetime, proposals: Sequence[Proposal]) -> list[UUID]:
    """Proposed and reviewed at one time, by a sitting what a body decides; of things that have
    happened by then."""
    day = business_day(at)
    past = [replace(each, occurred_on=min(each.occurred_on, day)) for each in proposals]
    with as_(crew.proposer, at) as ledger:
        cases: list[UUID] = ledger.propose_batch(past)
        found = {case: ledger.read.cases.one(case) for case in cases}
    first, *others = crew.signers
    agree(as_, first, at, [row for row in found.values() if row["body"]])
    for case, row in found.items():
        for signer in (*([] if row["body"] else [first]), *others[: row["signatures_needed"] - 1]):
            with as_(signer, at) as ledger:
                ledger.sign(case)
    return cases


def agree(as_: As, signer: Actor, at: datetime, rows: Iterable[dict[str, Any]]) -> None:
    """Each body of each village sits once and agrees to all of its cases; `signer` enters it."""
    for (village, body), some in groupby(sorted(rows, key=_council), key=_council):
        votes = {row["case_id"]: 4 for row in some}
        number = f"评议{next(iter(votes)).int % 10**9}号"
        minutes = Minutes(village, body, business_day(at), number, "村委会会议室", 9, COUNCIL)
        with as_(signer, at) as ledger:
            ledger.hold_sitting(minutes, votes)


def _council(case: dict[str, Any]) -> tuple[str, str]:
    village: str = case["household"].partition("-")[0]
    return village, case["body"]


def hang_up(as_: As, opener: Actor, at: datetime, cases: Iterable[UUID], month: str) -> list[UUID]:
    """On the board of each village, and each deduction on a notice of its own; the notices."""
    made: list[UUID] = []
    with as_(opener, at) as ledger:
        found = [ledger.read.cases.one(case) for case in cases]
        for (village, alone), lines in groupby(sorted(found, key=_board), key=_board):
            ids = [line["case_id"] for line in lines]
            made.append(ledger.open_notice(village, month, ids))
            assert not alone or len(ids) == 1
    return made


def _board(case: dict[str, Any]) -> tuple[str, str]:
    village: str = case["household"].partition("-")[0]
    return village, str(case["case_id"]) if case["points"] < 0 else ""
