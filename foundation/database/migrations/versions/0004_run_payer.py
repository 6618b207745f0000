"""A run stores its payer, and a county has one prepared run at a time.

A county that changes its own bank account must not change the bytes of a file that was already sent.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PAYER = ("payer_name", "payer_iban", "payer_bic")


def upgrade() -> None:
    """Add the payer's columns and the guard."""
    for name in PAYER:
        op.add_column("payment_run", sa.Column(name, sa.Text(), nullable=False))
    op.create_index(
        "ux_payment_run_one_prepared",
        "payment_run",
        ["county_id"],
        unique=True,
        postgresql_where=sa.text("state = 'prepared'"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ux_payment_run_one_prepared", table_name="payment_run")
    for name in PAYER:
        op.drop_column("payment_run", name)
