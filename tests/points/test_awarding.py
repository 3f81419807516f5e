"""Points in a ledger: proposed, signed, posted; paper registers; base points; deductions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from points.award import CaseClosed, UnknownCase
from points.caps import CapReached
from points.checks import check
from points.envelope import NoEnvelope, OwnHousehold, SamePerson
from points.ledger import OpeningEntry, Proposal
from points.ledger.accounts import AlreadyOpened, InTheFuture, RuleNotForImport
from points.ledger.awards import TooLongAgo
from points.ledger.base import UnknownAccount
from points.rulebook import PointsNotInRule, Policy, UnknownRule
from points.versions import NothingInForce
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ADA, BEN, DORA, QIAN, RULES, TINA, VILLAGE, ZHAO, ZOE
from tests.support.procedure import adopt_by_procedure
from tests.support.town import Town


@pytest.fixture
def people(town: Town) -> Town:
    """A town with two households."""
    for household in (ZHAO, QIAN):
        town.household(household)
    return town


LAST = date(2026, 10, 31)
"""The last day of the month that may be posted."""


def proposal(household: str = ZHAO, rule: str = "C01", **more: Any) -> Proposal:
    return Proposal(household, rule, more.pop("occurred_on", date(2026, 11, 24)), **more)


def test_an_award_counts_when_its_notice_is_over(people: Town) -> None:
    def stands() -> tuple[int, int]:
        found = people.read.balances.of(ZHAO)
        assert found is not None
        return found.balance, found.pending

    case = people.by(ADA).propose(proposal(evidence="照片三张"))
    proposed = stands()
    people.by(BEN).sign(case)
    reviewed = stands()
    people.in_public(case)

    assert (proposed, reviewed, stands()) == ((0, 5), (0, 5), (5, 0))
    [line] = people.read.entries.latest(ZHAO)
    assert (line["rule"], line["rule_version"], line["item"]) == ("C01", 1, "清洁户")
    assert (line["actor"], line["occurred_on"]) == ("faye", "2026-11-24")


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (proposal("999901100201-A009"), UnknownAccount),
        (proposal(rule="X01"), UnknownRule),
        (proposal(points=6), PointsNotInRule),
        (proposal(rule="V01", minutes=20), PointsNotInRule),
        (proposal(occurred_on=date(2026, 11, 25)), InTheFuture),
        (proposal(occurred_on=date(2025, 11, 22)), TooLongAgo),
    ],
)
def test_what_cannot_be_proposed(people: Town, what: Proposal, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        people.by(ADA).propose(what)
    assert people.read.cases.waiting() == []


def test_a_day_is_a_day_in_shanghai(people: Town) -> None:
    """At 23:30 UTC of the 24th it is the 25th in the village."""
    people.now = people.now.replace(hour=23, minute=30)

    people.by(ADA).propose(proposal(occurred_on=date(2026, 11, 25)))


def test_nobody_awards_her_own_household_nor_signs_for_it(people: Town) -> None:
    with pytest.raises(OwnHousehold):
        people.by(ZOE).propose(proposal())
    case = people.by(ADA).propose(proposal())
    with pytest.raises(OwnHousehold):
        people.by(ZOE).sign(case)
    with pytest.raises(SamePerson):
        people.by(ADA).sign(case)

    assert people.balance(ZHAO) == 0


def test_a_batch_is_posted_whole_or_not_at_all(people: Town) -> None:
    with pytest.raises(PointsNotInRule):
        people.by(ADA).propose_batch([proposal(QIAN), proposal(points=99)])
    cases = people.by(ADA).propose_batch([proposal(QIAN), proposal()])

    waiting = people.read.cases.waiting(VILLAGE)
    assert {row["case_id"] for row in waiting} == set(cases)


def test_a_case_is_closed_once(people: Town) -> None:
    case = people.by(ADA).propose(proposal())
    people.by(BEN).refuse(case, reason="不是这个月")

    for step in (people.by(DORA).sign, people.by(ADA).withdraw):
        with pytest.raises(CaseClosed):
            step(case)
    with pytest.raises(UnknownCase):
        people.by(BEN).sign(UUID(int=0))


def test_nothing_happens_without_an_envelope(people: Town) -> None:
    with pytest.raises(NoEnvelope):
        people.ledger.propose(proposal())


def test_without_books_nothing_is_earned(sqlite_county: CountyMaker) -> None:
    town = Town(sqlite_county(COUNTY, views))
    town.household(ZHAO)

    with pytest.raises(NothingInForce):
        town.by(ADA).propose(proposal())


# Caps.


def test_a_cap_holds_for_its_period_and_no_longer(people: Town) -> None:
    people.earned(ZHAO, 5, "C01", occurred_on=date(2026, 10, 1))

    with pytest.raises(CapReached):
        people.by(ADA).propose(proposal(occurred_on=date(2026, 10, 31)))
    people.earned(ZHAO, 5, "C01", occurred_on=date(2026, 9, 30))
    people.earned(QIAN, 5, "C01")

    assert (people.balance(ZHAO), people.balance(QIAN)) == (10, 5)


def test_a_cap_is_checked_again_when_it_is_posted(people: Town) -> None:
    cases = [people.by(ADA).propose(proposal()) for _ in range(2)]
    for case in cases:
        people.by(BEN).sign(case)

    people.in_public(*cases)

    assert people.balance(ZHAO) == 5
    ends = {(row["state"], row["why"]) for row in people.read.cases.several(cases)}
    assert ends == {("posted", None), ("refused", "cap")}


def test_a_cap_per_person_is_each_persons_own(people: Town) -> None:
    for earner in ("p1", "p2"):
        people.earned(ZHAO, 12, "V01", minutes=360, earner=earner)

    with pytest.raises(CapReached):
        people.by(ADA).propose(proposal(rule="V01", minutes=30, earner="p1", occurred_on=LAST))


def test_a_reversed_credit_frees_its_cap(people: Town) -> None:
    case = people.earned(ZHAO, 5, "C01")
    people.undone(people.by(ADA).ask_reversal(ZHAO, entry=str(case), reason="记错了户"))

    people.earned(ZHAO, 5, "C01")

    assert people.balance(ZHAO) == 5


def test_without_a_person_a_person_s_cap_is_the_household_s(people: Town) -> None:
    """What nobody is named for may have been anybody's."""
    people.earned(ZHAO, 8, "V01", minutes=240, earner="p1")
    with pytest.raises(CapReached):
        people.by(ADA).propose(proposal(rule="V01", minutes=180, occurred_on=LAST))
    people.earned(ZHAO, 4, "V01", minutes=120)

    with pytest.raises(CapReached):
        people.by(ADA).propose(proposal(rule="V01", minutes=300, earner="p2", occurred_on=LAST))
    people.by(ADA).propose(proposal(rule="V01", minutes=240, earner="p2", occurred_on=LAST))
    assert check(people.county) == []


