"""Opening balances: files of vouchers in use, and the account of what the earlier system had paid.

The downgrade fails if there are postings to that account: without it the balances would not add up.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0082"
down_revision = "0080"
branch_labels = None
depends_on = None

POSTING_CHECKS = {
    "accounts": (
        "from_account BETWEEN 0 AND 7 AND to_account BETWEEN 0 AND 7",
        "from_account BETWEEN 0 AND 7 AND to_account BETWEEN 0 AND 8",
    ),
    "to_funding": (
        "to_account NOT IN (1, 2, 3) OR funding_id IS NOT NULL",
        "to_account NOT IN (1, 2, 3, 8) OR funding_id IS NOT NULL",
    ),
}
CHECKS = {
    "state": "state IN ('waiting', 'accepted', 'rejected')",
    "sha256": "length(sha256) = 32",
    "decided": "(state = 'waiting') = (content IS NOT NULL)"
    " AND (state = 'waiting') = (decided_at IS NULL) AND (state = 'waiting') = (decided_by IS NULL)",
    "two_people": "state <> 'accepted' OR decided_by IS DISTINCT FROM made_by",
    "why": "(state = 'rejected') = (why <> '')",
}
REFERENCES = {"county_id": "county.id", "made_by": "person.id", "decided_by": "person.id"}
COLUMNS = (
    ("county_id", sa.SmallInteger(), False),
    ("file_name", sa.Text(), False),
    ("sha256", sa.LargeBinary(), False),
    ("content", sa.LargeBinary(), True),
    ("opens_on", sa.Date(), False),
    ("state", sa.Text(), False),
    ("totals", JSONB(), False),
    ("made_at", sa.DateTime(timezone=True), False),
    ("made_by", sa.BigInteger(), True),
    ("made_by_name", sa.Text(), False),
    ("decided_at", sa.DateTime(timezone=True), True),
    ("decided_by", sa.BigInteger(), True),
    ("why", sa.Text(), False),
)


def upgrade() -> None:
    """Create the table, and open the account."""
    op.create_table(
        "opening",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COLUMNS),
        *(sa.CheckConstraint(check, name=op.f(f"ck_opening_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_opening_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    op.create_index(
        "uq_opening_county_id_sha256",
        "opening",
        ["county_id", "sha256"],
        unique=True,
        postgresql_where="state <> 'rejected'",
    )
    _posting_checks(1)


def downgrade() -> None:
    """Close the account, and drop the table."""
    _posting_checks(0)
    op.drop_table("opening")


def _posting_checks(version: int) -> None:
    for name, checks in POSTING_CHECKS.items():
        op.drop_constraint(op.f(f"ck_posting_{name}"), "posting")
        op.create_check_constraint(op.f(f"ck_posting_{name}"), "posting", checks[version])
