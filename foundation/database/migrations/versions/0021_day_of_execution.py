"""The first day on which a run may be paid, approved with it; the day itself is set when its file is made.

Runs from before were approved without such a day (NULL), and their hash stays as it is (decision 0101).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NAME = "ck_payment_run_day_of_sent"
CHECK = (
    "state <> 'sent' OR (execution_day IS NOT NULL AND execution_day >= coalesce(not_before, execution_day))"
)


def upgrade() -> None:
    """Add the column and the guard."""
    op.add_column("payment_run", sa.Column("not_before", sa.Date(), nullable=True))
    op.create_check_constraint(op.f(NAME), "payment_run", CHECK)


def downgrade() -> None:
    """Drop them."""
    op.drop_constraint(op.f(NAME), "payment_run", type_="check")
    op.drop_column("payment_run", "not_before")
