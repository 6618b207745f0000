"""The decision that replaces a funding: its free money then goes back without waiting for late days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; fundings of before were not replaced."""
    op.add_column("funding", sa.Column("replaced_by", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("funding", "replaced_by")
