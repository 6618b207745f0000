"""The role of jobs stores which rows of a stopped file were not taken in."""

from __future__ import annotations

from alembic import op

revision = "0162"
down_revision = "0161"
branch_labels = None
depends_on = None

ROLE = "omatori_system"


def upgrade() -> None:
    """Give the right."""
    op.execute(f"GRANT INSERT ON charge_file_left TO {ROLE}")


def downgrade() -> None:
    """Take it back."""
    op.execute(f"REVOKE INSERT ON charge_file_left FROM {ROLE}")
