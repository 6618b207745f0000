"""A claim on a provider stays open until it is paid: its reference, when it is due, reminded and paid.

Claims of before are open, without a reference; they were due 14 days after they were made.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "reference": sa.Text(),
    "due_on": sa.Date(),
    "reminded_on": sa.Date(),
    "paid_on": sa.Date(),
    "paid_reference": sa.Text(),
    "paid_by": sa.BigInteger(),
}


def upgrade() -> None:
    """Add the columns; a payment at the bank pays one claim of a county."""
    for name, kind in _COLUMNS.items():
        op.add_column("recovery", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE recovery SET due_on = (made_at AT TIME ZONE 'Europe/Helsinki')::date + 14")
    op.alter_column("recovery", "due_on", nullable=False)
    op.create_foreign_key(op.f("fk_recovery_paid_by"), "recovery", "person", ["paid_by"], ["id"])
    op.create_unique_constraint(op.f("uq_recovery_reference"), "recovery", ["reference"])
    op.create_unique_constraint(
        op.f("uq_recovery_county_id_paid_reference"), "recovery", ["county_id", "paid_reference"]
    )
    op.create_check_constraint(
        op.f("ck_recovery_paid"),
        "recovery",
        "(paid_on IS NULL) = (paid_reference IS NULL) AND (paid_on IS NULL) = (paid_by IS NULL)",
    )


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_COLUMNS):
        op.drop_column("recovery", name)
