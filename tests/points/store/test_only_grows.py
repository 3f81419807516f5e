"""I4: past entries are not edited and not deleted; each database refuses it to the application."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from points.checks import check
from points.store.county import County
from points.store.protection import missing_protections
from points.store.reading import in_order
from points.views import views
from tests.conftest import CountyMaker
from tests.support.cast import ZHAO
from tests.support.town import Town

pytestmark = pytest.mark.row("I4")

ANYWHERE = {
    "update": "UPDATE {events} SET state = state WHERE id = 1",
    "update of all": "UPDATE {events} SET actor = 'nobody'",
    "update of the envelope": "UPDATE {events} SET at = '2020-01-01T00:00:00.000000+00:00'",
    "upsert": "INSERT INTO {events} SELECT * FROM {events} WHERE id = 1 "
    "ON CONFLICT (id) DO UPDATE SET actor = 'nobody'",
    "delete": "DELETE FROM {events} WHERE id = 1",
    "delete of the last": "DELETE FROM {events} WHERE id = (SELECT max(id) FROM {events})",
    "delete of all": "DELETE FROM {events}",
}
SQLITE = {
    "update or ignore": "UPDATE OR IGNORE {events} SET actor = 'nobody'",
    "update or replace": "UPDATE OR REPLACE {events} SET actor = 'nobody'",
    "replace": "REPLACE INTO {events} SELECT * FROM {events} WHERE id = 1",
    "replace by another id": "INSERT OR REPLACE INTO {events} "
    "(id, originator_id, originator_version, topic, state) "
    "SELECT 9999, originator_id, originator_version, topic, 'other' FROM {events} WHERE id = 1",
}
POSTGRESQL = {
    "truncate": "TRUNCATE {events}",
    "truncate with all that hangs on it": "TRUNCATE {events} CASCADE",
    "truncate of snapshots": "TRUNCATE c999901.snapshots",
    "drop": "DROP TABLE {events}",
    "another shape": "ALTER TABLE {events} ALTER COLUMN actor SET DEFAULT 'nobody'",
    "a rule": "CREATE RULE gone AS ON INSERT TO {events} DO INSTEAD NOTHING",
    "merge": "MERGE INTO {events} e USING (SELECT 1 AS id) s ON e.id = s.id "
    "WHEN MATCHED THEN UPDATE SET actor = 'nobody'",
    "lock and update": "SELECT * FROM {events} FOR UPDATE",
    "copy over": "COPY {events} FROM PROGRAM 'true'",
}


def lived(make: CountyMaker) -> County:
    town = Town(make("999901", views))
    town.books()
    town.household(ZHAO)
    town.earned(ZHAO, 20)
    return town.county


def everything(county: County) -> list[object]:
    with county.read() as sql:
        return [event for some in in_order(sql) for event in some]


def refuses(county: County, statement: str) -> None:
    before, table = everything(county), "c999901.events" if county.schema else "events"
    with pytest.raises(DBAPIError), county.write() as sql:
        sql.execute(text(statement.format(events=table)))
    assert everything(county) == before
    assert check(county) == []


@pytest.mark.parametrize("how", ANYWHERE)
def test_i4_both_databases_refuse(make_county: CountyMaker, how: str) -> None:
    refuses(lived(make_county), ANYWHERE[how])


@pytest.mark.parametrize("how", SQLITE)
def test_i4_sqlite_refuses_its_own_ways_too(sqlite_county: CountyMaker, how: str) -> None:
    refuses(lived(sqlite_county), SQLITE[how])


@pytest.mark.postgres
@pytest.mark.parametrize("how", POSTGRESQL)
def test_i4_postgresql_refuses_its_own_ways_too(postgres_county: CountyMaker, how: str) -> None:
    refuses(lived(postgres_county), POSTGRESQL[how])


@pytest.mark.postgres
def test_i4_rights_cannot_be_given_to_oneself(postgres_county: CountyMaker) -> None:
    county = lived(postgres_county)
    with county.write() as sql:
        sql.execute(text("GRANT UPDATE, DELETE ON c999901.events TO jiamei, PUBLIC"))
    with county.read() as sql:
        assert missing_protections(sql, county.schema) == []
    refuses(county, ANYWHERE["update"])


def test_i4_what_is_added_stays_added(make_county: CountyMaker) -> None:
    """The same connection that was refused may go on and add."""
    county = lived(make_county)
    refuses(county, ANYWHERE["delete"])
    town = Town(county, ids_from=uuid4().int % 1_000_000 + 1_000_000)
    before = everything(county)
    town.earned(ZHAO, 30)
    assert everything(county)[: len(before)] == before
    assert town.balance(ZHAO) == 50
