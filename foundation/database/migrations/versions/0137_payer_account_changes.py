"""The account that a county pays from is changed by two people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0137"
down_revision = "0136"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
TABLE = "payer_account_change"
BY_COUNTY = "county_id = (SELECT nullif(current_setting('omatori.county', true), '')::smallint)"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the changes, seen by their county."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=False),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("letters IN ('basic', 'nordic')", name=op.f(f"ck_{TABLE}_letters")),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f(f"ck_{TABLE}_confirmed")
        ),
        sa.CheckConstraint("confirmed_by <> entered_by", name=op.f(f"ck_{TABLE}_two_people")),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR withdrawn_at IS NULL", name=op.f(f"ck_{TABLE}_withdrawn")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{TABLE}_county_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f(f"fk_{TABLE}_entered_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f(f"fk_{TABLE}_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(
        f"uq_{TABLE}_waiting",
        TABLE,
        ["county_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON {TABLE} TO {ROLE} USING ({BY_COUNTY})")


def downgrade() -> None:
    """Drop them; the account in use stays."""
    op.drop_table(TABLE)
