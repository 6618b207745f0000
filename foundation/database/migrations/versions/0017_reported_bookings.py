"""What a bank has reported of a payment: its acceptance, its bookings, and its own words of a return.

A booking that comes again is known by its day and the bank's references; another one is for a person. Answers from
before do not have these: their payments keep the state that the answers gave them. An answer that would move money
against what was booked stays open on its payment until another person decides.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "return_text": sa.Text(),
    "accepted_on": sa.Date(),
    "debit_on": sa.Date(),
    "debit_references": postgresql.ARRAY(sa.Text()),
    "debit_kind": sa.Text(),
    "credit_on": sa.Date(),
    "credit_references": postgresql.ARRAY(sa.Text()),
    "credit_kind": sa.Text(),
    "open_code": sa.Text(),
    "open_by": sa.BigInteger(),
    "open_day": sa.Date(),
    "open_reference": sa.Text(),
    "open_reason": sa.Text(),
    "open_text": sa.Text(),
}


def upgrade() -> None:
    """Add the columns to payments."""
    for name, kind in _COLUMNS.items():
        op.add_column("payment", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_COLUMNS):
        op.drop_column("payment", name)
