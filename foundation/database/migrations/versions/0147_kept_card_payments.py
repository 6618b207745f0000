"""Requests may not delete card payments of bills; the job that keeps data by rule may. No row changes."""

from __future__ import annotations

from alembic import op

revision = "0147"
down_revision = "0141"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the right to the role of jobs."""
    op.execute("REVOKE DELETE ON co_payment_checkout FROM omatori_app")
    op.execute("GRANT DELETE ON co_payment_checkout TO omatori_system")


def downgrade() -> None:
    """Give it back."""
    op.execute("REVOKE DELETE ON co_payment_checkout FROM omatori_system")
    op.execute("GRANT DELETE ON co_payment_checkout TO omatori_app")
