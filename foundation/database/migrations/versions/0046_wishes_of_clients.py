"""What the client wanted when a guardian chose: kept with the choice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "client_wish",
        sa.Column("choice_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("choice_id", name=op.f("pk_client_wish")),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_client_wish_choice_id_choice")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_client_wish_asked_by_person")),
        sa.CheckConstraint("kind IN ('same', 'other', 'unknown')", name=op.f("ck_client_wish_kind")),
        sa.CheckConstraint("length(words) BETWEEN 1 AND 1000", name=op.f("ck_client_wish_words")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("client_wish")
