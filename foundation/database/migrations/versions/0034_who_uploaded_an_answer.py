"""Who uploaded the answer of the bank that moved a payment: another person approves to pay it again.

Of payments that were answered before, nobody is known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("payment", sa.Column("answered_by", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("payment", "answered_by")
