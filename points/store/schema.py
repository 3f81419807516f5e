"""The shape of a county's tables: kept ones are migrated, views are made anew (decision 0003).

A view is what its tables and its folds say. `view_state` remembers which saying the rows come
from; where that is another than today's, the owner of the tables drops, creates and refills them.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection, MetaData, Table, delete, insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateSchema, CreateTable

from points.store.reading import in_order
from points.store.recorded import Fold, Recorded, concerned
from points.store.tables import view_state
from points.store.writes import Writes


def claim(connection: Connection, schema: str | None) -> None:
    """Alone with a schema until this transaction ends, and the schema is there.

    Two programs may start at once: the second waits here, and finds everything done. On SQLite
    the transaction itself does that.
    """
    if schema is not None:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('jiamei ddl'))"))
        connection.execute(CreateSchema(schema, if_not_exists=True))


def fingerprint(views: MetaData, folds: Sequence[Fold]) -> str:
    """What the views' tables and the modules of their folds say, as one hash."""
    return _fingerprint(views, tuple(folds))


@cache
def _fingerprint(views: MetaData, folds: tuple[Fold, ...]) -> str:
    parts = [_definition(table) for table in views.sorted_tables]
    modules = sorted({fold.__module__ for fold in folds})
    parts += [inspect.getsource(sys.modules[name]) for name in modules]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def are_current(connection: Connection, views: MetaData, folds: Sequence[Fold]) -> bool:
    """Whether the rows of the views come from today's tables and folds."""
    found = connection.scalar(select(view_state.c.fingerprint))
    return found == fingerprint(views, folds)


def renew_views(
    connection: Connection, views: MetaData, folds: Sequence[Fold], mapper: Mapper[Any]
) -> int | None:
    """Drop, create and refill the views unless they are current; how many events were folded."""
    if are_current(connection, views, folds):
        return None
    _drop(connection, views)
    views.create_all(connection)
    folded = replay(connection, folds, mapper)
    connection.execute(delete(view_state))
    names = " ".join(sorted(views.tables))
    state = {"one": 1, "fingerprint": fingerprint(views, folds), "tables": names}
    connection.execute(insert(view_state), state)
    return folded


def replay(connection: Connection, folds: Sequence[Fold], mapper: Mapper[Any]) -> int:
    """Apply every stored event to empty views, in order; how many there were."""
    count, among = 0, tuple(folds)
    for some in in_order(connection):
        writes = Writes()
        for each in some:
            if each.stamp is not None:
                recorded = Recorded(each.id, mapper.to_domain_event(each), each.stamp)
                for fold in concerned(among, each.topic):
                    fold(writes, recorded)
        writes.flush(connection)
        count += len(some)
    return count


def _definition(table: Table) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it open
    indexes = sorted(str(CreateIndex(each).compile(dialect=dialect)) for each in table.indexes)
    return "\n".join([str(CreateTable(table).compile(dialect=dialect)), *indexes])


def _drop(connection: Connection, views: MetaData) -> None:
    """The tables of today and those that an earlier version had."""
    before = connection.scalar(select(view_state.c.tables)) or ""
    for name in {*views.tables, *before.split()}:
        Table(name, MetaData()).drop(connection, checkfirst=True)
