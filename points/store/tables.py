"""The kept tables of one county's history. Declared without schema: a county lends its own.

`log_head` holds the last id given out. Its one row is made with the table, so that a county
whose tables exist can always be written to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    insert,
)

history = MetaData(
    naming_convention={"uq": "uq_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

_big = BigInteger().with_variant(Integer(), "sqlite")

events = Table(
    "events",
    history,
    Column("id", _big, primary_key=True, autoincrement=False),
    Column("originator_id", Uuid, nullable=False),
    Column("originator_version", _big, nullable=False),
    Column("topic", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("salt", LargeBinary(16)),
    Column("at", Text),
    Column("actor", Text),
    Column("actor_role", Text),
    Column("actor_place", Text),
    Column("actor_household", Text),
    Column("channel", Text),
    Column("command_id", Text),
    Column("command_seq", Integer),
    Column("request_id", Text),
    Column("request_hash", Text),
    Column("reason", Text),
    Column("mandate", Text),
    Column("key_id", Text),
    Column("signature", LargeBinary),
    UniqueConstraint("originator_id", "originator_version"),
    UniqueConstraint("command_id", "command_seq"),
)
"""Every event with its envelope. `at` is UTC text of fixed width; a bare event has no envelope."""

snapshots = Table(
    "snapshots",
    history,
    Column("originator_id", Uuid, primary_key=True),
    Column("originator_version", _big, primary_key=True, autoincrement=False),
    Column("topic", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
)
"""What an aggregate came to at a version. Disposable: the events say it too."""

log_head = Table(
    "log_head",
    history,
    Column("one", SmallInteger, primary_key=True, autoincrement=False),
    Column("last_id", _big, nullable=False),
    postgresql_with={"fillfactor": 20},
)
"""The last event id given out: gapless, in commit order."""

tracking = Table(
    "tracking",
    history,
    Column("application_name", Text, primary_key=True),
    Column("notification_id", _big, nullable=False),
)
"""How far a reader of this history has come."""

notes = Table(
    "notes",
    history,
    Column("id", Uuid, primary_key=True),
    Column("household", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Text, nullable=False),
)
"""Free text, sealed under the household's key. The event holds its id and a salted digest."""

slip_box = Table(
    "slip_box",
    history,
    *(Column(name, Text, primary_key=True) for name in ("village", "quarter", "about", "face")),
    Column("count", Integer, nullable=False),
)
"""Slips that are not in the history yet, as sums."""

slips_spent = Table("slips_spent", history, Column("hash", Text, primary_key=True))
"""Keyed hashes of the tokens that were used for a slip."""

view_state = Table(
    "view_state",
    history,
    Column("one", SmallInteger, primary_key=True, autoincrement=False),
    Column("fingerprint", Text, nullable=False),
    Column("tables", Text, nullable=False),
)
"""Which definition the views come from, and their names with a blank between them."""


@event.listens_for(log_head, "after_create")
def _first_head(target: Table, connection: Connection, **_: Any) -> None:
    connection.execute(insert(target).values(one=1, last_id=0))
