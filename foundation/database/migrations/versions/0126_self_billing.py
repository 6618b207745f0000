"""Since when the counties make invoices in a provider's name, with the address that the invoices have.

The downgrade drops the agreements.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0126"
down_revision = "0125"
branch_labels = None
depends_on = None

TABLE = "self_billing"
BIG, MOMENT = sa.BigInteger(), sa.DateTime(timezone=True)
CHECKS = {
    "days": "NOT isempty(valid) AND NOT lower_inf(valid)",
    "address": "street <> '' AND town <> '' AND postcode ~ '^[0-9]{5}$'",
    "ended": "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = upper_inf(valid)",
}
POLICY = "provider_id = (SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"


def upgrade() -> None:
    """Create the table with its policy."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("street", "postcode", "town")),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("agreed_by", BIG, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", BIG, nullable=True),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{TABLE}_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{TABLE}_{column}"))
            for column, target in {
                "provider_id": "provider.id",
                "agreed_by": "person.id",
                "ended_by": "person.id",
            }.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(provider_id, provider_id, '[]')"), "&&"),
            (sa.column("valid"), "&&"),
            name=op.f(f"ex_{TABLE}_one_at_a_time"),
            using="gist",
        ),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON {TABLE} TO omatori_app USING ({POLICY})")


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
