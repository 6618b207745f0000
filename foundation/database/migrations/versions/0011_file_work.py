"""Charge files that are processed after their answer, and the progress of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "charge_file_work",
        sa.Column("charge_file_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["charge_file_id"], ["charge_file.id"], name=op.f("fk_charge_file_work_charge_file_id")
        ),
        sa.PrimaryKeyConstraint("charge_file_id", name=op.f("pk_charge_file_work")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'failed')", name=op.f("ck_charge_file_work_state")
        ),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("charge_file_work")
