"""Tables brought to the shape that this version wants: kept ones migrated, views made anew.

Run by `init` and by every start that may change tables; where nothing is to do it does nothing.
On PostgreSQL the owner of the tables runs it (`JIAMEI_MIGRATION_URL`) and gives the application
its rights (rulings 20). One transaction for each county: it moves whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from environs import EnvError
from eventsourcing.domain import Aggregate
from sqlalchemy import Connection, Engine, text

from points.store.county import County, dsn_for
from points.store.engine import open_engine
from points.store.mapper import HistoryMapper
from points.store.protection import allow_reading, let_audit, protect
from points.store.schema import are_current, claim, renew_views
from points.store.topics import Topics
from points.views import FOLDS, views
from web.access.shared import SCHEMA, Shared, grants
from web.settings import Settings

SCRIPTS = Path(__file__).with_name("migrations")

Part = Literal["county", "shared"]


@dataclass(frozen=True)
class Migrated:
    """What became of one place. `folded`: events read again for its views, None if not needed."""

    before: str | None
    now: str | None
    folded: int | None = None


def migrate_shared(settings: Settings) -> Migrated:
    """Users, sessions, tokens and regions."""
    with _owner(settings, settings.shared_dsn) as engine, Shared(engine).write() as connection:
        schema = SCHEMA if engine.dialect.name == "postgresql" else None
        claim(connection, schema)
        before, now = _upgrade(connection, "shared", schema)
        role = _application(settings)
        if schema and role:
            for statement in grants(connection, role):
                connection.execute(text(statement))
            allow_reading(connection, schema, "shared_version", role)
    return Migrated(before, now)


def migrate_county(settings: Settings, code: str) -> Migrated:
    """One county's history, people and views; then its history only grows."""
    with _owner(settings, dsn_for(settings.database_url, code)) as engine:
        county = County(code, engine)
        with county.write() as connection:
            claim(connection, county.schema)
            before, now = _upgrade(connection, "county", county.schema)
            folded = renew_views(connection, views, FOLDS, HistoryMapper(Topics(Aggregate)))
            role = _application(settings)
            protect(connection, county.schema, role)
            if county.schema and settings.audit_url:
                let_audit(connection, county.schema, _auditor(settings, role))
    return Migrated(before, now, folded)


def unmigrated(county: County, shared: Shared) -> list[str]:
    """What does not fit this version yet, in words; nothing when all tables fit."""
    found = []
    schema = SCHEMA if county.schema else None
    with shared.read() as connection:
        found += _behind(connection, "shared", schema)
    with county.read() as connection:
        found += _behind(connection, "county", county.schema)
        if not found and not are_current(connection, views, FOLDS):
            found.append("the views come from another version")
    return found


@contextmanager
def _owner(settings: Settings, url: str) -> Iterator[Engine]:
    """An engine of whoever may change tables: on SQLite everybody."""
    engine = open_engine(url if settings.on_sqlite else settings.migration_url or url)
    try:
        yield engine
    finally:
        engine.dispose()


def _application(settings: Settings) -> str | None:
    """The role that the application connects as; there are none on SQLite.

    The server is asked: an address need not name the role.
    """
    if settings.on_sqlite:
        return None
    return _role(settings.database_url)


def _auditor(settings: Settings, application: str | None) -> str:
    """The role of the log's signer. Raises `EnvError` where another one answers to that too."""
    assert settings.audit_url is not None
    role = _role(settings.audit_url)
    if role in {application, _role(settings.migration_url or settings.database_url)}:
        raise EnvError(f"JIAMEI_AUDIT_URL needs a role of its own, not {role}")
    return role


def _role(url: str) -> str:
    engine = open_engine(url)
    with engine.connect() as connection:
        role: str = connection.execute(text("SELECT current_user")).scalar_one()
    engine.dispose()
    return role


def _upgrade(
    connection: Connection, part: Part, schema: str | None
) -> tuple[str | None, str | None]:
    """Run what is missing; the version before and after.

    Alembic's `add_column` does not know a county's schema otherwise (rulings 21).
    """
    if schema:
        connection.execute(text(f"SET LOCAL search_path TO {schema}"))
    before = _version(connection, part, schema)
    config = _config(part)
    config.attributes.update(connection=connection, part=part, schema=schema)
    command.upgrade(config, "head")
    return before, _version(connection, part, schema)


def _behind(connection: Connection, part: Part, schema: str | None) -> list[str]:
    now, head = _version(connection, part, schema), _head(part)
    return [] if now == head else [f"{part} tables are at {now or 'nothing'}, not at {head}"]


def _version(connection: Connection, part: Part, schema: str | None) -> str | None:
    opts = {"version_table": f"{part}_version", "version_table_schema": schema}
    return MigrationContext.configure(connection, opts=opts).get_current_revision()


def _head(part: Part) -> str | None:
    return ScriptDirectory.from_config(_config(part)).get_current_head()


def _config(part: Part) -> Config:
    config = Config()
    config.set_main_option("script_location", _escaped(SCRIPTS))
    config.set_main_option("version_locations", _escaped(SCRIPTS / part))
    config.set_main_option("path_separator", "newline")
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