def test_paper_skips_the_cap_and_counts_for_later_ones(people: Town) -> None:
    """An opening entry is not refused by a cap; an award of the same month then is."""
    november = [
        OpeningEntry(f"row {n}", ZHAO, "C01", 5, date(2026, 11, n), "十一月登记表") for n in (1, 2)
    ]
    people.by(TINA).post_opening_entries(november)

    with pytest.raises(CapReached):
        people.by(ADA).propose(proposal())
    assert people.balance(ZHAO) == 10


# Deductions.


def test_a_deduction_needs_three_people(people: Town) -> None:
    people.earned(ZHAO, 20)
    case = people.by(ADA).propose(proposal(rule="D01"))
    people.by(BEN).sign(case)
    assert people.balance(ZHAO) == 20
    for again in (ADA, BEN):
        with pytest.raises(SamePerson):
            people.by(again).sign(case)

    people.by(DORA).sign(case)
    assert people.balance(ZHAO) == 20
    people.in_public(case)

    assert people.balance(ZHAO) == 15


def test_a_deduction_stops_at_zero_and_says_so(people: Town) -> None:
    people.earned(ZHAO, 5, "C01")
    people.earned(ZHAO, -30, "D02")

    [line, _] = people.read.entries.latest(ZHAO)
    assert (line["points"], line["not_taken"]) == (-5, 25)
    found = people.read.balances.of(ZHAO)
    assert found is not None
    assert (found.balance, found.receivable) == (0, 0)


def test_a_deduction_takes_no_lapsed_points(town: Town) -> None:
    """They expire in the same save, so that they are told apart from what was taken."""
    town.books(policy=Policy(expiry_months=1))
    town.household(ZHAO)
    town.earned(ZHAO, 20)
    town.later(days=40)
    town.earned(ZHAO, 5, "C01")

    town.earned(ZHAO, -10, "D02")

    assert {row["kind"]: row["points"] for row in town.read.entries.latest(ZHAO)} == {
        "credit": 5,
        "expiry": -20,
        "deduction": -5,
    } | {"credit": 20}
    assert check(town.county) == []


