"""The tables that all counties share: who signs in, with what, from where, and the region tree.

On PostgreSQL they stand in the schema `shared`; on SQLite in the same file, or in `shared.db`
where each county has its own. Instants are fixed-width UTC text. Secrets are kept as hashes only.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    event,
)

shared = MetaData(schema="shared")

users = Table(
    "users",
    shared,
    Column("id", Text, primary_key=True),  # opaque; the only name of a person in events
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False),  # argon2id
    Column("must_change", Boolean, nullable=False),
    Column("role", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("shop", Text),
    Column("household", Text),  # her own: nobody acts for it
    Column("active", Boolean, nullable=False),
    Column("totp", LargeBinary),  # sealed
    Column("totp_step", BigInteger, nullable=False),  # the last one used: a code works once
    Column("language", Text),
    Column("made_at", Text, nullable=False),
    Column("credentials_by", Text),  # who made her or set her password last
)

sessions = Table(
    "sessions",
    shared,
    Column("id", Text, primary_key=True),  # SHA-256 of the cookie
    Column("kind", Text, nullable=False),  # user, card
    Column("subject", Text, nullable=False, index=True),  # user id, household number
    Column("stage", Text, nullable=False),  # code (second factor is awaited), open
    Column("made_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("ended_at", Text),
)

tokens = Table(
    "tokens",
    shared,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),  # SHA-256 of the token
    Column("role", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("shop", Text),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("used_at", Text),
    Column("ended_at", Text),
)

inspections = Table(
    "inspections",
    shared,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),  # SHA-256 of the link's token
    Column("purpose", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
    Column("ended_at", Text),
)

pins = Table(
    "pins",
    shared,
    Column("household", Text, primary_key=True),
    Column("pin", Text, nullable=False),  # argon2id over a keyed hash
    Column("made_at", Text, nullable=False),
)

tries = Table(
    "tries",
    shared,
    Column("what", Text, primary_key=True),  # keyed hash of a login, or `pin:` + household
    Column("taken", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("locked_until", Text),
)

regions = Table(
    "regions",
    shared,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", Text, nullable=False, index=True),
    Column("level", Text, nullable=False),
)

access_log = Table(
    "access_log",
    shared,
    Column("id", Text, primary_key=True),
    Column("at", Text, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("request_id", Text, nullable=False),
)
"""Who looked and who acted, apart from the ledger, at least six months (网络安全法 art. 21(3)).
It holds no names, and of cards only a hash. On PostgreSQL the application may only insert and
read here; on SQLite triggers refuse changes, and deletion before the months are over."""

KEPT_DAYS = 180

TRIGGERS = {
    "access_log_keeps": (
        "CREATE TRIGGER access_log_keeps BEFORE UPDATE ON access_log "
        "BEGIN SELECT RAISE(ABORT, 'the access log is not edited'); END"
    ),
    "access_log_stays": (
        "CREATE TRIGGER access_log_stays BEFORE DELETE ON access_log "
        f"WHEN substr(old.at, 1, 10) >= date('now', '-{KEPT_DAYS} days') "
        f"BEGIN SELECT RAISE(ABORT, 'the access log is kept {KEPT_DAYS} days'); END"
    ),
}

for _statement in TRIGGERS.values():
    _trigger = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it open
    event.listen(access_log, "after_create", _trigger.execute_if(dialect="sqlite"))
