"""The history, what stands beside it, and the people of one county."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "county_0001"
down_revision = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    history()
    people()


def history() -> None:
    op.create_table(
        "events",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("originator_id", sa.Uuid(), nullable=False),
        sa.Column("originator_version", big, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(16)),
        sa.Column("at", sa.Text()),
        sa.Column("actor", sa.Text()),
        sa.Column("actor_role", sa.Text()),
        sa.Column("actor_place", sa.Text()),
        sa.Column("actor_household", sa.Text()),
        sa.Column("channel", sa.Text()),
        sa.Column("command_id", sa.Text()),
        sa.Column("command_seq", sa.Integer()),
        sa.Column("request_id", sa.Text()),
        sa.Column("request_hash", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("mandate", sa.Text()),
        sa.Column("key_id", sa.Text()),
        sa.Column("signature", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint(
            "originator_id",
            "originator_version",
            name="uq_events_originator_id_originator_version",
        ),
        sa.UniqueConstraint("command_id", "command_seq", name="uq_events_command_id_command_seq"),
    )
    op.create_table(
        "snapshots",
        sa.Column("originator_id", sa.Uuid(), nullable=False),
        sa.Column("originator_version", big, autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("originator_id", "originator_version", name="pk_snapshots"),
    )
    head = op.create_table(
        "log_head",
        sa.Column("one", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last_id", big, nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_log_head"),
        postgresql_with={"fillfactor": 20},
    )
    op.bulk_insert(head, [{"one": 1, "last_id": 0}])
    op.create_table(
        "tracking",
        sa.Column("application_name", sa.Text(), nullable=False),
        sa.Column("notification_id", big, nullable=False),
        sa.PrimaryKeyConstraint("application_name", name="pk_tracking"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_table(
        "slip_box",
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("face", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village", "quarter", "about", "face", name="pk_slip_box"),
    )
    op.create_table(
        "slips_spent",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_slips_spent"),
    )
    op.create_table(
        "view_state",
        sa.Column("one", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("tables", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_view_state"),
    )


def people() -> None:
    op.create_table(
        "vault_keys",
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "vault_fields",
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("field", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "households",
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("local_no", sa.Text(), nullable=False),
        sa.Column("grp", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer()),
        sa.Column("head_token", sa.LargeBinary()),
        sa.Column("phone_token", sa.LargeBinary()),
        sa.Column("erased_at", sa.Text()),
    )
    for column in ("village", "local_no", "head_token", "phone_token"):
        op.create_index(f"ix_households_{column}", "households", [column])
    op.create_table(
        "imports",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.Text()),
    )
