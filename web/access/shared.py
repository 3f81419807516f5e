"""The shared tables as a place to read and write: connections that know their schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.persistence import PersistenceError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from points.store.disk import trouble
from points.store.transactions import Transactions
from web.access.tables import access_log, shared

SCHEMA = "shared"


class Shared(Transactions):
    """Users, sessions, tokens, PINs, regions and the access log: one place for all counties."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, SCHEMA if engine.dialect.name == "postgresql" else None)

    def create(self, app_role: str | None = None) -> None:
        """Make the tables that are missing, as their owner; `app_role` may then use them."""
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('jiamei ddl'))"))
                connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            shared.create_all(connection)
            if app_role and connection.dialect.name == "postgresql":
                for statement in grants(connection, app_role):
                    connection.execute(text(statement))


@contextmanager
def noting_use() -> Iterator[None]:
    """A last use that cannot be written down, because the disk is full, keeps nobody out."""
    try:
        yield
    except (PersistenceError, SQLAlchemyError) as error:
        if trouble(error) is None:
            raise


def grants(connection: Connection, app_role: str) -> Iterator[str]:
    """The rights of the application's role on PostgreSQL: the access log only grows."""
    role = connection.dialect.identifier_preparer.quote(app_role)
    yield f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}"
    for table in shared.sorted_tables:
        rights = "SELECT, INSERT" if table is access_log else "SELECT, INSERT, UPDATE, DELETE"
        yield f"REVOKE ALL ON {SCHEMA}.{table.name} FROM {role}"
        yield f"GRANT {rights} ON {SCHEMA}.{table.name} TO {role}"
