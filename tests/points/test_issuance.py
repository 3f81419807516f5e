"""A3, Q4: what a village may give, to one and in all; every refusal says which limit it was."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from points.caps import CapReached
from points.checks import check
from points.issuance import Cover, CoverExceeded, IssuanceCapReached, months_of, quarter_of
from points.ledger import Proposal
from points.policy import Policy
from points.pricelist import Good
from points.rulebook import RuleBook
from points.versions import BadLine
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ADA, BEN, DORA, FAYE, QIAN, RULES, VILLAGE, ZHAO
from tests.support.town import Town


@pytest.fixture
def town(make_county: CountyMaker) -> Town:
    return Town(make_county(COUNTY, views))


def settled(town: Town, policy: Policy, stock: int = 50) -> Town:
    town.books(policy=policy)
    for household in (ZHAO, QIAN):
        town.household(household)
    town.shop(stock)
    return town


def reviewed(town: Town, household: str, points: int, rule: str = "E01") -> UUID:
    case: UUID = town.by(ADA).propose(Proposal(household, rule, town.today, points))
    town.by(BEN).sign(case)
    if points < 0:
        town.by(DORA).sign(case)
    return case


def hang_up(town: Town, *cases: UUID, month: str = "2026-11") -> UUID:
    notice: UUID = town.by(FAYE).open_notice(VILLAGE, month, cases)
    return notice


@pytest.mark.row("Q4")
def test_a_village_gives_no_more_than_its_total_in_a_quarter(town: Town) -> None:
    settled(town, Policy(issuance_cap=100))
    hang_up(town, reviewed(town, ZHAO, 60))
    more = reviewed(town, QIAN, 41)
    with pytest.raises(IssuanceCapReached) as no:
        hang_up(town, more)
    assert no.value.facts == {"quarter": "2026Q4", "cap": 100, "used": 60, "asked": 41}
    assert town.read.cases.one(more)["state"] == "reviewed"  # type: ignore[index]
    hang_up(town, reviewed(town, QIAN, 40))
    hang_up(town, reviewed(town, QIAN, -5, "D01"))  # a deduction gives nothing
    assert check(town.county) == []


@pytest.mark.row("Q4")
def test_what_was_posted_counts_and_what_was_struck_does_not(town: Town) -> None:
    settled(town, Policy(issuance_cap=100))
    town.in_public(reviewed(town, ZHAO, 60))
    assert town.balance(ZHAO) == 60
    assert town.read.covers.issued(VILLAGE, months_of("2026Q4")) == 60
    with pytest.raises(IssuanceCapReached):
        hang_up(town, reviewed(town, QIAN, 50), month="2026-12")  # the same quarter
    town.later(days=40)
    hang_up(town, reviewed(town, QIAN, 50), month="2027-01")
    assert town.read.covers.issued(VILLAGE, months_of("2027Q1")) == 50


@pytest.mark.row("Q4", "K3")
def test_points_out_are_measured_by_the_shelves(town: Town) -> None:
    """Ten of each: 20, 30 and 1,200 points of goods."""
    settled(town, Policy(), stock=10)
    town.in_public(reviewed(town, ZHAO, 100))
    hang_up(town, reviewed(town, QIAN, 30), month="2026-12")
    policy, found = town.ledger.covers(VILLAGE[:6], town.today)
    assert policy == Policy()
    assert found == {VILLAGE: Cover(out=100, hanging=30, stock=1250)}
    assert found[VILLAGE].percent == 8


@pytest.mark.row("Q4")
def test_goods_that_the_list_does_not_name_cover_nothing(town: Town) -> None:
    settled(town, Policy(), stock=10)
    town.later(days=1)
    version = town.by(ADA).draft_prices([Good("G01", "牙刷", "支", 3)])
    town.by(BEN).adopt_prices(version, effective_from=town.today)
    assert town.ledger.covers(VILLAGE, town.today)[1][VILLAGE].stock == 30


@pytest.mark.row("Q4")
def test_where_the_rule_book_says_so_empty_shelves_stop_the_board(town: Town) -> None:
    settled(town, Policy(cover_refuse_percent=100), stock=1)  # 125 points of goods
    hang_up(town, reviewed(town, ZHAO, 100))
    with pytest.raises(CoverExceeded) as no:
        hang_up(town, reviewed(town, QIAN, 26))
    assert no.value.facts == {"percent": 100, "stock": 125, "used": 100, "asked": 26}
    hang_up(town, reviewed(town, QIAN, 25))


@pytest.mark.row("Q4")
def test_the_ratio_is_told_from_eighty_percent_on() -> None:
    assert not Cover(80, 0, 100).above(80)
    assert Cover(81, 0, 100).above(80)
    assert Cover(1, 0, 0).above(80)
    assert Cover(1, 0, 0).percent is None
    assert Cover(1, 0, 1000).percent == 1
    assert quarter_of("2026-10") == "2026Q4"
    assert months_of("2026Q1") == ("2026-01", "2026-02", "2026-03")
    for wrong in ("2026", "2026Q5", "2026-4", "Q12026"):
        with pytest.raises(ValueError):
            months_of(wrong)


@pytest.mark.row("Q4")
@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (Policy(issuance_cap=0), "issuance-cap"),
        (Policy(cover_warn_percent=0), "cover-percent"),
        (Policy(cover_refuse_percent=1001), "cover-percent"),
        (Policy(expiry_months=0), "expiry-months"),
    ],
)
def test_a_policy_has_figures_that_can_be(town: Town, policy: Policy, why: str) -> None:
    with pytest.raises(BadLine) as no:
        town.by(ADA).draft_rules(RULES, policy=policy)
    assert no.value.facts == {"key": "policy", "why": why}


@pytest.mark.row("Q4")
def test_a_version_of_the_first_release_has_no_total(town: Town) -> None:
    """Its policy was stored without these figures."""
    settled(town, Policy())
    book = town.ledger.load(RuleBook, RuleBook.the_id())
    assert book is not None
    book.versions["1"]["policy"] = {"base_redeemable": True, "expiry_months": 12}
    assert book.rules_on(town.today)[2] == Policy(base_redeemable=True, expiry_months=12)


CAPS = [
    ("points", "month", "person"),
    ("times", "quarter", "household"),
    ("times", "year", "person"),
    ("points", "event", "household"),
    ("times", "ever", "household"),
]


@pytest.mark.row("A3")
@pytest.mark.parametrize(("of", "period", "per"), CAPS)
def test_a_cap_is_named_when_it_is_reached(town: Town, of: str, period: str, per: str) -> None:
    """At the proposal by what was posted; at the posting by what was posted meanwhile."""
    limit = 5 if of == "points" else 1
    rule = replace(
        RULES[2], cap=limit, cap_of=of, cap_period=period, cap_per=per
    )  # five points each time
    town.books(rules=[rule])
    town.household(ZHAO)
    whose = {"earner": "li"} if per == "person" else {}
    proposal = Proposal(ZHAO, rule.code, town.today, **whose)  # type: ignore[arg-type]
    first, second = (town.by(ADA).propose(proposal) for _ in range(2))  # neither is posted yet
    for case in (first, second):
        town.by(BEN).sign(case)
    town.in_public(first, second)
    ends = {case: town.read.cases.one(case) for case in (first, second)}
    assert sorted(row["state"] for row in ends.values() if row) == ["posted", "refused"]
    assert {row["why"] for row in ends.values() if row} == {None, "cap"}
    with pytest.raises(CapReached) as no:
        town.by(ADA).propose(proposal)
    assert no.value.facts == {
        "rule": "C01",
        "limit": limit,
        "of": of,
        "period": period,
        "per": per,
        "used": limit,
    }
    assert check(town.county) == []
