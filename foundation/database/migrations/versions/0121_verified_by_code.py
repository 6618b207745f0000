"""Who was verified by a personal identity code: the keyed hash, so that an invitation can be accepted by it.

The downgrade drops the column, and with it who waits to accept.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0117"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("verified_subject", sa.Column("identity_hash", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it with its rows: their subject is only a digest."""
    op.execute("DELETE FROM verified_subject WHERE identity_hash IS NOT NULL")
    op.drop_column("verified_subject", "identity_hash")
