"""Which database a county settles in, so that a restored copy knows that it is one (decision 0103)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; a county's row comes with its next bank file."""
    op.create_table(
        "settlement_home",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_settlement_home_county_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_settlement_home_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_home")),
    )
    op.create_index("ix_settlement_home_county_id", "settlement_home", ["county_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("settlement_home")
