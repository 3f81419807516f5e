"""What a household is shown: opening, lines, closing; a past day stays as it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points.checks import check
from points.ledger import OpeningEntry, Proposal
from tests.support.cast import ADA, BEN, CLEO, QIAN, SHOP, SUN, TINA, ZHAO, card
from tests.support.story import tell
from tests.support.town import Town


@pytest.fixture
def lived(town: Town) -> Town:
    """A household that brought points on the first day, took goods on the third, and brought
    more later."""
    town.household(ZHAO)
    town.shop()
    town.by(TINA).post_opening_entries([line("row 0", "E01", 40)])
    town.later(days=2)
    town.by(CLEO).redeem(shop=SHOP, card=card(ZHAO), lines=[("G01", 5)], pin_checked=True)
    town.later(days=2)
    town.by(TINA).post_opening_entries([line("row 1", "C01", 5)])
    return town


def line(key: str, rule: str, points: int, on: date = date(2026, 3, 9)) -> OpeningEntry:
    return OpeningEntry(key, ZHAO, rule, points, on, "旧册")


@pytest.mark.row("K1")
def test_opening_and_lines_make_the_closing(lived: Town) -> None:
    statement = lived.read.statements.of(ZHAO, date(2026, 11, 25), date(2026, 11, 27))

    assert (statement.opening, statement.closing) == (40, 30)
    assert [(each["day"], each["points"]) for each in statement.lines] == [("2026-11-26", -10)]
    assert statement.totals == {"redemption": -10}


def test_a_balance_on_a_day_is_that_of_its_evening(lived: Town) -> None:
    days = [date(2026, 11, n) for n in (23, 24, 25, 26, 27, 28)]

    found = [lived.read.balances.of(ZHAO, on=day) for day in days]

    assert [each.balance for each in found if each] == [0, 40, 40, 30, 30, 35]


@pytest.mark.row("J3")
def test_a_past_balance_never_moves(lived: Town) -> None:
    """Paper of March entered in November, a reversal: the evenings before stay."""
    evenings = [lived.today - timedelta(days=n) for n in range(1, 5)]
    before = [lived.read.balances.of(ZHAO, on=day) for day in evenings]

    lived.by(TINA).post_opening_entries([line("row 2", "C01", 5, date(2026, 4, 9))])
    entry = lived.read.entries.latest(ZHAO)[-1]
    lived.undone(lived.by(ADA).ask_reversal(ZHAO, entry=entry["ref"], reason="记错了"))

    assert [lived.read.balances.of(ZHAO, on=day) for day in evenings] == before


def test_the_occurred_date_is_shown_beside_the_recorded_one(lived: Town) -> None:
    [last, *_] = lived.read.entries.latest(ZHAO)

    assert (last["day"], last["occurred_on"], last["kind"]) == (
        "2026-11-28",
        "2026-03-09",
        "opening",
    )


def test_a_pending_case_of_that_evening_is_pending_that_evening(lived: Town) -> None:
    monday = lived.today
    lived.later(days=1)
    tuesday = lived.today
    case = lived.by(ADA).propose(Proposal(ZHAO, "C02", monday))
    lived.by(BEN).sign(case)
    lived.in_public(case)

    found = [lived.read.balances.of(ZHAO, on=day) for day in (monday, tuesday, lived.today)]

    assert [(each.balance, each.pending) for each in found if each] == [(35, 0), (35, 10), (45, 0)]


@pytest.mark.row("K1")
def test_every_statement_of_a_whole_story_closes(town: Town) -> None:
    tell(town)
    start = date(2026, 11, 1)

    for household in (ZHAO, QIAN, SUN):
        for days in range(0, 300, 7):
            end = start + timedelta(days=days)
            statement = town.read.statements.of(household, start, end)
            found = town.read.balances.of(household, on=end)
            assert found is not None
            assert statement.closing == found.balance
    assert check(town.county) == []
