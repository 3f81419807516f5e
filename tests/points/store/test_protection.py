"""Nothing is edited or deleted: the database itself says no."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, delete, text, update
from sqlalchemy.exc import DBAPIError

from points.store.county import County
from points.store.protection import missing_protections, protect
from points.store.tables import events, log_head, notes, snapshots
from tests.points.store.jars import bare
from tests.support.postgres import APP, OWNER, SUPERUSER, Cluster

FORBIDDEN = {
    "update of an event": update(events).values(state=b"other"),
    "delete of an event": delete(events),
    "update of a snapshot": update(snapshots).values(state=b"other"),
    "update of a note": update(notes).values(sealed=b"other"),
}


@pytest.fixture
def written(county: County) -> County:
    county.recorder().insert_events([bare(uuid4())])
    county.snapshots().insert_events([bare(uuid4())])
    with county.write() as connection:
        connection.execute(notes.insert(), {"id": uuid4(), "household": "x", "sealed": b"x",
                                            "made_at": "2026-11-24"})  # fmt: skip
    return county


@pytest.mark.row("I4")
@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_history_only_grows(written: County, what: str) -> None:
    with pytest.raises(DBAPIError), written.write() as connection:
        connection.execute(FORBIDDEN[what])
    assert len(written.recorder().select_notifications(1, 10)) == 1


def test_nothing_is_missing_in_a_protected_county(county: County) -> None:
    with county.read() as connection:
        assert missing_protections(connection, county.schema) == []


def test_a_missing_trigger_is_named(sqlite_county) -> None:
    county = sqlite_county()
    with county.write() as connection:
        connection.execute(text("DROP TRIGGER events_no_delete"))
    with county.read() as connection:
        assert missing_protections(connection) == [
            "trigger events_no_delete is missing or was changed"
        ]


def test_a_weakened_trigger_is_named(sqlite_county) -> None:
    county = sqlite_county()
    with county.write() as connection:
        connection.execute(text("DROP TRIGGER events_no_update"))
        connection.execute(
            text("CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT 1; END")
        )
    with county.read() as connection:
        assert missing_protections(connection) == [
            "trigger events_no_update is missing or was changed"
        ]


def test_a_pragma_that_was_turned_down_is_named(sqlite_county) -> None:
    county = sqlite_county()
    with county.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA synchronous=NORMAL")
        assert missing_protections(connection) == ["pragma synchronous is 1, not 2"]
        connection.invalidate()


def as_role(postgres: Cluster, county: County, role: str, *statements: str) -> list[str]:
    """Run statements as `role`, then say what is missing for the application."""
    engine = create_engine(postgres.url(role))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
    with county.read() as connection:
        return missing_protections(connection, county.schema)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("grant", "missing"),
    [
        (f"GRANT UPDATE ON c999901.events TO {APP}", ["the application may UPDATE events"]),
        (
            f"GRANT TRUNCATE ON c999901.snapshots TO {APP}",
            ["the application may TRUNCATE snapshots"],
        ),
        (f"REVOKE INSERT ON c999901.events FROM {APP}", ["the application may not INSERT events"]),
        (
            "GRANT DELETE ON c999901.events TO PUBLIC",
            ["the application may DELETE events", "everybody may DELETE events"],
        ),
    ],
)
def test_a_right_too_many_is_named(postgres, postgres_county, grant: str, missing) -> None:
    assert as_role(postgres, postgres_county(), OWNER, grant) == missing


@pytest.mark.postgres
def test_the_application_makes_no_tables(postgres_county) -> None:
    county = postgres_county()
    with pytest.raises(DBAPIError, match="permission denied"), county.write() as connection:
        connection.execute(text("CREATE TABLE c999901.extra (id int)"))
    with pytest.raises(DBAPIError), county.write() as connection:
        connection.execute(text("ALTER TABLE c999901.events ADD COLUMN extra int"))


@pytest.mark.postgres
def test_an_owner_that_runs_the_application_takes_the_rights_from_itself(
    postgres: Cluster, postgres_county
) -> None:
    postgres_county()
    engine = create_engine(postgres.url(OWNER))
    county = County("999901", engine)
    with county.write() as connection:
        protect(connection, county.schema)
    with county.read() as connection:
        assert missing_protections(connection, county.schema) == []
    assert county.recorder().insert_events([bare(uuid4())]) == [1]
    for table in (events, log_head):
        with pytest.raises(DBAPIError, match="permission denied"), county.write() as connection:
            connection.execute(delete(table))
    engine.dispose()


@pytest.mark.postgres
def test_a_superuser_is_not_held_by_rights(postgres: Cluster, postgres_county) -> None:
    postgres_county()
    engine = create_engine(postgres.url(SUPERUSER))
    county = County("999901", engine)
    with county.read() as connection:
        missing = missing_protections(connection, county.schema)
    assert "the application may UPDATE events" in missing
    engine.dispose()


@pytest.mark.postgres
def test_a_server_that_does_not_wait_for_the_disk_is_named(postgres_county) -> None:
    def hurry(connection: Connection) -> list[str]:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        return missing_protections(connection, "c999901")

    with postgres_county().write() as connection:
        assert hurry(connection) == ["setting synchronous_commit is off"]
