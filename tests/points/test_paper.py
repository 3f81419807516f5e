"""The paper register ends where the public procedure begins (rulings 11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from points.audit.facts import gather
from points.checks import check
from points.envelope import opened
from points.ledger import OpeningEntry, Proposal
from points.ledger.accounts import Accounts
from points.paper import PAPER_DAYS, PaperOver, imported_by, importer_in, last_paper_day
from tests.support.cast import ADA, BEN, FAYE, QIAN, SUN, TINA, VILLAGE, ZHAO
from tests.support.town import Town

pytestmark = pytest.mark.row("B2", "J1")

NEXT_DOOR = "999901100202"
OTHER = f"{NEXT_DOOR}-A001"


@pytest.fixture
def people(town: Town) -> Town:
    for household in (ZHAO, QIAN):
        town.household(household)
    town.by(ADA).open_account(OTHER, village=NEXT_DOOR)
    return town


def line(household: str = ZHAO, key: str = "row 1", **more: Any) -> OpeningEntry:
    usual: dict[str, Any] = {"rule": "C01", "points": 5, "occurred_on": date(2026, 3, 9)}
    return OpeningEntry(key, household, **{**usual, **more})


def hung(town: Town, household: str = ZHAO, rule: str = "E01", points: int = 20) -> None:
    case = town.by(ADA).propose(Proposal(household, rule, town.today, points))
    town.by(BEN).sign(case)
    town.by(FAYE).open_notice(household.partition("-")[0], "2026-11", [case])


def test_paper_comes_in_until_the_day_of_the_first_notice(people: Town) -> None:
    hung(people)
    people.by(TINA).post_opening_entries([line()])
    first = people.today

    people.later(days=1)
    with pytest.raises(PaperOver) as no:
        people.by(TINA).post_opening_entries([line(OTHER), line(QIAN)])

    assert no.value.facts == {"household": QIAN, "day": first.isoformat()}
    assert (people.balance(ZHAO), people.balance(QIAN), people.balance(OTHER)) == (5, 0, 0)
    assert check(people.county) == []


def test_what_came_in_before_is_still_the_first_answer(people: Town) -> None:
    """A confirmation that broke off is done again a day later: what stands there is unchanged."""
    people.by(TINA).post_opening_entries([line()])
    hung(people)
    people.later(days=1)

    assert people.by(TINA).post_opening_entries([line()]).unchanged == ["row 1"]


def test_another_village_s_notice_and_a_private_one_end_no_paper(people: Town) -> None:
    hung(people, OTHER)
    people.later(days=1)
    people.by(TINA).post_opening_entries([line(points=20, rule="E01")])

    case = people.by(ADA).propose(Proposal(ZHAO, "D01", people.today))
    for signer in (BEN, TINA):
        people.by(signer).sign(case)
    people.by(FAYE).open_notice(VILLAGE, "2026-11", [case])
    people.later(days=1)
    people.by(TINA).post_opening_entries([line(QIAN)])

    assert people.balance(QIAN) == 5
    assert check(people.county) == []


def test_paper_is_over_a_quarter_after_the_account_was_opened(people: Town) -> None:
    people.later(days=PAPER_DAYS.days)
    people.by(TINA).post_opening_entries([line()])
    people.household(SUN)

    people.later(days=1)
    with pytest.raises(PaperOver):
        people.by(TINA).post_opening_entries([line(QIAN)])
    people.by(TINA).post_opening_entries([line(SUN)])

    assert people.balance(SUN) == 5
    assert check(people.county) == []


def test_a_household_that_moves_in_later_brings_no_paper(people: Town) -> None:
    hung(people)
    people.later(days=1)
    people.household(SUN)

    with pytest.raises(PaperOver):
        people.by(TINA).post_opening_entries([line(SUN)])


def test_the_earlier_of_the_two_days_is_the_last() -> None:
    first = date(2026, 11, 24)
    assert last_paper_day(first, None) == date(2027, 2, 24)
    assert last_paper_day(first, date(2026, 12, 1)) == date(2026, 12, 1)
    assert last_paper_day(first, date(2027, 3, 1)) == date(2027, 2, 24)


def after_a_notice(town: Town) -> None:
    hung(town)
    town.later(days=1)


def long_after(town: Town) -> None:
    town.later(days=PAPER_DAYS.days + 1)


@pytest.mark.parametrize("then", [after_a_notice, long_after])
def test_paper_after_its_end_is_found(
    people: Town, then: Callable[[Town], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Accounts, "check_paper", lambda *_: None)
    people.by(TINA).post_opening_entries([line()])
    then(people)
    assert check(people.county) == []

    people.by(TINA).post_opening_entries([line(QIAN)])

    [found] = check(people.county)
    assert found.check == "paper"


def test_a_register_that_one_person_read_in_and_confirmed_is_found(people: Town) -> None:
    with opened(replace(people.envelope(TINA), reason=imported_by("1f", BEN.id))):
        people.ledger.post_opening_entries([line()])
    assert check(people.county) == []

    with opened(replace(people.envelope(TINA), reason=imported_by("2f", TINA.id))):
        people.ledger.post_opening_entries([line(QIAN)])

    [found] = check(people.county)
    assert found.check == "paper"


def test_an_import_that_saw_an_empty_board_did_no_wrong(
    people: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hung up a moment before midnight, beside an import that is dated a moment after it."""
    monkeypatch.setattr(Accounts, "check_paper", lambda *_: None)
    people.now = people.now.replace(hour=15, minute=59, second=50)
    hung(people)
    people.later(seconds=20)
    people.by(TINA).post_opening_entries([line()])

    assert check(people.county) == []


def test_a_confirmation_names_who_read_the_register_in() -> None:
    assert importer_in(imported_by("1f", "wang")) == "wang"
    assert importer_in("示例") == importer_in(None) == ""


def test_the_facts_say_when_the_account_was_opened(people: Town) -> None:
    first = people.today
    people.later(days=40)
    people.by(TINA).post_opening_entries([line(), line(OTHER)])

    day = people.today
    [found] = gather(people.county, VILLAGE, day, day).papers

    assert (found.household, found.points, found.confirmer) == (ZHAO, 5, TINA.id)
    assert (found.opened_on, found.day) == (first.isoformat(), day.isoformat())
    assert gather(people.county, VILLAGE, first, day - timedelta(days=1)).papers == ()
