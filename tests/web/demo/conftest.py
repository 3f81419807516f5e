"""Counties as `init` leaves them, at a fixed time, and one that the mini demo has filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from points.clock import business_day
from points.envelope import Envelope, opened
from tests.support.house import COUNTY, MAKER, REGIONS, SIGNER, Watch, make_tables, settings_for
from tests.support.procedure import procedure
from web.access.regions import read_regions
from web.cli.starting import shop_code
from web.demo import Filled, fill
from web.registers.answers import silent
from web.registers.service import Imports
from web.wiring import House, build_house

DATA = REGIONS.parent


@dataclass(frozen=True)
class Town:
    """A filled county, the file it lies in, and what the demo told."""

    house: House
    folder: Path
    filled: Filled


def started(folder: Path, villages: int | None = 4) -> House:
    """Regions, books and the shops of the first villages, or of all villages and communities."""
    settings = settings_for(f"sqlite:///{folder}/demo.db")
    make_tables(settings)
    house, watch = build_house(settings, Watch()), Watch()
    house.regions.load(read_regions(REGIONS))
    for kind in ("rules", "goods"):
        with opened(Envelope(MAKER, watch(), "cli", uuid4().hex)):
            asked = Imports(house).books[kind].ask((DATA / f"{kind}.csv").read_bytes())
        if kind == "rules":
            with opened(Envelope(SIGNER, watch(), "cli", uuid4().hex)):
                house.ledger.record_rule_steps(1, procedure(business_day(watch())))
        with opened(Envelope(SIGNER, watch(), "cli", uuid4().hex)):
            Imports(house).confirm(str(asked.pending))
    places = house.regions.villages(COUNTY)
    places.sort(key=lambda place: (place.level != "village", place.code))
    for village in places[:villages]:
        with opened(Envelope(MAKER, watch(), "cli", uuid4().hex)):
            house.ledger.open_shop(shop_code(village), name=village.name, village=village.code)
    return house


@pytest.fixture(scope="session")
def make_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Town]]:
    """`make_town(seed)` fills a county of its own."""
    houses = []

    def make(seed: int) -> Town:
        folder = tmp_path_factory.mktemp("demo")
        house = started(folder)
        houses.append(house)
        return Town(house, folder, fill(house, profile="mini", seed=seed, progress=silent))

    yield make
    for house in houses:
        house.close()


@pytest.fixture(scope="session")
def town(make_town: Callable[[int], Town]) -> Town:
    return make_town(1)