# Paper registers and base points.


def entry(key: str = "row 1", **more: Any) -> OpeningEntry:
    usual = {"household": ZHAO, "rule": "C01", "points": 5, "occurred_on": date(2026, 3, 9)}
    return OpeningEntry(key, **{**usual, **more})


def test_a_paper_line_is_posted_once(people: Town) -> None:
    first = people.by(TINA).post_opening_entries([entry(), entry("row 2"), entry()])
    again = people.by(TINA).post_opening_entries([entry("row 3"), entry()])

    assert (first.imported, first.unchanged) == (["row 1", "row 2"], [])
    assert (again.imported, again.unchanged) == (["row 3"], ["row 1"])
    assert people.balance(ZHAO) == 15
    assert people.read.entries.latest(ZHAO)[0]["kind"] == "opening"


def test_an_import_sent_twice_gets_its_first_answer(people: Town) -> None:
    people.by(TINA).post_opening_entries([entry()])
    lines = [entry(), entry("row 2"), entry("row 3", household=QIAN)]
    first = people.by(TINA, "import").post_opening_entries(lines)

    assert people.by(TINA, "import").post_opening_entries(lines) == first
    assert (first.imported, first.unchanged) == (["row 2", "row 3"], ["row 1"])


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (entry("bad", points=6), PointsNotInRule),
        (entry("bad", rule="X01"), UnknownRule),
        (entry("bad", rule="D01", points=-5), RuleNotForImport),
        (entry("bad", rule="B01", points=10), RuleNotForImport),
        (entry("bad", occurred_on=date(2026, 11, 25)), InTheFuture),
        (entry("bad", household="999901100201-A009"), UnknownAccount),
    ],
)
def test_paper_is_bound_by_the_rules(
    people: Town, line: OpeningEntry, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        people.by(TINA).post_opening_entries([entry(), line])
    assert people.balance(ZHAO) == 0


def test_nobody_imports_for_her_own_household(people: Town) -> None:
    with pytest.raises(OwnHousehold):
        people.by(ZOE).post_opening_entries([entry(household=QIAN), entry()])
    with pytest.raises(OwnHousehold):
        people.by(ZOE).grant_base(ZHAO)


def test_base_points_come_once_and_buy_nothing(people: Town) -> None:
    for _ in range(2):
        people.by(TINA).grant_base(ZHAO, document="决议一号")

    found = people.read.balances.of(ZHAO)
    assert found is not None
    assert (found.balance, found.buckets["base"]) == (0, 10)
    with pytest.raises(CapReached):
        people.by(ADA).propose(proposal(rule="B01"))


def test_base_points_buy_where_the_rule_book_says_so(town: Town) -> None:
    town.books(policy=Policy(base_redeemable=True))
    town.household(ZHAO)

    town.by(TINA).grant_base(ZHAO)

    assert town.balance(ZHAO) == 10


def test_an_account_is_opened_once(people: Town) -> None:
    with pytest.raises(AlreadyOpened):
        people.by(ADA).open_account(ZHAO, village=VILLAGE)


# A rule book that changes.


def test_an_entry_keeps_the_rule_it_was_made_under(people: Town) -> None:
    """Proposed under version 1, posted under version 2: version 1 says how many."""
    case = people.by(ADA).propose(proposal(occurred_on=LAST))
    dearer = [
        replace(rule, points_min=7, points_max=7) if rule.code == "C01" else rule for rule in RULES
    ]
    people.books(rules=dearer, policy=Policy(expiry_months=3))
    people.by(BEN).sign(case)
    people.in_public(case)
    people.later(days=17)
    people.earned(ZHAO, 7, "C01", occurred_on=people.today)

    new, old = people.read.entries.latest(ZHAO)
    assert (old["rule_version"], old["points"], old["expires_on"]) == (1, 5, None)
    assert (new["rule_version"], new["points"]) == (2, 7)
    assert new["expires_on"] == "2027-03-25"
    assert check(people.county) == []


def test_books_from_tomorrow_on_hold_from_tomorrow_on(people: Town) -> None:
    version = people.by(ADA).draft_rules([replace(RULES[2], points_min=9, points_max=9)])
    adopt_by_procedure(people.by(BEN), version, people.today + timedelta(days=1))

    people.earned(ZHAO, 5, "C01")
    people.later(days=1)
    with pytest.raises(UnknownRule):
        people.by(ADA).propose(proposal(rule="E01", points=20))
