"""Versions of slow-changing facts, kept by triggers; an index for a worker's day.

The decision on a charge depends on its provider's approvals, documents, offerings and prices and on its county's calendar.
They change rarely and are needed for every charge, so a process caches them and reads only their version each time.
Statement triggers with transition tables: an import of 40,000 prices updates each provider's version once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# table: (kind, how to find the keys of the changed rows)
WATCHED = {
    "provider_paper": (0, "SELECT provider_id FROM changed"),
    "bank_account": (0, "SELECT provider_id FROM changed"),
    "approval": (0, "SELECT provider_id FROM changed"),
    "approval_state": (0, "SELECT a.provider_id FROM changed c JOIN approval a ON a.id = c.approval_id"),
    "offering": (0, "SELECT provider_id FROM changed"),
    "price": (0, "SELECT o.provider_id FROM changed c JOIN offering o ON o.id = c.offering_id"),
    "county": (1, "SELECT id FROM changed"),
    "calendar_range": (1, "SELECT county_id FROM changed"),
    "service": (2, "SELECT 0"),
}
EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    """Create the versions, their triggers, and the index."""
    op.create_table(
        "facts_version",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_facts_version")),
    )
    for table, (kind, keys) in WATCHED.items():
        op.execute(
            f"""
            CREATE FUNCTION new_version_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO facts_version (kind, key, version)
                SELECT {kind}, found.key, gen_random_uuid()
                FROM (SELECT DISTINCT key FROM ({keys}) AS keys (key) ORDER BY key) AS found
                ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version;
                RETURN NULL;
            END $$
            """  # noqa: S608
        )
        for event, side in EVENTS.items():
            op.execute(
                f"CREATE TRIGGER new_version_{event.lower()} AFTER {event} ON {table} "
                f"REFERENCING {side} TABLE AS changed "
                f"FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_{table}()"
            )
    op.execute("INSERT INTO facts_version VALUES (2, 0, gen_random_uuid())")
    op.create_index(
        "ix_charge_worker_day",
        "charge",
        ["provider_id", "service_day"],
        postgresql_where=sa.text("worker IS NOT NULL AND state IN ('accepted', 'on_hold', 'settled')"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_charge_worker_day", "charge")
    for table in WATCHED:
        for event in EVENTS:
            op.execute(f"DROP TRIGGER new_version_{event.lower()} ON {table}")
        op.execute(f"DROP FUNCTION new_version_of_{table}()")
    op.drop_table("facts_version")
