"""What a rule gives, which version holds, and what may be drafted and adopted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from points.account import PointsAccount
from points.caps import Cap, CapReached, used
from points.envelope import SamePerson
from points.pricelist import Good, PriceList
from points.rulebook import PointsNotInRule, Policy, Rule, RuleBook, UnknownRule
from points.versions import (
    AlreadyAdopted,
    BadLine,
    EffectiveInThePast,
    NothingInForce,
    UnknownVersion,
)
from tests.points.test_account import credited, opened
from tests.support.cast import ADA, BEN, GOODS, RULES
from tests.support.history import DAWN, acting, given, news
from tests.support.procedure import take_steps

by_code = {rule.code: rule for rule in RULES}
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


def book(*adopted: tuple[int, date]) -> RuleBook:
    """Two drafts by Ada that went through their six steps; some of them adopted by Ben, at dawn of
    the day they hold from."""
    with acting(ADA, DAWN - timedelta(days=300)):
        made = RuleBook.start()
        made.draft_rules(RULES, Policy())
        made.draft_rules([replace(by_code["C01"], points_min=6, points_max=6)], Policy())
        for version in (1, 2):
            take_steps(made, version, TODAY - timedelta(days=300))
    for version, day in adopted:
        with acting(BEN, DAWN + timedelta(days=(day - TODAY).days)):
            made.adopt(version, effective_from=day)
    made.collect_events()
    return made


# Points.


@pytest.mark.parametrize(
    ("code", "points", "minutes", "given_points"),
    [
        ("C01", None, None, 5),
        ("C01", 5, None, 5),
        ("E01", 20, None, 20),
        ("E01", 100, None, 100),
        ("D02", -10, None, -10),
        ("V01", None, 60, 2),
        ("V01", None, 89, 2),
        ("V01", None, 90, 3),
        ("V01", 3, None, 3),
        ("V01", 4, 120, 4),
        ("V02", None, 119, 1),
    ],
)
def test_what_a_rule_gives(
    code: str, points: int | None, minutes: int | None, given_points: int
) -> None:
    assert by_code[code].points_for(points, minutes) == given_points


@pytest.mark.parametrize(
    ("code", "points", "minutes"),
    [
        ("C01", 6, None),
        ("C01", -5, None),
        ("E01", None, None),
        ("E01", 19, None),
        ("E01", 101, None),
        ("D02", 10, None),
        ("V01", None, 29),
        ("V01", None, -60),
        ("V01", None, 24 * 60 + 1),
        ("V01", 5, 60),
        ("V01", 0, None),
        ("V01", 49, None),
        ("V01", None, None),
    ],
)
def test_what_a_rule_does_not_give(code: str, points: int | None, minutes: int | None) -> None:
    with pytest.raises(PointsNotInRule):
        by_code[code].points_for(points, minutes)


@pytest.mark.parametrize(
    ("months", "posted", "last"),
    [
        (None, date(2026, 11, 24), None),
        (1, date(2026, 1, 31), "2026-02-28"),
        (1, date(2028, 1, 31), "2028-02-29"),
        (12, date(2026, 11, 24), "2027-11-24"),
        (2, date(2026, 12, 31), "2027-02-28"),
    ],
)
def test_how_long_points_last(months: int | None, posted: date, last: str | None) -> None:
    assert Policy(expiry_months=months).expires_on(posted) == last


# Caps.


@pytest.mark.parametrize(
    ("period", "day", "inside", "outside"),
    [
        ("event", "2026-11-24", "2026-11-24", "2026-11-25"),
        ("month", "2026-11-30", "2026-11-01", "2026-12-01"),
        ("quarter", "2026-12-31", "2026-10-01", "2026-09-30"),
        ("quarter", "2026-03-31", "2026-01-01", "2025-12-31"),
        ("year", "2026-12-31", "2026-01-01", "2027-01-01"),
    ],
)
def test_where_a_period_begins_and_ends(period: str, day: str, inside: str, outside: str) -> None:
    cap = Cap(limit=1, of="times", period=period, per="household")

    assert cap.same_period(day, inside)
    assert not cap.same_period(day, outside)


def test_ever_is_for_ever() -> None:
    assert Cap(1, "times", "ever", "household").same_period("1999-01-01", "2099-12-31")


def lot(points: int = 5, **more: Any) -> dict[str, Any]:
    usual = {"rule": "R", "reversed": False, "occurred_on": "2026-11-01", "earner": "p1"}
    return {"points": points, **usual, **more}


def test_what_counts_for_a_cap() -> None:
    lots = [
        lot(),
        lot(rule="other"),
        lot(reversed=True),
        lot(occurred_on="2026-10-31"),
        lot(points=7, earner="p2"),
        lot(earner=None),
    ]

    def count(of: str, per: str, earner: str | None = "p1") -> int:
        return used(lots, Cap(9, of, "month", per), "R", "2026-11-24", earner)

    assert (count("times", "household"), count("points", "household")) == (3, 17)
    assert (count("times", "person"), count("points", "person")) == (2, 10)
    assert (count("times", "person", earner="p2"), count("times", "person", earner="p3")) == (2, 1)
    assert count("times", "person", earner=None) == 3


def test_a_cap_says_which_it_was() -> None:
    account = given(PointsAccount, opened, credited("c1", 8, rule="V01", earner="p1"))
    cap = by_code["V01"].the_cap()
    assert cap is not None

    account.check_cap(cap, "V01", 4, "2026-11-24", "p1")
    with pytest.raises(CapReached) as refusal:
        account.check_cap(cap, "V01", 5, "2026-11-24", "p1")

    assert refusal.value.facts == {
        "rule": "V01",
        "limit": 12,
        "of": "points",
        "period": "month",
        "per": "person",
        "used": 8,
    }


# Versions.


def test_nothing_holds_before_it_is_adopted() -> None:
    with pytest.raises(NothingInForce):
        book().rules_on(TODAY)


def test_a_version_holds_from_its_day_on() -> None:
    made = book((1, TODAY), (2, TOMORROW))

    assert [made.rules_on(day)[0] for day in (TODAY, TOMORROW, date(2099, 1, 1))] == [1, 2, 2]
    with pytest.raises(NothingInForce):
        made.rules_on(TODAY - timedelta(days=1))


def test_an_old_version_stays_readable() -> None:
    made = book((1, TODAY), (2, TODAY))

    assert made.rule_of(1, "C01")[0].points_min == 5
    assert made.rule_of(2, "C01")[0].points_min == 6
    with pytest.raises(UnknownRule):
        made.rule_of(2, "E01")
    with pytest.raises(UnknownVersion):
        made.rule_of(3, "C01")


def test_who_drafted_does_not_adopt() -> None:
    made = book()

    with acting(ADA), pytest.raises(SamePerson):
        made.adopt(1, effective_from=TODAY)
    assert news(made) == []


def test_nothing_is_adopted_for_a_past_day_or_twice() -> None:
    made = book((1, TODAY))

    with acting(BEN):
        with pytest.raises(EffectiveInThePast):
            made.adopt(2, effective_from=TODAY - timedelta(days=1))
        with pytest.raises(AlreadyAdopted):
            made.adopt(1, effective_from=TOMORROW)
        with pytest.raises(UnknownVersion):
            made.adopt(3, effective_from=TOMORROW)


C01, V01 = by_code["C01"], by_code["V01"]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (replace(C01, name=""), "name-missing"),
        (replace(C01, points_min=6), "points-range"),
        (replace(C01, points_min=-5), "points-range"),
        (replace(C01, points_min=0, points_max=0), "points-range"),
        (replace(C01, points_max=100_001), "points-range"),
        (replace(C01, bucket="purse"), "bucket"),
        (replace(C01, cap=0), "cap"),
        (replace(C01, cap_period="week"), "cap"),
        (replace(C01, cap_of="hours"), "cap"),
        (replace(C01, cap_per="village"), "cap"),
        (replace(V01, points_min=1, points_max=1), "points-per-step"),
        (replace(V01, points_min=-2, points_max=-2), "points-per-step"),
    ],
)
def test_a_rule_that_contradicts_itself(rule: Rule, why: str) -> None:
    with acting(ADA), pytest.raises(BadLine) as refusal:
        RuleBook.start().draft_rules([rule], Policy())

    assert refusal.value.facts["why"] == why


@pytest.mark.parametrize("months", [0, -1, 121])
def test_points_last_at_least_a_month_or_for_ever(months: int) -> None:
    with acting(ADA), pytest.raises(BadLine):
        RuleBook.start().draft_rules([C01], Policy(expiry_months=months))


def test_a_book_without_lines_or_with_one_line_twice() -> None:
    with acting(ADA):
        with pytest.raises(BadLine):
            RuleBook.start().draft_rules([], Policy())
        with pytest.raises(BadLine):
            RuleBook.start().draft_rules([C01, C01], Policy())


@pytest.mark.parametrize(
    "good",
    [
        replace(GOODS[0], sku=""),
        replace(GOODS[0], name=""),
        replace(GOODS[0], unit=""),
        replace(GOODS[0], points=0),
        replace(GOODS[0], points=-1),
        replace(GOODS[0], points=100_001),
        replace(GOODS[0], unit_cost_fen=-1),
    ],
)
def test_a_good_needs_name_unit_and_price(good: Good) -> None:
    with acting(ADA), pytest.raises(BadLine):
        PriceList.start().draft_goods([good])
