"""Clients' feedback on providers. The downgrade drops it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0055"
branch_labels = None
depends_on = None

REFERENCES = {
    "county_id": "county.id",
    "client_id": "client.id",
    "provider_id": "provider.id",
    "charge_id": "charge.id",
    "given_by": "person.id",
    "decided_by": "person.id",
    "answered_by": "person.id",
}
CHECKS = {
    "face": "face IN ('good', 'so_so', 'not_good')",
    "state": "state IN ('waiting', 'published', 'returned', 'hidden')",
    "answer_state": "answer_state IN ('waiting', 'published', 'returned')",
    "revision": "revision > 0",
    "words": "length(words) <= 500",
    "why": "(state IN ('returned', 'hidden')) = (why <> '')",
    "decided": "(state = 'waiting') = (decided_at IS NULL)",
    "answer": "answer IS NULL OR length(answer) BETWEEN 1 AND 500",
    "answered": "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answer_state IS NULL)",
    "answer_of_published": "answer IS NULL OR state IN ('published', 'hidden')",
    "answer_why": "(coalesce(answer_state, '') = 'returned') = (answer_why <> '')",
}
COLUMNS = (
    ("county_id", sa.SmallInteger(), False),
    ("client_id", sa.BigInteger(), False),
    ("provider_id", sa.BigInteger(), False),
    ("charge_id", sa.BigInteger(), False),
    ("revision", sa.Integer(), False),
    ("face", sa.Text(), False),
    ("words", sa.Text(), False),
    ("state", sa.Text(), False),
    ("why", sa.Text(), False),
    ("given_at", sa.DateTime(timezone=True), False),
    ("given_by", sa.BigInteger(), True),
    ("decided_at", sa.DateTime(timezone=True), True),
    ("decided_by", sa.BigInteger(), True),
    ("answer", sa.Text(), True),
    ("answered_at", sa.DateTime(timezone=True), True),
    ("answered_by", sa.BigInteger(), True),
    ("answer_state", sa.Text(), True),
    ("answer_why", sa.Text(), False),
)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COLUMNS),
        *(sa.CheckConstraint(check, name=op.f(f"ck_feedback_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_feedback_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("client_id", "provider_id", name=op.f("uq_feedback_client_id_provider_id")),
    )
    op.create_index(
        "ix_feedback_published",
        "feedback",
        ["provider_id", "given_at"],
        postgresql_where="state = 'published'",
    )
    op.create_index(
        "ix_feedback_waiting",
        "feedback",
        ["county_id", "given_at"],
        postgresql_where="state = 'waiting' OR answer_state = 'waiting'",
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("feedback")
