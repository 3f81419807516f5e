"""kill -9 in the middle of work: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from points.checks import check
from points.store.county import County
from points.store.engine import open_engine
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.properties.till import redeem
from tests.support.cast import CLEO, SHOP, ZHAO
from tests.support.postgres import APP, Cluster
from tests.support.town import Town

ROOT = Path(__file__).parents[2]
ENDLESS = 100_000


@contextmanager
def till(url: str, number: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.properties.till", url, str(number), str(ENDLESS)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def acknowledged(url: str, number: int, after: int) -> dict[str, str]:
    """Receipts by command that a till said, before it was killed after `after` of them."""
    with till(url, number) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(after)]
        process.kill()
        said += process.stdout.readlines()
    whole = [line.rstrip("\n").split("\t") for line in said if line.endswith("\n")]
    return dict(line for line in whole if len(line) == 2)


def survive(county: County, url: str, kills: int) -> None:
    town = Town(county)
    town.books()
    town.household(ZHAO)
    town.shop(stock=0)
    town.by(CLEO).receive_stock(SHOP, sku="G01", quantity=100_000, source="donation")
    for _ in range(40):
        town.earned(ZHAO, 100)
    said: dict[str, str] = {}
    chance = random.Random(kills)  # a kill comes after so many acknowledgements, as it happens
    for number in range(1, kills + 1):
        said |= acknowledged(url, number, chance.randrange(1, 12))

    town = Town(County(COUNTY, open_engine(url)), ids_from=ENDLESS)
    _look(town, said)
    for command, receipt in list(said.items())[-20:]:
        assert redeem(town, command) == receipt
    _look(town, said)
    town.county.engine.dispose()


def _look(town: Town, said: dict[str, str]) -> None:
    kept = town.read.redemptions.of_household(ZHAO, limit=ENDLESS)
    receipts = [row["receipt_no"] for row in kept]
    assert set(said.values()) <= set(receipts)
    assert len(receipts) == len(set(receipts))
    assert town.balance(ZHAO) == 4_000 - 2 * len(receipts)
    assert check(town.county) == []


def on_sqlite(sqlite_county: CountyMaker, kills: int) -> None:
    county = sqlite_county(COUNTY, views)
    survive(county, str(county.engine.url), kills)


def test_a_till_killed_in_the_middle(sqlite_county: CountyMaker) -> None:
    on_sqlite(sqlite_county, kills=3)


@pytest.mark.nightly
def test_a_till_killed_two_hundred_times(sqlite_county: CountyMaker) -> None:
    on_sqlite(sqlite_county, kills=200)


@pytest.mark.nightly
@pytest.mark.postgres
def test_a_till_killed_on_postgresql(postgres: Cluster, postgres_county: CountyMaker) -> None:
    survive(postgres_county(COUNTY, views), postgres.url(APP), kills=40)
