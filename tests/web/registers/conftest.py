"""A county's house with the demo region tree, rules and goods, at a fixed time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from points.envelope import Actor, Envelope, opened
from points.store.county import County
from points.store.engine import open_engine
from points.views import views
from tests.support.procedure import procedure
from volunteers.tables import people
from web.access.regions import read_regions
from web.access.shared import Shared
from web.registers.service import Imports
from web.settings import Settings
from web.wiring import House, build_house

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
DATA = Path(__file__).parents[3] / "web" / "data"
SHEETS = Path(__file__).parents[2] / "data" / "registers"

ADMIN = Actor("admin-id", "administrator", "999901")
CONFIRMER = Actor("confirmer-id", "administrator", "999901")
THIRD = Actor("third-id", "administrator", "999901")

As = Callable[..., AbstractContextManager[Envelope]]


@pytest.fixture
def acting() -> As:
    """`with acting(ADMIN):` opens an envelope of a command of its own, at noon or then."""
    commands = count(1)

    def envelope(actor: Actor, at: datetime = NOON) -> AbstractContextManager[Envelope]:
        return opened(Envelope(actor, at, "cli", f"command-{next(commands)}"))

    return envelope


@pytest.fixture
def house(tmp_path: Path, acting: As) -> Iterator[House]:
    url = f"sqlite:///{tmp_path / 'jiamei.db'}"
    engine = open_engine(url)
    County("999901", engine).create(views, people)
    Shared(engine).create()
    engine.dispose()
    settings = Settings(database_url=url, county="999901", vault_key=bytes(range(32)))
    made = build_house(settings, lambda: NOON)
    with acting(ADMIN):
        made.ledger.register_own_key()
    made.regions.load(read_regions(DATA / "regions-demo.csv"))
    yield made
    made.close()


@pytest.fixture
def imports(house: House, acting: As) -> Imports:
    """With the starting rules and goods in force."""
    made = Imports(house)
    for kind in ("rules", "goods"):
        with acting(ADMIN):
            asked = made.books[kind].ask((DATA / f"{kind}.csv").read_bytes())
        assert asked.pending is not None
        with acting(CONFIRMER) as envelope:
            if kind == "rules":
                house.ledger.record_rule_steps(1, procedure(envelope.today))
            made.confirm(asked.pending)
    return made
