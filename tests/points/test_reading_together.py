"""Streams are read in one question, the books' events once; what is decided stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from points.account import PointsAccount
from points.pricelist import PriceList
from points.rulebook import RuleBook
from tests.support.cast import ADA, BEN, CLEO, GOODS, QIAN, RULES, SHOP, ZHAO, card
from tests.support.history import acting
from tests.support.town import Town


@contextmanager
def questions(town: Town) -> Iterator[list[str]]:
    """The SELECTs inside the block, with their values, as SQLite hears them."""
    asked: list[str] = []

    def hear(statement: str) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    def listen(connection: Any, *_: Any) -> None:
        connection.set_trace_callback(hear)

    event.listen(town.county.engine, "checkout", listen)
    yield asked
    event.remove(town.county.engine, "checkout", listen)


def shopping(town: Town) -> Town:
    town.household(ZHAO)
    town.shop()
    town.earned(ZHAO, 60)
    return town


def test_a_redemption_asks_three_questions(town: Town) -> None:
    shopping(town)
    lines = [(good.sku, 1) for good in GOODS[:2]]
    town.by(CLEO).redeem(shop=SHOP, card=card(ZHAO), lines=lines, pin_checked=True)
    with questions(town) as asked:  # which device signs for her is remembered for a while
        town.by(CLEO).redeem(shop=SHOP, card=card(ZHAO), lines=lines, pin_checked=True)
    assert len(asked) == 3  # was it done before; snapshots; events


def test_a_price_that_another_process_adopts_holds_at_once(town: Town) -> None:
    shopping(town)
    other, good = Town(town.county, at=town.now, ids_from=10_000), GOODS[0]
    before = town.by(CLEO).redeem(
        shop=SHOP, card=card(ZHAO), lines=[(good.sku, 1)], pin_checked=True
    )
    assert before.points == good.points

    version = other.by(ADA).draft_prices([replace(good, points=good.points + 7)])
    other.by(BEN).adopt_prices(version, effective_from=other.today)

    after = town.by(CLEO).redeem(
        shop=SHOP, card=card(ZHAO), lines=[(good.sku, 1)], pin_checked=True
    )
    assert after.points == good.points + 7


def test_an_unsaved_draft_is_nobodys(town: Town) -> None:
    in_force = town.ledger.rules_on(town.today)
    with acting(ADA):
        town.ledger.rule_book().draft_rules(RULES[:1], in_force[2])
        town.ledger.price_list().draft_goods(GOODS[:1])
    assert town.ledger.rules_on(town.today) == in_force
    assert len(town.ledger.rule_book().versions) == 1
    assert len(town.ledger.price_list().versions) == 1


def test_the_books_are_read_once_however_many_versions_they_have(town: Town) -> None:
    for _ in range(3):
        version = town.by(ADA).draft_prices(GOODS)
        town.by(BEN).adopt_prices(version, effective_from=town.today)
    town.ledger.goods_on(town.today)
    with questions(town) as asked:
        assert town.ledger.goods_on(town.today)[0] == 4
    # Opened, four drafted, four adopted: only what is newer is asked for.
    assert sum("originator_version > 9" in statement for statement in asked) == 1


def test_kept_events_come_to_what_the_stream_comes_to(town: Town) -> None:
    ids = (RuleBook.the_id(), PriceList.the_id())
    kept = [town.ledger.repository.get(id_) for id_ in ids]
    whole = [
        town.ledger.repository.get(id_, version=book.version)
        for id_, book in zip(ids, kept, strict=True)
    ]
    assert [vars(book) for book in kept] == [vars(book) for book in whole]


def test_many_streams_are_read_in_portions(town: Town) -> None:
    for household in (ZHAO, QIAN):
        town.household(household)
    strangers = [PointsAccount.id_of(f"nobody-{n}") for n in range(100)]
    ids = [PointsAccount.id_of(ZHAO), *strangers, PointsAccount.id_of(QIAN)]
    found = town.ledger.repository.get_all(ids)
    assert [found[id_].household for id_ in (ids[0], ids[-1])] == [ZHAO, QIAN]
    assert all(found[id_] is None for id_ in strangers)


def test_what_was_read_ahead_is_taken_once(town: Town) -> None:
    town.household(ZHAO)
    account_id = PointsAccount.id_of(ZHAO)
    with town.ledger.read_together(account_id):
        first = town.ledger.account(ZHAO)
        second = town.ledger.account(ZHAO)
    assert first is not second
    assert vars(first) == vars(second)
