"""A ledger that lets a body decide what it may not is found out by `check`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from points import sitting
from points.award import AwardCase
from points.checks import check
from points.ledger import Proposal
from points.ledger.sitting import Sittings
from points.rulebook import Rule
from points.scoring import Judge
from points.sitting import Minutes, Sitting
from tests.support.cast import ADA, BEN, DORA, QIAN, RULES, SUN, VILLAGE, ZHAO
from tests.support.town import Town

pytestmark = pytest.mark.row("B2", "Q2")

Patch = pytest.MonkeyPatch

CUSTOMS = "customs_council"
WEDDING = Rule("M03", "低彩礼、零彩礼", "civility", 30, 30, body=CUSTOMS)
FEAST = Rule("D03", "大操大办", "deduction", -10, -10, body="two_committees")
COUNCIL = (Judge("c1", ZHAO), *(Judge(f"c{n}") for n in range(2, 7)))


@pytest.fixture
def village(town: Town) -> Town:
    """`c2` is near to QIAN, and has been for some time."""
    town.books([*RULES, WEDDING, FEAST])
    for household in (ZHAO, QIAN, SUN):
        town.household(household)
    town.by(ADA).declare_kin("c2", QIAN, "in-law")
    town.later(hours=1)
    return town


def proposed(town: Town, household: str = QIAN, rule: str = "M03") -> UUID:
    case: UUID = town.by(ADA).propose(Proposal(household, rule, town.today))
    return case


def hold(town: Town, votes: dict[UUID, int], **more: Any) -> None:
    paper = Minutes(VILLAGE, CUSTOMS, town.today, "3号", "会议室", 9, COUNCIL)
    town.by(BEN).hold_sitting(replace(paper, **more), votes)


def altered(patch: Patch, **fields: Any) -> None:
    """What is recorded of a sitting is something else than it was."""
    real = Sitting.begin.__func__  # type: ignore[attr-defined]  # a class method's function

    def begin(cls: type[Sitting], event: type, originator_id: UUID, **told: Any) -> Sitting:
        made: Sitting = real(cls, event, originator_id, **told | fields)
        return made

    patch.setattr(Sitting, "begin", classmethod(begin))


def lets_one_person_decide(town: Town, patch: Patch) -> None:
    patch.setattr(AwardCase, "_after_its_sitting", lambda *_: None)
    town.by(BEN).sign(proposed(town))


def lets_one_person_refuse(town: Town, patch: Patch) -> None:
    patch.setattr(AwardCase, "_after_its_sitting", lambda *_: None)
    town.by(BEN).refuse(proposed(town), reason="不像")


def lets_two_sittings_decide(town: Town, patch: Patch) -> None:
    case = proposed(town, rule="D03")
    hold(town, {case: 5}, body=FEAST.body)
    patch.setattr(AwardCase, "_after_its_sitting", lambda *_: None)
    paper = Minutes(VILLAGE, FEAST.body, town.today, "4号", "会议室", 9, COUNCIL)
    town.by(DORA).hold_sitting(paper, {case: 5})


def forgets_which_body(town: Town, patch: Patch) -> None:
    patch.setattr(Rule, "sitting_of", "")
    case = proposed(town)
    patch.undo()
    town.by(BEN).sign(case)


def names_a_sitting_that_never_was(town: Town, patch: Patch) -> None:
    patch.setattr(AwardCase.Signed, "apply", lambda self, case: case.signers.append(self.signer))
    real = AwardCase.sign
    patch.setattr(AwardCase, "sign", lambda self: real(self, uuid4()))
    town.by(BEN).sign(proposed(town))


def counts_a_relative(town: Town, patch: Patch) -> None:
    patch.setattr(Sittings, "kin_of", lambda *_: frozenset())
    hold(town, {proposed(town): 6})


def counts_her_own_household(town: Town, patch: Patch) -> None:
    patch.setattr(sitting, "recused_of", lambda *_: [])
    hold(town, {proposed(town, ZHAO): 6})


def counts_who_proposed_it(town: Town, patch: Patch) -> None:
    members = (*COUNCIL[:5], Judge(ADA.id))
    real = sitting._decided
    patch.setattr(sitting, "_decided", lambda vote, *rest: real(replace(vote, proposer=""), *rest))
    hold(town, {proposed(town, SUN): 6}, members=members)


def leaves_out_who_is_not_near(town: Town, patch: Patch) -> None:
    near = {"c5": frozenset([SUN]), "c6": frozenset([SUN])}
    patch.setattr(Sittings, "kin_of", lambda _, person: near.get(person, frozenset()))
    hold(town, {proposed(town, SUN): 3})


def sits_with_too_few(town: Town, patch: Patch) -> None:
    altered(patch, required=10)
    hold(town, {proposed(town): 5})


def is_a_body_of_two(town: Town, patch: Patch) -> None:
    altered(patch, required=2)
    hold(town, {proposed(town): 2}, members=COUNCIL[2:4], required=3)


def sits_tomorrow(town: Town, patch: Patch) -> None:
    altered(patch, day=(town.today + timedelta(days=1)).isoformat())
    hold(town, {proposed(town): 5})


def sat_before_it_was_proposed(town: Town, patch: Patch) -> None:
    altered(patch, day=(town.today - timedelta(days=1)).isoformat())
    hold(town, {proposed(town): 5})


def signs_without_a_majority(town: Town, patch: Patch) -> None:
    patch.setattr(Sitting, "agreed_to", lambda *_: True)
    hold(town, {proposed(town): 2})


def refuses_what_was_agreed_to(town: Town, patch: Patch) -> None:
    patch.setattr(Sitting, "agreed_to", lambda *_: False)
    hold(town, {proposed(town): 5})


def decides_for_another_body(town: Town, patch: Patch) -> None:
    altered(patch, body="two_committees")
    monkey = Sittings._decided

    def wrong(self: Any, held: Sitting, case: AwardCase) -> Any:
        held.body, before = CUSTOMS, held.body
        try:
            return monkey(self, held, case)
        finally:
            held.body = before

    patch.setattr(Sittings, "_decided", wrong)
    hold(town, {proposed(town): 5})


def counts_one_twice(town: Town, patch: Patch) -> None:
    altered(patch, members=[vars(each) for each in (*COUNCIL[:5], COUNCIL[4])])
    hold(town, {proposed(town): 5})


def enters_it_in_anothers_name(town: Town, patch: Patch) -> None:
    altered(patch, held_by=DORA.id)
    hold(town, {proposed(town): 5})


MISDEEDS: tuple[Callable[[Town, Patch], None], ...] = (
    lets_one_person_decide,
    lets_one_person_refuse,
    lets_two_sittings_decide,
    forgets_which_body,
    names_a_sitting_that_never_was,
    counts_a_relative,
    counts_her_own_household,
    counts_who_proposed_it,
    leaves_out_who_is_not_near,
    sits_with_too_few,
    is_a_body_of_two,
    sits_tomorrow,
    sat_before_it_was_proposed,
    signs_without_a_majority,
    refuses_what_was_agreed_to,
    decides_for_another_body,
    counts_one_twice,
    enters_it_in_anothers_name,
)


@pytest.mark.parametrize("misdeed", MISDEEDS, ids=lambda each: each.__name__)
def test_a_misdeed_of_a_body_is_found(
    village: Town, monkeypatch: Patch, misdeed: Callable[[Town, Patch], None]
) -> None:
    with monkeypatch.context() as patch:
        misdeed(village, patch)
    found = check(village.county)
    assert "sittings" in {finding.check for finding in found}, found


def test_kin_declared_just_before_a_sitting_is_fine(village: Town) -> None:
    """As is one that ended just before, and one that was declared again."""
    for act in (village.by(ADA).declare_kin, lambda *_: village.by(ADA).end_kin("c3", SUN)):
        act("c3", SUN, "in-law")
        case = proposed(village, SUN)
        hold(village, {case: 5}, number=str(case))
    village.by(ADA).declare_kin("c3", SUN, "sibling")
    case = proposed(village, SUN)
    hold(village, {case: 5}, number=str(case))
    assert village.read.sittings.behind([case])[case]["recused"] == "c3"
    assert check(village.county) == []
