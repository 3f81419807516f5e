"""Satisfaction slips: the box that knows sums only, and which tokens are used up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "county_0002"
down_revision = "county_0001"


def upgrade() -> None:
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
