"""Views made anew are the live views; what somebody changed in them is told and mended."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, literal, select, text, update

from points import rebuild as module
from points.account import PointsAccount
from points.rebuild import CannotFold, compare, rebuild
from points.store.county import County
from points.store.tables import events
from points.views import views
from points.views.accounts import accounts
from points.views.entries import entries
from points.views.lots import lots
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ZHAO
from tests.support.story import tell
from tests.support.town import Town


@pytest.fixture
def town(make_county: CountyMaker) -> Town:
    """An honest county on either database."""
    made = Town(make_county(COUNTY, views))
    tell(made)
    return made


def rows(county: County) -> dict[str, list[Any]]:
    with county.read() as sql:
        return {
            table.name: sorted(map(str, sql.execute(table.select())))
            for table in views.sorted_tables
        }


@pytest.mark.row("O3")
def test_nothing_differs_after_an_honest_life(town: Town) -> None:
    assert list(compare(town.county)) == []
    done = rebuild(town.county)
    assert (done.differences, done.untold, done.tables) == ([], 0, [])
    assert done.events == town.ledger.recorder.max_notification_id()


@pytest.mark.row("O3")
def test_what_was_changed_is_told_and_mended(town: Town) -> None:
    honest = rows(town.county)
    with town.county.write() as sql:
        mine = accounts.c.account_id == PointsAccount.id_of(ZHAO)
        sql.execute(update(accounts).where(mine).values(balance=accounts.c.balance + 7))
        sql.execute(lots.delete().where(lots.c.left == 0))
        sql.execute(entries.insert().from_select(list(entries.c.keys()), _one_more_entry()))
    before = rows(town.county)

    told = [(each.table, each.column) for each in compare(town.county)]
    assert rows(town.county) == before
    done = rebuild(town.county)

    assert {table for table, _ in told} == {"accounts", "lots", "entries"} == set(done.tables)
    [balance] = [each for each in done.differences if each.table == "accounts"]
    assert (balance.column, balance.live - balance.rebuilt) == ("balance", 7)
    assert str(PointsAccount.id_of(ZHAO)) in balance.key
    [entry] = [each for each in done.differences if each.table == "entries"]
    assert (entry.key, entry.rebuilt) == ("id=9999", None)
    assert rows(town.county) == honest
    assert list(compare(town.county)) == []


def _one_more_entry() -> Any:
    """The first entry once more, under an id of its own."""
    copied = [literal(9999) if column.name == "id" else column for column in entries.c]
    return select(*copied).order_by(entries.c.id).limit(1)


def test_empty_views_are_filled(town: Town) -> None:
    honest = rows(town.county)
    with town.county.write() as sql:
        for table in views.sorted_tables:
            sql.execute(table.delete())

    done = rebuild(town.county)

    assert set(done.tables) == {name for name, found in honest.items() if found}
    assert rows(town.county) == honest


def test_the_shop_stays_open_meanwhile(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first fold and the taking over the history grows; readers see whole views."""
    with town.county.write() as sql:
        sql.execute(lots.delete())
    first_fold, seen = module.fold_all, []

    def fold_and_sell(*args: Any, **kwargs: Any) -> int:
        reached = first_fold(*args, **kwargs)
        if not kwargs:
            town.earned(ZHAO, 30)
        else:
            seen.append(rows(town.county)["accounts"])
        return reached

    monkeypatch.setattr(module, "fold_all", fold_and_sell)
    done = rebuild(town.county)

    assert done.events == town.ledger.recorder.max_notification_id()
    assert seen == [rows(town.county)["accounts"]]
    assert list(compare(town.county)) == []


def test_writers_wait_for_the_taking_over(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with town.county.write() as sql:
        sql.execute(lots.delete())
    take_over, writers = module._take_over, []

    def slowly(*args: Any) -> bool:
        if not writers:
            writers.append(threading.Thread(target=town.earned, args=(ZHAO, 30)))
            writers[0].start()
        return take_over(*args)

    monkeypatch.setattr(module, "_take_over", slowly)
    rebuild(town.county)
    writers[0].join()

    assert list(compare(town.county)) == []


def test_an_unreadable_event_is_named_and_nothing_is_touched(sqlite_county: CountyMaker) -> None:
    town = Town(sqlite_county(COUNTY, views))
    tell(town)
    honest = rows(town.county)
    with town.county.write() as sql:
        sql.execute(text("DROP TRIGGER events_no_update"))
        credited = events.c.topic == PointsAccount.Credited.TOPIC
        one = sql.scalar(select(func.min(events.c.id)).where(credited))
        sql.execute(update(events).where(events.c.id == one).values(state=b"{}"))

    with pytest.raises(CannotFold, match=f"event {one} "):
        rebuild(town.county)

    assert rows(town.county) == honest
