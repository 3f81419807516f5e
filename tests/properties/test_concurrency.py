"""Many at once: one debit for one command, nothing overdrawn, nothing oversold."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from points.checks import check
from points.envelope import opened
from points.ledger import Proposal, base
from points.ledger.base import KeyReused
from points.refusals import Refusal
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.properties.till import redeem
from tests.support.cast import ADA, BEN, CLEO, NIGHT, QIAN, SHOP, ZHAO, card, hashes
from tests.support.chain import AGO, due_by, hang_up, month_due, review
from tests.support.postgres import APP, Cluster
from tests.support.town import CREW, Town

ROOT = Path(__file__).parents[2]


@pytest.fixture
def town(make_county: CountyMaker) -> Town:
    """A town on either database, with two households and a shop."""
    made = Town(make_county(COUNTY, views))
    made.books()
    for household in (ZHAO, QIAN):
        made.household(household)
    made.shop(stock=0)
    return made


def stocked(town: Town, toothbrushes: int, points: int) -> None:
    town.by(CLEO).receive_stock(SHOP, sku="G01", quantity=toothbrushes, source="donation")
    town.earned(ZHAO, points)


def due_today(town: Town, *proposals: Proposal) -> list[UUID]:
    """Reviewed, and on a board whose days are over: the next closing posts them."""
    before = town.now - AGO
    cases = review(town.as_, CREW, before, due_by(town.today, proposals))
    hang_up(town.as_, CREW.opener, before, cases, month_due(town.today))
    return cases


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `count` threads got that all started together: an answer or a refusal."""
    start = threading.Barrier(count)

    def one(n: int) -> Any:
        start.wait()
        try:
            return act(n)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize("points", [20, 100])
def test_fifty_identical_redemptions_make_one_debit(town: Town, points: int) -> None:
    """Where the balance is enough for one only, the other 49 are not refused either."""
    stocked(town, toothbrushes=10, points=points)

    answers = at_once(
        50,
        lambda _: town.by(CLEO, "the same").redeem(
            shop=SHOP, card=card(ZHAO), lines=[("G01", 10)], pin_checked=True
        ),
    )

    assert {answer.receipt_no for answer in answers} == {"S01-20261124-0001"}
    assert all(answer == answers[0] for answer in answers)
    assert town.balance(ZHAO) == points - 20
    assert town.read.stock.levels(SHOP)["G01"] == 0
    assert check(town.county) == []


def test_a_key_serves_one_body(town: Town) -> None:
    """Two requests under one key, arriving together: one is served, the other is told."""
    stocked(town, toothbrushes=10, points=20)

    def act(n: int) -> Any:
        with opened(replace(town.envelope(CLEO, "key"), request_hash=f"body {n % 2}")):
            return town.ledger.redeem(
                shop=SHOP, card=card(ZHAO), lines=[("G01", 1 + n % 2)], pin_checked=True
            )

    answers = at_once(8, act)

    reused = [answer for answer in answers if isinstance(answer, KeyReused)]
    served = [answer for answer in answers if not isinstance(answer, Refusal)]
    assert (len(reused), len(served)) == (4, 4)
    assert len({answer.receipt_no for answer in served}) == 1


def test_sixteen_tills_on_one_account_and_one_good(town: Town) -> None:
    """Points for 20 toothbrushes, 15 on the shelf, 64 attempts: exactly 15 go."""
    stocked(town, toothbrushes=15, points=40)

    def act(n: int) -> list[str]:
        found = []
        for turn in range(4):
            try:
                redeem(town, f"till {n} {turn}")
                found.append("sold")
            except Refusal as refusal:
                found.append(refusal.code)
        return found

    codes = Counter(code for codes in at_once(16, act) for code in codes)

    assert codes == {"sold": 15, "out-of-stock": 49}
    assert town.balance(ZHAO) == 10
    assert town.read.stock.levels(SHOP)["G01"] == 0
    assert check(town.county) == []


