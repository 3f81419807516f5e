"""Nothing is edited or deleted (design §1, promise 2), and the database itself sees to it.

On SQLite by triggers. On PostgreSQL by rights, since Citus has no triggers: the application's role
may read and add events, and nothing more. Where one role owns the tables and runs the
application, it takes those rights from itself; a superuser cannot be held by rights at all, and
`missing_protections` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from points.store.engine import REQUIRED
from points.store.tables import events, history, log_head, notes, snapshots, view_state

ALL_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

RIGHTS: Mapping[str, tuple[str, ...]] = {
    events.name: ("SELECT", "INSERT"),
    snapshots.name: ("SELECT", "INSERT"),
    notes.name: ("SELECT", "INSERT", "DELETE"),
    log_head.name: ("SELECT", "UPDATE"),
    view_state.name: ("SELECT",),
}
"""What the application may do with the tables of the history on PostgreSQL."""

OTHER_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""What it may do with every other table of its county: views can be made again."""

READING = ("SELECT",)
"""What it may do with the tables in which migrations note how far they came."""

AUDITED = (events.name, log_head.name)
"""What the role of the log's signer may read on PostgreSQL, and it may do nothing else."""

TRIGGERS: Mapping[str, str] = {
    f"{table}_no_{verb.lower()}": (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END"
    )
    for table, verb in (
        (events.name, "UPDATE"),
        (events.name, "DELETE"),
        (snapshots.name, "UPDATE"),
        (notes.name, "UPDATE"),
    )
}

SERVER_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
"""PostgreSQL settings without which an acknowledged commit can be lost."""


def protect(connection: Connection, schema: str | None = None, app_role: str | None = None) -> None:
    """Let the history only grow. Run by the owner of the tables; may be run again.

    `app_role`: the role that the application connects as, on PostgreSQL; by default the owner.
    """
    if connection.dialect.name == "sqlite":
        for name in _unguarded(connection):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(text(TRIGGERS[name]))
        return
    for statement in _grants(connection, _required(schema), app_role):
        connection.execute(text(statement))


def missing_protections(connection: Connection, schema: str | None = None) -> list[str]:
    """What does not hold for the role of this connection, in words; nothing when all is well."""
    if connection.dialect.name == "sqlite":
        triggers = [f"trigger {name} is missing or was changed" for name in _unguarded(connection)]
        return [*triggers, *_missing_pragmas(connection)]
    return [*_missing_rights(connection, _required(schema)), *_missing_settings(connection)]


def let_audit(connection: Connection, schema: str, role: str) -> None:
    """Let `role` read the history of one PostgreSQL schema, and nothing else there."""
    to = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"REVOKE ALL ON SCHEMA {schema} FROM {to}"))
    connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {to}"))
    for table in AUDITED:
        allow_reading(connection, schema, table, role)


def allow_reading(connection: Connection, schema: str, table: str, role: str) -> None:
    """Let `role` read one table of a PostgreSQL schema, and no more."""
    name = f"{schema}.{connection.dialect.identifier_preparer.quote(table)}"
    to = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"REVOKE ALL ON {name} FROM {to}"))
    connection.execute(text(f"GRANT SELECT ON {name} TO {to}"))


def _grants(connection: Connection, schema: str, app_role: str | None) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote
    owner = connection.execute(text("SELECT current_user")).scalar_one()
    role = quote(app_role or owner)
    yield f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC"
    if app_role not in (None, owner):
        yield f"REVOKE ALL ON SCHEMA {schema} FROM {role}"
        yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}"
    for table in _tables(connection, schema):
        rights = RIGHTS.get(table, READING if table.endswith("_version") else OTHER_RIGHTS)
        yield f"REVOKE {', '.join(ALL_RIGHTS)} ON {schema}.{quote(table)} FROM {role}"
        yield f"GRANT {', '.join(rights)} ON {schema}.{quote(table)} TO {role}"


def _unguarded(connection: Connection) -> list[str]:
    """Names of the triggers that are missing or say something else."""
    listed = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {row.name: row.sql for row in connection.execute(listed)}
    return [name for name, trigger in TRIGGERS.items() if found.get(name) != trigger]


def _missing_pragmas(connection: Connection) -> Iterator[str]:
    for name, wanted in REQUIRED.items():
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        if found != wanted:
            yield f"pragma {name} is {found}, not {wanted}"


def _missing_rights(connection: Connection, schema: str) -> Iterator[str]:
    for table, allowed in RIGHTS.items():
        for right in ALL_RIGHTS:
            mine = _may(connection, "current_user", f"{schema}.{table}", right)
            if mine and right not in allowed:
                yield f"the application may {right} {table}"
            if right in allowed and not mine:
                yield f"the application may not {right} {table}"
            if _may(connection, "'public'", f"{schema}.{table}", right):
                yield f"everybody may {right} {table}"


def _may(connection: Connection, role: str, table: str, right: str) -> bool:
    asked = text(f"SELECT has_table_privilege({role}, :table, :right)")
    found: bool = connection.execute(asked, {"table": table, "right": right}).scalar_one()
    return found


def _missing_settings(connection: Connection) -> Iterator[str]:
    for name in SERVER_SETTINGS:
        found = connection.execute(text(f"SHOW {name}")).scalar_one()
        if found == "off":
            yield f"setting {name} is off"


def _tables(connection: Connection, schema: str) -> list[str]:
    listed = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY 1")
    return list(connection.execute(listed, {"schema": schema}).scalars())


def _required(schema: str | None) -> str:
    if schema is None:
        raise ValueError("on PostgreSQL a county's tables have a schema")
    return schema


assert set(RIGHTS) <= set(history.tables)
