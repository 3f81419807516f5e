"""A check in several processes finds what it finds in one; looks are asked where they must be."""

from __future__ import annotations

from collections import Counter

import pytest

from points.account import PointsAccount
from points.checks import SAVE_LOOKS, check, side_by_side
from points.checks.accounts import look as look_at_accounts
from points.checks.authorship import look_at_signature
from points.checks.findings import Finding
from points.checks.looks import at_event, at_save
from points.checks.posted import look_at_undos
from points.checks.procedures import look_at_shelves
from points.checks.side_by_side import told
from points.checks.streams import LOOKS
from points.stock import Stock
from points.store.tables import log_head
from points.views import views
from points.views.accounts import accounts
from points.views.entries import entries
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ZHAO
from tests.support.town import Town

WRONG = (
    log_head.update().values(last_id=log_head.c.last_id + 1),
    accounts.update().values(balance=accounts.c.balance + 1),
    entries.delete(),
)
"""Each is found by another part."""


@pytest.fixture
def anywhere(make_county: CountyMaker) -> Town:
    """The town on each database."""
    made = Town(make_county(COUNTY, views))
    made.books()
    return made


@pytest.mark.row("J1")
def test_processes_side_by_side_find_what_one_finds(anywhere: Town) -> None:
    town = anywhere
    town.household(ZHAO)
    town.earned(ZHAO, 60)
    assert check(town.county, processes=2) == []

    with town.county.write() as sql:
        for statement in WRONG:
            sql.execute(statement)

    alone = check(town.county, processes=1)
    assert {finding.check for finding in alone} >= {"ids", "balances", "views"}
    assert check(town.county, processes=2) == alone


def test_a_large_county_is_checked_side_by_side(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert side_by_side.processes_for(town.county) == 1
    monkeypatch.setattr(side_by_side, "LARGE", 0)
    monkeypatch.setattr(side_by_side, "cores", lambda: 4)
    assert side_by_side.processes_for(town.county) == 4


def test_what_is_told_is_bounded_and_what_is_found_is_counted() -> None:
    found = told((Finding("ids", str(n), "") for n in range(5)), told_max=2)
    assert [each.place for each in found.kept] == ["0", "1"]
    assert found.found == Counter(ids=5)


def test_an_event_in_a_foreign_stream_is_looked_at_as_both() -> None:
    """Goods that move on an account: rows may have been put anywhere."""
    looks = at_event(LOOKS, Stock.Received, PointsAccount)
    assert {look_at_accounts, look_at_shelves} <= set(looks)
    assert look_at_shelves not in at_event(LOOKS, PointsAccount.Credited, type(None))


def test_every_save_is_asked_for_its_signature() -> None:
    looks = at_save(SAVE_LOOKS, frozenset({type(None)}))
    assert look_at_signature in looks
    assert look_at_undos not in looks
    assert look_at_undos in at_save(SAVE_LOOKS, frozenset({PointsAccount.Reversed}))
