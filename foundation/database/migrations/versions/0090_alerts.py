"""Early warnings about clients."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0090"
down_revision = "0082"
branch_labels = None
depends_on = None

CHECKS = {
    "rule": "rule IN ('goes_too_fast', 'ends_soon', 'level', 'stopped', 'cannot_use')",
    "verdict": "verdict IN ('useful', 'not_useful')",
    "weeks": "weeks >= 1",
    "days": "first_day <= judged_on AND opened_on >= first_day",
    "closed": "closed_on >= first_day",
    "judged": "num_nulls(verdict, verdict_at, verdict_by) IN (0, 3)"
    " AND (verdict IS NULL OR opened_on IS NOT NULL)",
}
COLUMNS: tuple[tuple[str, sa.types.TypeEngine[Any], bool], ...] = (
    ("county_id", sa.SmallInteger(), False),
    ("client_id", sa.BigInteger(), False),
    ("funding_id", sa.BigInteger(), False),
    ("rule", sa.Text(), False),
    ("first_day", sa.Date(), False),
    ("judged_on", sa.Date(), False),
    ("weeks", sa.SmallInteger(), False),
    ("opened_on", sa.Date(), True),
    ("closed_on", sa.Date(), True),
    ("figures", postgresql.JSONB(astext_type=sa.Text()), False),
    ("is_uncertain", sa.Boolean(), False),
    ("verdict", sa.Text(), True),
    ("verdict_at", sa.DateTime(timezone=True), True),
    ("verdict_by", sa.BigInteger(), True),
)
REFERENCES = {"county_id": "county.id", "client_id": "client.id", "verdict_by": "person.id"}


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COLUMNS),
        *(sa.CheckConstraint(check, name=op.f(f"ck_alert_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_alert_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.ForeignKeyConstraint(
            ["funding_id", "county_id"], ["funding.id", "funding.county_id"], name="fk_alert_funding_id"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(
        "ux_alert_open", "alert", ["client_id", "rule"], unique=True, postgresql_where="closed_on IS NULL"
    )
    op.create_index(
        "ix_alert_county_id",
        "alert",
        ["county_id", "opened_on"],
        postgresql_where="closed_on IS NULL AND opened_on IS NOT NULL",
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("alert")
