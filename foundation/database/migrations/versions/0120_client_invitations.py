"""Invitations of clients to an account, and user names. The downgrade drops them.

A client who logs in with a user name alone cannot log in after a downgrade, before the county has an address.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0124"
branch_labels = None
depends_on = None

TABLE = "client_invitation"
COUNTY = "(SELECT nullif(current_setting('omatori.county', true), '')::smallint)"
CLIENTS = "((SELECT nullif(current_setting('omatori.clients', true), '')::bigint[])::bigint[])"
SHAPE = "user_name ~ '^[a-z]{2,12}[0-9]{5}$'"
CHECKS = {
    "way": "way IN ('letter', 'mail')",
    "mail": "(way = 'mail') = (email IS NOT NULL)",
    "email": "email = lower(email) AND email LIKE '_%@_%'",
    "user_name": SHAPE,
    "digest": "length(code_sha256) = 64",
    "open": "expires_at > made_at AND expires_at <= made_at"
    " + CASE way WHEN 'letter' THEN interval '30 days' ELSE interval '72 hours' END",
    "accepted": "(accepted_at IS NULL) = (role_grant_id IS NULL)",
    "one_end": "accepted_at IS NULL OR withdrawn_at IS NULL",
}
REFERENCES = {
    "county_id": "county.id",
    "client_id": "client.id",
    "made_by": "person.id",
    "role_grant_id": "role_grant.id",
}
COLUMNS = (
    ("county_id", sa.SmallInteger(), False),
    ("client_id", sa.BigInteger(), False),
    ("way", sa.Text(), False),
    ("email", sa.Text(), True),
    ("user_name", sa.Text(), False),
    ("code_sha256", sa.Text(), False),
    ("made_at", sa.DateTime(timezone=True), False),
    ("made_by", sa.BigInteger(), True),
    ("expires_at", sa.DateTime(timezone=True), False),
    ("accepted_at", sa.DateTime(timezone=True), True),
    ("role_grant_id", sa.BigInteger(), True),
    ("withdrawn_at", sa.DateTime(timezone=True), True),
)


def upgrade() -> None:
    """Add the table with its policy, and the column."""
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
    op.create_index("ix_client_invitation_client_id", TABLE, ["client_id"])
    op.create_index(
        "uq_client_invitation_open",
        TABLE,
        ["client_id"],
        unique=True,
        postgresql_where="accepted_at IS NULL AND withdrawn_at IS NULL",
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    condition = f"county_id = {COUNTY} OR client_id = ANY ({CLIENTS})"
    op.execute(f"CREATE POLICY context ON {TABLE} TO omatori_app USING ({condition})")
    op.add_column("person", sa.Column("user_name", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_person_user_name"), "person", ["user_name"])
    op.create_check_constraint(op.f("ck_person_user_name"), "person", SHAPE)


def downgrade() -> None:
    """Drop them."""
    op.drop_column("person", "user_name")
    op.drop_table(TABLE)
