"""Postings and audit events are append-only; the numbers of ledger transactions.

The guard is a trigger and not only a missing privilege: it also holds for the owner of the tables, so that
a mistake in a program or at a prompt cannot rewrite history unnoticed.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("posting", "audit_event")


def upgrade() -> None:
    """Guard the append-only tables."""
    op.execute("CREATE SEQUENCE posting_transaction")
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Drop the guards."""
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP SEQUENCE posting_transaction")
