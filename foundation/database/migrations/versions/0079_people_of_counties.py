"""Invitations to roles, and what a role of a county has besides: who gave it, a limit, a substitute.

The downgrade drops them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0070"
branch_labels = None
depends_on = None

LIMIT = "granting_limit_cents IS NULL OR (granting_limit_cents > 0 AND role = 'worker')"
ROLES = "'worker', 'coordinator', 'settlement_officer', 'settlement_approver', 'auditor', 'admin'"
REFERENCES = {
    "county_id": "county.id",
    "substitute_for": "person.id",
    "made_by": "person.id",
    "role_grant_id": "role_grant.id",
}
CHECKS = {
    "role": f"role IN ({ROLES})",
    "email": "email = lower(email) AND email LIKE '_%@_%'",
    "days": "first_day <= last_day",
    "granting_limit": LIMIT,
    "substitute": "substitute_for IS NULL OR last_day IS NOT NULL",
    "digest": "length(code_sha256) = 64",
    "open": "expires_at > made_at AND expires_at <= made_at + interval '72 hours'",
    "accepted": "(accepted_at IS NULL) = (role_grant_id IS NULL)",
    "one_end": "accepted_at IS NULL OR withdrawn_at IS NULL",
}
COLUMNS = (
    ("county_id", sa.SmallInteger(), False),
    ("role", sa.Text(), False),
    ("email", sa.Text(), False),
    ("first_day", sa.Date(), False),
    ("last_day", sa.Date(), True),
    ("granting_limit_cents", sa.BigInteger(), True),
    ("substitute_for", sa.BigInteger(), True),
    ("code_sha256", sa.Text(), False),
    ("made_at", sa.DateTime(timezone=True), False),
    ("made_by", sa.BigInteger(), True),
    ("expires_at", sa.DateTime(timezone=True), False),
    ("accepted_at", sa.DateTime(timezone=True), True),
    ("role_grant_id", sa.BigInteger(), True),
    ("withdrawn_at", sa.DateTime(timezone=True), True),
)
OF_GRANTS = {
    "not_to_oneself": "given_by <> person_id",
    "granting_limit": LIMIT,
    "substitute": "substitute_for IS NULL OR (substitute_for <> person_id AND NOT upper_inf(valid))",
}


def upgrade() -> None:
    """Add the columns and the table."""
    for column in ("given_by", "granting_limit_cents", "substitute_for"):
        op.add_column("role_grant", sa.Column(column, sa.BigInteger(), nullable=True))
    for column in ("given_by", "substitute_for"):
        op.create_foreign_key(op.f(f"fk_role_grant_{column}"), "role_grant", "person", [column], ["id"])
    for name, check in OF_GRANTS.items():
        op.create_check_constraint(op.f(f"ck_role_grant_{name}"), "role_grant", check)
    op.create_table(
        "role_invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COLUMNS),
        *(
            sa.CheckConstraint(check, name=op.f(f"ck_role_invitation_{name}"))
            for name, check in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_role_invitation_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_invitation")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_role_invitation_code_sha256")),
    )
    op.create_index(
        "uq_role_invitation_open",
        "role_invitation",
        ["county_id", "email", "role"],
        unique=True,
        postgresql_where="accepted_at IS NULL AND withdrawn_at IS NULL",
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("role_invitation")
    for name in OF_GRANTS:
        op.drop_constraint(op.f(f"ck_role_grant_{name}"), "role_grant")
    for column in ("substitute_for", "granting_limit_cents", "given_by"):
        op.drop_column("role_grant", column)
