"""Seals over ranges of audit numbers replace one link for each audit row.

The earlier chain goes on: its links are taken over a thousand at a time, with their digests and values unchanged, so
that values kept outside still verify. The rows that the earlier chain had not linked yet, up to its largest number,
get one seal of their own. A row that the earlier chain would have reported as added later (it was written by a
transaction that had not begun when its number had been passed) is left out of that seal, and so is reported on.

The downgrade keeps the seals in a table that the earlier program does not read. After another upgrade they are in
force again, so that anchors made meanwhile still agree; what the earlier program recorded is in the next seal.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TAKE_OVER = """
INSERT INTO audit_seal (row_ids, row_digests, chain, sealed_at)
SELECT array_agg(audit_id ORDER BY id), string_agg(digest, ''::bytea ORDER BY id),
  (array_agg(chain ORDER BY id DESC))[1], max(sealed_at)
FROM (SELECT *, (row_number() OVER (ORDER BY id) - 1) / 1000 AS slice FROM audit_link) links
GROUP BY slice ORDER BY slice
"""
_NOT_LINKED = """
SELECT e.id, sha256(convert_to(jsonb_build_array(e.id, e.county_id, extract(epoch FROM e.at), e.actor_id,
  e.actor_name, e.role, e.act, e.subject_kind, e.subject_id, e.client_id, e.why, e.detail)::text, 'UTF8'))
FROM audit_event e LEFT JOIN audit_link l ON l.audit_id = e.id
WHERE l.id IS NULL AND e.id BETWEEN 1 AND :last AND NOT coalesce(
  e.xmin::text::bigint >= (SELECT min(sealed_before) FROM audit_link WHERE audit_id > e.id + 50) % 4294967296, false)
ORDER BY e.id
"""


def upgrade() -> None:
    """Take over the earlier chain, and close it; or bring back the seals that a downgrade has kept."""
    op.execute("LOCK TABLE audit_event IN SHARE MODE")
    if op.get_bind().scalar(sa.text("SELECT to_regclass('audit_seal_kept') IS NOT NULL")):
        op.rename_table("audit_seal_kept", "audit_seal")
    else:
        _create_seals()
        op.execute(_TAKE_OVER)
        _close_earlier_chain(op.get_bind())
    op.drop_table("audit_link")


def _create_seals() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("first_audit_id", sa.BigInteger()),
        sa.Column("last_audit_id", sa.BigInteger()),
        sa.Column("row_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("row_digests", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("first_audit_id", name=op.f("uq_audit_seal_first_audit_id")),
        sa.CheckConstraint(
            "octet_length(row_digests) = 32 * cardinality(row_ids)",
            name=op.f("ck_audit_seal_digest_for_each_row"),
        ),
        sa.CheckConstraint(
            "(first_audit_id IS NULL) = (last_audit_id IS NULL)", name=op.f("ck_audit_seal_both_ends")
        ),
        sa.CheckConstraint("first_audit_id <= last_audit_id", name=op.f("ck_audit_seal_in_order")),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _close_earlier_chain(connection: sa.Connection) -> None:
    """Seal the numbers up to the largest that is linked, with the rows that are not linked yet."""
    last = connection.scalar(sa.text("SELECT max(audit_id) FROM audit_link"))
    if last is None:
        return
    newest = "SELECT chain, sealed_at FROM audit_seal ORDER BY id DESC LIMIT 1"
    value, sealed_at = connection.execute(sa.text(newest)).one()
    rows = connection.execute(sa.text(_NOT_LINKED), {"last": last}).all()
    for digest in (*(digest for _, digest in rows), hashlib.sha256(f"1-{last}".encode()).digest()):
        value = hashlib.sha256(value + digest).digest()
    connection.execute(
        sa.text(
            "INSERT INTO audit_seal (first_audit_id, last_audit_id, row_ids, row_digests, chain, sealed_at) "
            "VALUES (1, :last, CAST(:row_ids AS bigint[]), :row_digests, :chain, :sealed_at)"
        ),
        {
            "last": last,
            "row_ids": [row_id for row_id, _ in rows],
            "row_digests": b"".join(digest for _, digest in rows),
            "chain": value,
            "sealed_at": sealed_at,
        },
    )


def downgrade() -> None:
    """Go back to a link for each row. The earlier program begins a new chain: it cannot read the seals.

    Its chain is one of the same rows, so values of it that are kept outside agree again.
    """
    op.create_table(
        "audit_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_before", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_link_audit_id")),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM audit_seal)")):
        op.rename_table("audit_seal", "audit_seal_kept")
    else:
        op.drop_table("audit_seal")
