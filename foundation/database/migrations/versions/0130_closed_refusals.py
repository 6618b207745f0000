"""Refused charges stay tasks until the visit is charged, or the provider says that nothing is to be charged.

The downgrade forgets what was said: the tasks are there again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0138"
branch_labels = None
depends_on = None

TABLE, ROLE, BIG = "closed_refusal", "omatori_app", sa.BigInteger()
POLICY = "provider_id = (SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
REFUSED = "state IN ('refused', 'rejected')"


def upgrade() -> None:
    """Add the table with its policy, and the index of refused charges."""
    op.create_table(
        TABLE,
        sa.Column("charge_id", BIG, autoincrement=False, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_closed_refusal_charge_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_closed_refusal_closed_by")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_closed_refusal_provider_id")),
        sa.PrimaryKeyConstraint("charge_id", name=op.f("pk_closed_refusal")),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON {TABLE} TO {ROLE} USING ({POLICY})")
    op.create_index("ix_charge_refused", "charge", ["provider_id", "id"], postgresql_where=REFUSED)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_charge_refused", "charge")
    op.drop_table(TABLE)
