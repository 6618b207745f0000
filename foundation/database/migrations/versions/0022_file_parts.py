"""Queued charge files are committed slice by slice, and providers take turns.

The results of the slices that are committed are kept until the file is done, so that another process can go on. The turn of
a provider is in the database, so that the workers of all processes agree (docs/decisions/0097).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the newest charge before a file. Files at work begin again: nothing of them is stored."""
    op.add_column("charge_file_work", sa.Column("newest_charge_id", sa.BigInteger(), nullable=True))
    op.execute("UPDATE charge_file_work SET rows_done = 0")
    op.create_table(
        "charge_file_part",
        sa.Column("charge_file_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["charge_file_id"], ["charge_file.id"], name=op.f("fk_charge_file_part_charge_file_id")
        ),
        sa.PrimaryKeyConstraint("charge_file_id", "number", name=op.f("pk_charge_file_part")),
    )
    op.create_table(
        "charge_file_turn",
        sa.Column("provider_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_charge_file_turn_provider_id")
        ),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_charge_file_turn")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("charge_file_turn")
    op.drop_table("charge_file_part")
    op.drop_column("charge_file_work", "newest_charge_id")
