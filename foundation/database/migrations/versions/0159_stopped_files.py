"""A provider may stop a charge file, and sees how long it will still take.

The downgrade queues stopped files again: the program of before knows no other state that goes on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0159"
down_revision = "0154"
branch_labels = None
depends_on = None

STATE = "ck_charge_file_work_state"


def upgrade() -> None:
    """Add the state, and when the attempt began."""
    op.drop_constraint(op.f(STATE), "charge_file_work")
    op.create_check_constraint(
        op.f(STATE), "charge_file_work", "state IN ('waiting', 'running', 'stopped', 'failed')"
    )
    op.add_column("charge_file_work", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "charge_file_work", sa.Column("rows_before", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    """Queue stopped files again, and remove both."""
    op.drop_column("charge_file_work", "rows_before")
    op.drop_column("charge_file_work", "begun_at")
    op.execute("UPDATE charge_file_work SET state = 'waiting' WHERE state = 'stopped'")
    op.drop_constraint(op.f(STATE), "charge_file_work")
    op.create_check_constraint(op.f(STATE), "charge_file_work", "state IN ('waiting', 'running', 'failed')")