def test_credit_spend_void_and_return_all_together(town: Town) -> None:
    """Whatever the order was, the sums are right and the balance was never below zero."""
    stocked(town, toothbrushes=40, points=40)
    receipts = [redeem(town, f"before {n}") for n in range(6)]
    undos = [town.by(ADA).ask_return(receipt, reason="坏了") for receipt in receipts[3:]]
    due_today(town, *[Proposal(ZHAO, "E01", town.today, 20)] * 4)

    def act(n: int) -> Any:
        match n % 4:
            case 0:
                return redeem(town, f"till {n}")
            case 1:
                return town.by(NIGHT).close_and_post(town.today)
            case 2:
                return town.by(CLEO).void(receipts[n % 3])
            case _:
                return town.by(BEN).sign_undo(undos[n % 3])

    at_once(16, act)

    assert check(town.county) == []
    state = Counter(row["state"] for row in town.read.redemptions.of_household(ZHAO))
    assert state == {"voided": 3, "returned": 3, "completed": 4}
    assert town.balance(ZHAO) == 40 + 4 * 20 - 4 * 2


def test_a_save_that_no_view_can_hold_takes_nobody_with_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two households cannot have the same card: that command fails, its neighbours are served."""
    monkeypatch.setattr(base, "_pause", lambda _: 0.0)
    stocked(town, toothbrushes=20, points=40)
    town.by(ADA).report_card_lost(QIAN)

    def act(n: int) -> Any:
        if n % 4 == 0:
            return town.by(ADA).issue_card(QIAN, **hashes(ZHAO))
        return redeem(town, f"till {n}")

    answers = at_once(16, act)

    assert Counter(type(answer).__name__ for answer in answers) == {"Busy": 4, "str": 12}
    assert town.balance(ZHAO) == 40 - 12 * 2
    assert check(town.county) == []


def tills(url: str, count: int, times: int) -> Counter[str]:
    """So many tills, each a process, and how often each of their attempts ended how."""
    command = [sys.executable, "-m", "tests.properties.till", url]
    running = [
        subprocess.Popen(
            [*command, str(number), str(times)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for number in range(1, count + 1)
    ]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0] * count
    ends = [line.split("\t")[1] for text in said for line in text.splitlines()]
    return Counter("sold" if end.startswith("S01-") else end for end in ends)


def test_two_processes_on_one_sqlite_file(tmp_path: Path, sqlite_county: CountyMaker) -> None:
    county = sqlite_county(COUNTY, views)
    town = Town(county)
    town.books()
    town.household(ZHAO)
    town.shop(stock=0)
    stocked(town, toothbrushes=30, points=100)

    assert tills(str(county.engine.url), 2, 20) == {"sold": 30, "out-of-stock": 10}
    assert town.balance(ZHAO) == 40
    assert check(county) == []


@pytest.mark.postgres
def test_two_processes_on_postgresql(postgres: Cluster, postgres_county: CountyMaker) -> None:
    county = postgres_county(COUNTY, views)
    town = Town(county)
    town.books()
    town.household(ZHAO)
    town.shop(stock=0)
    stocked(town, toothbrushes=30, points=100)

    assert tills(postgres.url(APP), 2, 20) == {"sold": 30, "out-of-stock": 10}
    assert town.balance(ZHAO) == 40
    assert check(county) == []


@pytest.mark.postgres
def test_two_counties_never_see_each_other(postgres_county: CountyMaker) -> None:
    """The same households, shop and command ids in both, written at the same time."""
    towns = [Town(postgres_county(code, views)) for code in ("999901", "999902")]
    for n, town in enumerate(towns):
        town.books()
        town.household(ZHAO)
        town.shop(stock=0)
        stocked(town, toothbrushes=20, points=40 + n)

    at_once(
        8, lambda n: [redeem(towns[n % 2], f"till {n // 2} {turn}") for turn in range(3 + n % 2)]
    )

    assert [town.balance(ZHAO) for town in towns] == [40 - 4 * 3 * 2, 41 - 4 * 4 * 2]
    assert [town.read.stock.levels(SHOP)["G01"] for town in towns] == [8, 4]
    for town in towns:
        assert check(town.county) == []
        numbers = {row["receipt_no"] for row in town.read.redemptions.of_household(ZHAO)}
        assert len(numbers) == len(town.read.redemptions.of_household(ZHAO))
