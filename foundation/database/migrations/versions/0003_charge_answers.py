"""Clients' answers to charges: correct, or not correct and why.

In a table of their own and not in the charge: a client may answer a settled charge, and a settled charge never changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "charge_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("charge_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("answer IN ('confirmed', 'disputed')", name=op.f("ck_charge_answer_answer")),
        sa.CheckConstraint("answer = 'confirmed' OR why <> ''", name=op.f("ck_charge_answer_why")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_charge_answer_county_id")),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_charge_answer_charge_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_charge_answer_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_answer")),
    )
    op.create_index("ix_charge_answer_charge_id", "charge_answer", ["charge_id"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("charge_answer")
