"""A provider sends a new paper in place of one that ends, and a county accepts or rejects it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0150"
down_revision = "0145"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
TABLE = "paper_renewal"
COUNTY = "(SELECT nullif(current_setting('omatori.county', true), '')::smallint)"
PROVIDER = "(SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
BY_PROVIDER = f"provider_id = {PROVIDER}"
KNOWN_HERE = (
    f"({COUNTY} IS NOT NULL AND EXISTS (SELECT FROM approval a WHERE a.county_id = {COUNTY}"
    f" AND a.provider_id = {TABLE}.provider_id))"
)
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "kind": "kind IN ('register_entry', 'insurance', 'prepayment_register')",
    "media_type": "media_type IN ('application/pdf', 'image/png', 'image/jpeg')",
    "state": "state IN ('waiting', 'accepted', 'rejected', 'withdrawn')",
    "days": "last_day IS NULL OR last_day >= first_day",
    "size": "size = octet_length(content) AND size BETWEEN 1 AND 2000000",
    "decided": "(state IN ('accepted', 'rejected')) = (decided_by IS NOT NULL)"
    " AND (decided_by IS NULL) = (county_id IS NULL) AND (state = 'waiting') = (decided_at IS NULL)",
    "why": "(state = 'rejected') = (why <> '')",
    "two_people": "decided_by <> sent_by",
}
REFERENCES = {
    "provider_id": "provider.id",
    "sent_by": "person.id",
    "county_id": "county.id",
    "decided_by": "person.id",
}
DECIDED = f"""
CREATE OR REPLACE TRIGGER decided BEFORE UPDATE ON {TABLE}
  FOR EACH ROW WHEN (OLD.state <> 'waiting' OR (OLD.content, OLD.kind, OLD.first_day, OLD.last_day)
    IS DISTINCT FROM (NEW.content, NEW.kind, NEW.first_day, NEW.last_day))
  EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Create the papers, seen by their provider and the counties that know it."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        *[sa.CheckConstraint(text, name=op.f(f"ck_{TABLE}_{name}")) for name, text in CHECKS.items()],
        *[
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{TABLE}_{column}"))
            for column, to in REFERENCES.items()
        ],
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_provider_id", TABLE, ["provider_id"])
    op.create_index(
        f"uq_{TABLE}_waiting",
        TABLE,
        ["provider_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.execute(DECIDED)
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON {TABLE} TO {ROLE} USING ({BY_PROVIDER} OR {KNOWN_HERE})")


def downgrade() -> None:
    """Drop them; accepted papers stay in the register, their files do not."""
    op.drop_table(TABLE)
