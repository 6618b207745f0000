"""What leaves a prepared payment run before its approval, so that it holds up nobody else (decision 0100).

Until now a run fell as a whole when one of its charges was withdrawn or disputed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "left_out",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("charge_id", sa.BigInteger(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_left_out_county_id")),
        sa.ForeignKeyConstraint(["run_id"], ["payment_run.id"], name=op.f("fk_left_out_run_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_left_out_provider_id")),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_left_out_charge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_out")),
    )
    op.create_index("ix_left_out_run_id", "left_out", ["run_id"])
    op.create_index(
        "ux_left_out_charge",
        "left_out",
        ["run_id", "charge_id"],
        unique=True,
        postgresql_where=sa.text("charge_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop it: the audit log keeps what left."""
    op.drop_table("left_out")
