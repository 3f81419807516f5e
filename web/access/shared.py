"""The shared tables as a place to read and write: connections that know their schema."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.schema import CreateSchema

from points.store.transactions import Transactions
from web.access.tables import shared

SCHEMA = "shared"


class Shared(Transactions):
    """Users, sessions, tokens, PINs, regions and the access log: one place for all counties."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, SCHEMA if engine.dialect.name == "postgresql" else None)

    def create(self) -> None:
        """Make the tables that are missing. An installation does it by migration."""
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            shared.create_all(connection)
