"""What clients ask of the county's workers: no voucher, or help with choosing.

The downgrade drops the requests and their answers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0038"
branch_labels = None
depends_on = None

OPEN = "answered_at IS NULL AND withdrawn_at IS NULL"
CHECKS = {
    "kind": "kind IN ('no_voucher', 'help_choosing')",
    "length": "length(words) <= 2000 AND length(answer) <= 2000",
    "answer": "(answered_at IS NULL) = (answer = '')",
    "one_end": "answered_at IS NULL OR withdrawn_at IS NULL",
    "funding": "kind <> 'no_voucher' OR funding_id IS NOT NULL",
}
REFERENCES = {
    "county_id": "county.id",
    "client_id": "client.id",
    "funding_id": "funding.id",
    "asked_by": "person.id",
    "answered_by": "person.id",
}


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "help_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_help_request_{name}")) for name, rule in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_help_request_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
    )
    op.create_index("ix_help_request_client_id", "help_request", ["client_id"])
    op.create_index(
        "ux_help_request_open", "help_request", ["client_id", "kind"], unique=True, postgresql_where=OPEN
    )
    op.create_index(
        "ix_help_request_waiting", "help_request", ["county_id", "asked_at"], postgresql_where=OPEN
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("help_request")
