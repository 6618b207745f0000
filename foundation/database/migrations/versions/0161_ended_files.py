"""A stopped charge file has a last day on which its provider may go on, and ends after it.

Files that are stopped already may go on for two weeks. The downgrade forgets which rows were not taken in.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0161"
down_revision = "0166"
branch_labels = None
depends_on = None

ROLE, WORK, LEFT = "omatori_app", "charge_file_work", "charge_file_left"
PROVIDER = "(SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
OWN_FILE = (
    f"EXISTS (SELECT FROM charge_file p WHERE p.id = {LEFT}.charge_file_id AND p.provider_id = {PROVIDER})"
)


def upgrade() -> None:
    """Add the day, and the table of rows that were not taken in, which grows only."""
    op.add_column(WORK, sa.Column("go_on_until", sa.Date(), nullable=True))
    op.execute(
        f"UPDATE {WORK} SET go_on_until = (now() AT TIME ZONE 'Europe/Helsinki')::date + 14 "  # noqa: S608
        "WHERE state = 'stopped'"
    )
    op.create_check_constraint(
        op.f(f"ck_{WORK}_go_on"), WORK, "(state = 'stopped') = (go_on_until IS NOT NULL)"
    )
    op.create_table(
        LEFT,
        sa.Column("charge_file_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("rows", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("count > 0 AND count = jsonb_array_length(rows)", name=op.f(f"ck_{LEFT}_count")),
        sa.ForeignKeyConstraint(
            ["charge_file_id"], ["charge_file.id"], name=op.f(f"fk_{LEFT}_charge_file_id")
        ),
        sa.PrimaryKeyConstraint("charge_file_id", name=op.f(f"pk_{LEFT}")),
    )
    op.execute(f"ALTER TABLE {LEFT} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON {LEFT} TO {ROLE} USING ({OWN_FILE})")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON {LEFT} FROM {ROLE}")


def downgrade() -> None:
    """Drop both."""
    op.drop_table(LEFT)
    op.drop_constraint(op.f(f"ck_{WORK}_go_on"), WORK)
    op.drop_column(WORK, "go_on_until")
