"""Invitations to a role of a provider. The downgrade drops them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0106"
branch_labels = None
depends_on = None

REFERENCES = {"provider_id": "provider.id", "made_by": "person.id", "role_grant_id": "role_grant.id"}
CHECKS = {
    "role": "role IN ('provider_owner', 'provider_biller')",
    "email": "email = lower(email) AND email LIKE '_%@_%'",
    "digest": "length(code_sha256) = 64",
    "open": "expires_at > made_at AND expires_at <= made_at + interval '72 hours'",
    "accepted": "(accepted_at IS NULL) = (role_grant_id IS NULL)",
    "one_end": "accepted_at IS NULL OR withdrawn_at IS NULL",
}
COLUMNS = (
    ("provider_id", sa.BigInteger(), False),
    ("role", sa.Text(), False),
    ("email", sa.Text(), False),
    ("last_day", sa.Date(), True),
    ("code_sha256", sa.Text(), False),
    ("made_at", sa.DateTime(timezone=True), False),
    ("made_by", sa.BigInteger(), True),
    ("expires_at", sa.DateTime(timezone=True), False),
    ("accepted_at", sa.DateTime(timezone=True), True),
    ("role_grant_id", sa.BigInteger(), True),
    ("withdrawn_at", sa.DateTime(timezone=True), True),
)
TABLE = "provider_invitation"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COLUMNS),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{TABLE}_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{TABLE}_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("code_sha256", name=op.f(f"uq_{TABLE}_code_sha256")),
    )
    op.create_index(
        "uq_provider_invitation_open",
        TABLE,
        ["provider_id", "email", "role"],
        unique=True,
        postgresql_where="accepted_at IS NULL AND withdrawn_at IS NULL",
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
