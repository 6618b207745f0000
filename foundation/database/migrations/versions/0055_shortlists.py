"""Offerings that clients keep to compare and choose later. The downgrade drops them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0061"
branch_labels = None
depends_on = None

REFERENCES = {
    "county_id": "county.id",
    "client_id": "client.id",
    "offering_id": "offering.id",
    "added_by": "person.id",
}


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "shortlist_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("offering_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_shortlist_entry_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_entry")),
        sa.UniqueConstraint(
            "client_id", "offering_id", name=op.f("uq_shortlist_entry_client_id_offering_id")
        ),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("shortlist_entry")
