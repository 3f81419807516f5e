"""Kept tables are migrated county by county, views are made anew, and nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, select, text

from points.envelope import opened
from points.store.county import County
from points.store.engine import open_engine
from points.store.mapper import HistoryMapper
from points.store.protection import missing_protections
from points.store.schema import renew_views
from points.store.tables import history
from points.store.topics import Topics
from tests.conftest import DATABASES
from tests.points.store.jars import Jar, Jars, beans, count_beans, jars_view, letter
from tests.support.postgres import APP, OWNER, Cluster
from volunteers.tables import people
from web.access.shared import Shared
from web.access.tables import shared, users
from web.migrate import Migrated, migrate_county, migrate_shared, unmigrated
from web.settings import Settings

ROOT = Path(__file__).parents[2]
HERE, THERE = "999901", "999902"


ONE_ROLE = pytest.param("one role", marks=pytest.mark.postgres)


@pytest.fixture(params=[*DATABASES, "one file", ONE_ROLE])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A database where nothing is yet."""
    if request.param in ("postgresql", "one role"):
        server: Cluster = request.getfixturevalue("postgres")
        owner = server.database("migrating")
        if request.param == "one role":
            return Settings(database_url=owner)
        return Settings(database_url=server.url(APP, "migrating"), migration_url=owner)
    file = "jiamei" if request.param == "one file" else "{county}"
    return Settings(database_url=f"sqlite:///{tmp_path}/{file}.db")


@pytest.fixture
def opened_at(settings: Settings) -> Iterator[object]:
    engines: list[Engine] = []

    def open_(code: str) -> County:
        engines.append(open_engine(settings.database_url.replace("{county}", code)))
        return County(code, engines[-1])

    yield open_
    for engine in engines:
        engine.dispose()


def test_migrated_tables_are_those_that_the_code_declares(settings: Settings) -> None:
    migrate_shared(settings)
    migrate_county(settings, HERE)

    for url, schema, declared in (
        (settings.database_url.replace("{county}", HERE), f"c{HERE}", [history, people]),
        (settings.shared_dsn, "shared", [shared]),
    ):
        engine = create_engine(settings.migration_url or url)
        found = differences(engine, schema, declared)
        engine.dispose()
        assert found == []


def differences(engine: Engine, schema: str, declared: list[MetaData]) -> list[object]:
    wanted = MetaData()
    for metadata in declared:
        for table in metadata.tables.values():
            copied_without_schema(table, wanted)
    ours = {"include_name": lambda name, kind, _: kind != "table" or name in wanted.tables}
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL search_path TO {schema}"))
        context = MigrationContext.configure(connection, opts=ours)
        return list(compare_metadata(context, wanted))


def copied_without_schema(table: Table, to: MetaData) -> None:
    """The names of its indexes stay what they are with the schema."""
    names = {tuple(each.columns.keys()): each.name for each in table.indexes}
    for index in table.to_metadata(to, schema=None).indexes:
        index.name = names[tuple(index.columns.keys())]


def test_a_second_run_does_nothing(settings: Settings) -> None:
    assert migrate_shared(settings).before is None
    first = migrate_county(settings, HERE)
    assert (first.before, first.folded) == (None, 0)

    assert migrate_shared(settings) == Migrated("shared_0001", "shared_0001")
    assert migrate_county(settings, HERE) == Migrated("county_0001", "county_0001", None)


@pytest.mark.parametrize("settings", [*DATABASES, ONE_ROLE], indirect=True)
def test_two_counties_are_migrated_each_in_its_place(settings: Settings, opened_at) -> None:
    migrate_shared(settings)
    for code in (HERE, THERE):
        migrate_county(settings, code)

    here, there = opened_at(HERE), opened_at(THERE)
    jars = Jars(here)
    with opened(letter("c1")):
        jars.save(Jar("ada"))

    assert here.recorder().max_notification_id() == 1
    assert there.recorder().max_notification_id() is None
    for county in (here, there):
        with county.read() as connection:
            assert missing_protections(connection, county.schema) == []


@pytest.mark.postgres
def test_public_stays_untouched(postgres: Cluster) -> None:
    owner = postgres.database("migrating")
    settings = Settings(database_url=postgres.url(APP, "migrating"), migration_url=owner)
    migrate_shared(settings)
    for code in (HERE, THERE):
        migrate_county(settings, code)

    engine = create_engine(owner)
    with engine.connect() as connection:
        listed = text("SELECT DISTINCT schemaname FROM pg_tables WHERE tableowner = :owner")
        schemas = set(connection.execute(listed, {"owner": OWNER}).scalars())
    engine.dispose()
    assert schemas == {f"c{HERE}", f"c{THERE}", "shared"}


@pytest.mark.postgres
def test_a_county_holds_nothing_that_citus_refuses(postgres: Cluster) -> None:
    """No sequence, no trigger, no key into another schema (design §3, counties)."""
    owner = postgres.database("migrating")
    settings = Settings(database_url=postgres.url(APP, "migrating"), migration_url=owner)
    migrate_county(settings, HERE)

    engine = create_engine(owner)
    with engine.connect() as connection:
        found = {
            what: connection.execute(text(query)).scalar_one()
            for what, query in {
                "sequences": "SELECT count(*) FROM pg_sequences",
                "triggers": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
                "foreign keys": "SELECT count(*) FROM pg_constraint WHERE contype = 'f'",
            }.items()
        }
    engine.dispose()
    assert found == {"sequences": 0, "triggers": 0, "foreign keys": 0}


def test_no_code_locks_tables_or_turns_a_session_to_a_schema() -> None:
    forbidden = re.compile(r"LOCK TABLE|nextval|SET search_path", re.IGNORECASE)
    sources = [
        path for part in ("points", "volunteers", "web") for path in ROOT.glob(f"{part}/**/*.py")
    ]
    assert [path.name for path in sources if forbidden.search(path.read_text())] == []


def test_the_application_says_what_is_not_migrated(settings: Settings, opened_at) -> None:
    county = opened_at(HERE)
    shared_engine = open_engine(settings.shared_dsn)
    place = Shared(shared_engine)
    assert unmigrated(county, place) == [
        "shared tables are at nothing, not at shared_0001",
        "county tables are at nothing, not at county_0001",
    ]

    migrate_shared(settings)
    migrate_county(settings, HERE)

    assert unmigrated(county, place) == []
    with place.write() as connection:
        assert connection.execute(select(users)).all() == []
    shared_engine.dispose()


def test_changed_views_are_made_anew_from_the_history(sqlite_county) -> None:
    county = sqlite_county(HERE, jars_view)
    jars = Jars(county, count_beans)
    with opened(letter("c1")):
        jar = Jar("ada")
        jar.fill(3)
        jars.save(jar)
    changed = MetaData()
    Table("beans", changed, *(column._copy() for column in beans.c), Column("extra", Integer))
    Table("more", changed, Column("id", Integer, primary_key=True))
    mapper = HistoryMapper(Topics(Jar.__base__))

    with county.write() as connection:
        assert renew_views(connection, changed, [count_beans], mapper) == 2
        assert renew_views(connection, changed, [count_beans], mapper) is None
        rows = connection.execute(select(changed.tables["beans"])).all()
        assert rows == [(jar.id, 3, None)]

        assert renew_views(connection, jars_view, [count_beans], mapper) == 2
        assert connection.execute(select(beans)).all() == [(jar.id, 3)]
        gone = text("SELECT count(*) FROM sqlite_master WHERE name = 'more'")
        assert connection.execute(gone).scalar_one() == 0
