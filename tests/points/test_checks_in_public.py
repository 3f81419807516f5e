"""A ledger that breaks the public chain is found out by `check`: days, objections, postings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from points import evaluation, notice
from points.award import AwardCase
from points.checks import check
from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.ledger.noticing import Noticing
from points.ledger.objecting import Objecting
from points.notice import Notice
from points.objection import DISMISSED, UPHELD, Objection
from points.rulebook import Rule
from points.scoring import CLEANEST, Judge, Result, Row, Terms, period_of
from tests.support.cast import ADA, FAYE, NIGHT, QIAN, RULES, TINA, VILLAGE, ZHAO
from tests.support.chain import hang_up, review
from tests.support.honours import MEETING
from tests.support.town import CREW, Town

pytestmark = pytest.mark.row("B2", "B3", "J1", "Q5")

Patch = pytest.MonkeyPatch
ANYBODY = Actor("anonymous", "public")
GAIL = Actor("gail", "village", VILLAGE)
TOMORROW = date(2026, 11, 25)
"""A Wednesday; the town wakes on the day before."""


@pytest.fixture
def village(town: Town) -> Town:
    for household in (ZHAO, QIAN):
        town.household(household)
    return town


def hung(town: Town, *points: int, rule: str = "E01") -> UUID:
    """One notice with so many cases."""
    proposals = [Proposal(ZHAO, rule, town.today, each) for each in points]
    cases = review(town.as_, CREW, town.now, proposals)
    return hang_up(town.as_, FAYE, town.now, cases, "2026-11")[0]


def objected(town: Town, on: UUID, line: int = 1) -> UUID:
    made: UUID = town.by(ANYBODY).object_to(on, about="line", line=line, text="没有", way="page")
    return made


def declared(town: Town, day: date = TOMORROW) -> None:
    town.by(TINA).declare_day(day, working=False, document="县政府通知第 8 号")


def blind(patch: Patch) -> None:
    patch.setattr(Noticing, "days_declared", lambda _: {})


def forgets_a_declared_day(town: Town, patch: Patch) -> None:
    declared(town)
    town.later(minutes=5)
    blind(patch)
    hung(town, 5, rule="C01")


def takes_much_for_little(town: Town, patch: Patch) -> None:
    patch.setattr("points.ledger.noticing.stands_long", lambda *_: False)
    hung(town, 30)


def takes_an_honour_for_routine(town: Town, patch: Patch) -> None:
    """Of few points, so that the rule alone makes it long."""
    town.books([*RULES, Rule("F09", "好邻居", "honour", 3, 3)])
    patch.setattr("points.ledger.noticing.stands_long", lambda *_: False)
    hung(town, 3, rule="F09")


def hangs_longer_than_it_need(town: Town, patch: Patch) -> None:
    patch.setattr(notice, "WORKING_DAYS", 9)
    hung(town, 5, rule="C01")


def posts_before_the_posting_day(town: Town, patch: Patch) -> None:
    patch.setattr(notice, "POSTING_DAY", 1)
    hung(town, 30)
    town.later(days=8)
    assert town.by(NIGHT).close_and_post(town.today).posted == 1


def decides_by_the_wrong_day(town: Town, patch: Patch) -> None:
    on = hung(town, 30)
    declared(town)
    town.later(minutes=5)
    blind(patch)
    objected(town, on)


def lets_nobody_appeal(town: Town, patch: Patch) -> None:
    made = objected(town, hung(town, 30))
    patch.setattr("points.objection.WORKING_DAYS", 0)
    town.by(GAIL).decide_objection(made, Answer(DISMISSED, "没有错。"))


def frees_it_before_the_appeal(town: Town, patch: Patch) -> None:
    made, right = objected(town, hung(town, 30)), AwardCase.release

    def wrong(self: AwardCase, name: UUID, *, post_after: str, points: int | None = None) -> None:
        right(self, name, post_after="2026-11-24", points=points)

    patch.setattr(AwardCase, "release", wrong)
    town.by(GAIL).decide_objection(made, Answer(DISMISSED, "没有错。"))


def upholds_and_leaves_it(town: Town, patch: Patch) -> None:
    made = objected(town, hung(town, 30))
    patch.setattr(Notice, "correct", lambda *_, **__: None)
    patch.setattr(Objecting, "_points", lambda *_: None)
    town.by(GAIL).decide_objection(made, Answer(UPHELD, "二十。", points=20))


def dismisses_and_strikes(town: Town, patch: Patch) -> None:
    made = objected(town, hung(town, 30))
    patch.setattr("points.ledger.objecting.UPHELD", DISMISSED)
    town.by(GAIL).decide_objection(made, Answer(DISMISSED, "没有错。"))


def strikes_for_another_reason(town: Town, patch: Patch) -> None:
    made, right = objected(town, hung(town, 30)), AwardCase.strike
    patch.setattr(AwardCase, "strike", lambda self, **_: right(self, note=None, note_digest=None))
    town.by(GAIL).decide_objection(made, Answer(UPHELD, "没有做。"))


def holds_another_line(town: Town, patch: Patch) -> None:
    """The objection is to the first line, and the second waits for its answer."""
    on, right = hung(town, 30, 40), Objecting._case_on
    asked = str(right(town.ledger, town.ledger.notice(on), 1).id)
    patch.setattr(Objecting, "_case_on", lambda self, of, line: right(self, of, 3 - line))
    filed = Objection.file
    patch.setattr(Objection, "file", lambda *a, **facts: filed(*a, **{**facts, "case": asked}))
    objected(town, on)


def forgets_to_hold(town: Town, patch: Patch) -> None:
    on = hung(town, 30)
    patch.setattr(AwardCase, "hold", lambda *_: None)
    objected(town, on)


def forgets_the_other_points(town: Town, patch: Patch) -> None:
    made = objected(town, hung(town, 30))
    town.by(GAIL).decide_objection(made, Answer(UPHELD, "二十。", points=20))
    patch.setattr(AwardCase.Changed, "apply", lambda *_: None)
    town.later(days=12)
    assert town.by(NIGHT).close_and_post(town.today).posted == 1


def counts_a_recused_judge(town: Town, patch: Patch) -> None:
    """She has become a relative since the sheet was typed."""
    judges = (Judge("j1"), Judge("j2"), Judge("j3"))
    period = period_of(CLEANEST, town.today)
    made = town.by(ADA).open_round(VILLAGE, CLEANEST, period, judges=judges, terms=Terms())
    town.by(FAYE).score_sheet(made, [Row(ZHAO, ((99,), (70,), (60,)))])
    town.by(TINA).declare_kin("j1", ZHAO, "other")
    right = evaluation.result_of

    def wrong(row: Any, recused: Sequence[str], judges: Sequence[str]) -> Result:
        return replace(right(row, [], judges), recused=tuple(recused))

    patch.setattr(evaluation, "result_of", wrong)
    town.by(ADA).close_round(made, MEETING)


MISDEEDS: list[tuple[Callable[[Town, Patch], None], str]] = [
    (forgets_a_declared_day, "notices"),
    (takes_much_for_little, "notices"),
    (takes_an_honour_for_routine, "notices"),
    (hangs_longer_than_it_need, "notices"),
    (posts_before_the_posting_day, "notices"),
    (decides_by_the_wrong_day, "objections"),
    (lets_nobody_appeal, "objections"),
    (frees_it_before_the_appeal, "objections"),
    (upholds_and_leaves_it, "objections"),
    (dismisses_and_strikes, "objections"),
    (strikes_for_another_reason, "objections"),
    (holds_another_line, "objections"),
    (forgets_to_hold, "objections"),
    (forgets_the_other_points, "awards"),
    (counts_a_recused_judge, "evaluations"),
]


@pytest.mark.parametrize(
    ("misdeed", "name"), [pytest.param(*each, id=each[0].__name__) for each in MISDEEDS]
)
def test_a_misdeed_in_public_is_found(
    village: Town, monkeypatch: Patch, misdeed: Callable[[Town, Patch], None], name: str
) -> None:
    with monkeypatch.context() as patch:
        misdeed(village, patch)

    assert name in {finding.check for finding in check(village.county)}


def test_a_day_that_is_declared_later_changes_no_notice(village: Town) -> None:
    on = hung(village, 5, rule="C01")
    objected(village, on)
    village.later(minutes=5)
    declared(village)
    shown = village.read.notices.one(on)
    assert shown
    assert shown["closes_on"] == "2026-11-27"
    assert check(village.county) == []

    later = village.read.notices.one(hung(village, 6, rule="G01"))
    assert later
    assert later["closes_on"] == "2026-11-30"
    assert check(village.county) == []


def test_a_day_declared_while_somebody_was_hanging_up(village: Town, monkeypatch: Patch) -> None:
    """She did no wrong: a notice reads the calendar, and is saved a moment after the change."""
    declared(village)
    with monkeypatch.context() as patch:
        blind(patch)
        village.later(seconds=5)
        hung(village, 5, rule="C01")
    assert check(village.county) == []


def test_an_answer_that_opened_a_case_and_was_taken_further(village: Town) -> None:
    missing = village.by(ANYBODY).object_to(
        hung(village, 30), about="missing", household=QIAN, text="少了我的", way="page"
    )
    wanted = Proposal(QIAN, "C02", village.today)
    village.by(GAIL).decide_objection(missing, Answer(UPHELD, "补上。", instead=wanted))
    village.by(ADA).appeal_objection(missing, text="还少")
    village.by(TINA).settle_objection(missing, Answer(DISMISSED, "不少了。"))
    assert check(village.county) == []
