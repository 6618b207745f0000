"""An index of disputed charges, for the lists of paid visits that clients say are not right."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_charge_answer_disputed", "charge_answer", ["charge_id"], postgresql_where="answer = 'disputed'"
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_charge_answer_disputed", "charge_answer")
