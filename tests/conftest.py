"""What every test may ask for: a county on each database, empty and protected as in real life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, MetaData, create_engine, text

from points.store.county import County
from points.store.engine import open_engine
from points.store.protection import protect
from tests.support.postgres import APP, OWNER, Cluster, cluster

settings.register_profile("daily", deadline=None, derandomize=True)
settings.register_profile("nightly", deadline=None, max_examples=1000)
settings.load_profile("daily")
"""By day the same examples on every machine; by night others, and more of them."""

COUNTY = "999901"

DATABASES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
]

CountyMaker = Callable[..., County]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server for the whole run of this process."""
    with cluster() as running:
        yield running


@pytest.fixture
def sqlite_county(tmp_path: Path) -> Iterator[CountyMaker]:
    """Makes counties on SQLite, one file each."""
    engines: list[Engine] = []

    def make(code: str = COUNTY, *more: MetaData, group_commit: bool = True) -> County:
        engine = open_engine(f"sqlite:///{tmp_path / code}.db")
        engines.append(engine)
        county = County(code, engine, group_commit)
        _prepare(county, more)
        return county

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def postgres_county(postgres: Cluster) -> Iterator[CountyMaker]:
    """Makes counties on PostgreSQL: the owner makes the tables, the application gets the county."""
    engine, owner = open_engine(postgres.url(APP)), create_engine(postgres.url(OWNER))
    schemas: set[str | None] = set()

    def make(code: str = COUNTY, *more: MetaData, group_commit: bool = True) -> County:
        _prepare(County(code, owner), more, APP)
        county = County(code, engine, group_commit)
        schemas.add(county.schema)
        return county

    yield make
    engine.dispose()
    for schema in schemas:  # one at a time: each table of a transaction holds a lock
        with owner.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    owner.dispose()


@pytest.fixture(params=DATABASES)
def make_county(request: pytest.FixtureRequest) -> CountyMaker:
    """`make_county(code, *metadata, group_commit=True)`, on either database.

    `metadata`: tables beyond the history's own that the test needs.
    """
    kind = "sqlite_county" if request.param == "sqlite" else "postgres_county"
    maker: CountyMaker = request.getfixturevalue(kind)
    return maker


@pytest.fixture
def county(make_county: CountyMaker) -> County:
    """One empty county, on either database."""
    return make_county()


def _prepare(county: County, more: tuple[MetaData, ...], app_role: str | None = None) -> None:
    county.create(*more)
    with county.write() as connection:
        protect(connection, county.schema, app_role)
