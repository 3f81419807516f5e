"""Who signs in, with what, from where; the region tree; the access log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "shared_0001"
down_revision = None

KEEPS = """
CREATE TRIGGER access_log_keeps BEFORE UPDATE ON access_log
BEGIN SELECT RAISE(ABORT, 'the access log is not edited'); END"""

STAYS = """
CREATE TRIGGER access_log_stays BEFORE DELETE ON access_log
WHEN substr(old.at, 1, 10) >= date('now', '-180 days')
BEGIN SELECT RAISE(ABORT, 'the access log is kept 180 days'); END"""


def upgrade() -> None:
    people()
    places()
    access_log()


def people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("login", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("shop", sa.Text()),
        sa.Column("household", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("totp", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("credentials_by", sa.Text()),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
    )
    op.create_index("ix_shared_sessions_subject", "sessions", ["subject"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False, unique=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("shop", sa.Text()),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.Column("ended_at", sa.Text()),
    )
    op.create_table(
        "inspections",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("hash", sa.Text(), nullable=False, unique=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.Column("ended_at", sa.Text()),
    )
    op.create_table(
        "pins",
        sa.Column("household", sa.Text(), primary_key=True),
        sa.Column("pin", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
    )
    op.create_table(
        "tries",
        sa.Column("what", sa.Text(), primary_key=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Text(), nullable=False),
        sa.Column("locked_until", sa.Text()),
    )


def places() -> None:
    op.create_table(
        "regions",
        sa.Column("code", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
    )
    op.create_index("ix_shared_regions_parent", "regions", ["parent"])


def access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
    )
    op.create_index("ix_shared_access_log_at", "access_log", ["at"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(KEEPS)
        op.execute(STAYS)
