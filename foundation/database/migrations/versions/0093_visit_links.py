"""Addresses of remote visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "visit_link",
        sa.Column("choice_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_visit_link_number")),
        sa.CheckConstraint(
            "address ~ '^https://[^/?#@]+' AND length(address) <= 500", name=op.f("ck_visit_link_address")
        ),
        sa.ForeignKeyConstraint(
            ["choice_id", "funding_id", "county_id"],
            ["choice.id", "choice.funding_id", "choice.county_id"],
            name="fk_visit_link_choice_id",
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_visit_link_made_by")),
        sa.PrimaryKeyConstraint("choice_id", "day", "number", name=op.f("pk_visit_link")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("visit_link")
