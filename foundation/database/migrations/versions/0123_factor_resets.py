"""Second factors of owners that the county takes off, by two people. The downgrade drops the requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0122"
branch_labels = None
depends_on = None

TABLE = "factor_reset"
CHECKS = {
    "why": "length(why) BETWEEN 1 AND 500",
    "wait": "ripe_at >= asked_at + interval '72 hours'",
    "two": "asked_by <> confirmed_by AND person_id NOT IN (asked_by, confirmed_by)",
    "ripe": "confirmed_at >= ripe_at",
    "confirmed": "(confirmed_at IS NULL) = (confirmed_by IS NULL)",
    "stopped": "(stopped_at IS NULL) = (stopped_by IS NULL)",
    "one_end": "confirmed_at IS NULL OR stopped_at IS NULL",
}
REFERENCES = {
    "county_id": "county.id",
    "provider_id": "provider.id",
    **dict.fromkeys(("person_id", "asked_by", "confirmed_by", "stopped_by"), "person.id"),
}
MOMENT, BIG = sa.DateTime(timezone=True), sa.BigInteger()
COLUMNS = (
    ("county_id", sa.SmallInteger(), False),
    ("provider_id", BIG, False),
    ("person_id", BIG, False),
    ("why", sa.Text(), False),
    ("asked_at", MOMENT, False),
    ("asked_by", BIG, False),
    ("ripe_at", MOMENT, False),
    ("confirmed_at", MOMENT, True),
    ("confirmed_by", BIG, True),
    ("stopped_at", MOMENT, True),
    ("stopped_by", BIG, True),
)
POLICY = (
    "county_id = (SELECT nullif(current_setting('omatori.county', true), '')::smallint)"
    " OR provider_id = (SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
)


def upgrade() -> None:
    """Add the table with its policy."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COLUMNS),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{TABLE}_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{TABLE}_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index("ix_factor_reset_provider_id", TABLE, ["provider_id"])
    op.create_index(
        "uq_factor_reset_open",
        TABLE,
        ["person_id"],
        unique=True,
        postgresql_where="confirmed_at IS NULL AND stopped_at IS NULL",
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON {TABLE} TO omatori_app USING ({POLICY})")


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
