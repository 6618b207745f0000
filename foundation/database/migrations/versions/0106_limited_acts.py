"""Limits that all processes count together. The downgrade drops the table: each process counts by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "limited_act",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cost", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("length(key_sha256) = 64", name=op.f("ck_limited_act_digest")),
        sa.CheckConstraint("cost > 0", name=op.f("ck_limited_act_cost")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limited_act")),
    )
    op.create_index("ix_limited_act_key", "limited_act", ["key_sha256", "at"])
    op.create_index("ix_limited_act_at", "limited_act", ["at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("limited_act")
