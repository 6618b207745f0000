"""Whether a county's bank takes å, ä and ö in names; a run keeps what held when it was prepared.

Runs of before wrote them as a and o, and exporting such a run again must give the same bytes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_COLUMNS = {"county": "bank_letters", "payment_run": "payer_letters"}


def upgrade() -> None:
    """Add the columns: `basic` for the runs that exist, `nordic` from now on."""
    for table, column in _COLUMNS.items():
        default = "basic" if table == "payment_run" else "nordic"
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=default))
        op.alter_column(table, column, server_default="nordic")
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ('basic', 'nordic')")


def downgrade() -> None:
    """Drop them."""
    for table, column in _COLUMNS.items():
        op.drop_column(table, column)
