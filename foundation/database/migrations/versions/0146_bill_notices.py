"""Mails to clients about bills of own shares, each left once. Nothing that is stored changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0146"
down_revision = "0151"
branch_labels = None
depends_on = None

TABLE = "co_payment_notice"


def upgrade() -> None:
    """Add the table. Bills that are there already count as told of."""
    op.create_table(
        TABLE,
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('new', 'late')", name=op.f(f"ck_{TABLE}_kind")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["co_payment_invoice.id"], name=op.f(f"fk_{TABLE}_invoice_id")
        ),
        sa.PrimaryKeyConstraint("invoice_id", "kind", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"REVOKE UPDATE, DELETE ON {TABLE} FROM omatori_app")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY context ON {TABLE} TO omatori_app USING "
        f"(EXISTS (SELECT FROM co_payment_invoice i WHERE i.id = {TABLE}.invoice_id))"
    )
    op.execute(
        f"INSERT INTO {TABLE} SELECT id, 'new', made_at FROM co_payment_invoice WHERE credits_id IS NULL"  # noqa: S608
    )


def downgrade() -> None:
    """Drop the table: a mail that was left is in the outbox too."""
    op.drop_table(TABLE)
