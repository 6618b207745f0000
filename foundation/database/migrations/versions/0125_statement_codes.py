"""The code by which anyone who holds the statement of a settlement checks it (decision 0204).

It is random, and not computed from ids: who has one statement must not find another.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0131"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give every settlement a code, also those that there are."""
    op.add_column(
        "settlement",
        sa.Column("check_code", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
    )
    op.create_unique_constraint(op.f("uq_settlement_check_code"), "settlement", ["check_code"])


def downgrade() -> None:
    """Drop the codes; links on statements that were saved lead nowhere then."""
    op.drop_constraint(op.f("uq_settlement_check_code"), "settlement")
    op.drop_column("settlement", "check_code")
