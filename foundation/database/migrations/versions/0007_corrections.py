"""The original charge of each correction, whether it was made after settlement; claims on providers.

`original_id` finds a charge and all its corrections (also corrections of corrections) in one query. A correction made
before settlement moves money of the account `charged`, a later one of `payable`. Only corrections have these columns.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CHECKS = {
    "correction": "(corrects_id IS NULL) = (original_id IS NULL) AND (corrects_id IS NULL) = "
    "(after_settlement IS NULL) AND (corrects_id IS NULL OR state IN ('accepted', 'settled'))",
    "signs": "CASE WHEN corrects_id IS NULL THEN state NOT IN ('accepted', 'settled') OR (price_cents >= 0 "
    "AND county_pays_cents >= 0 AND co_payment_cents >= 0) ELSE (price_cents <= 0 AND county_pays_cents <= 0 "
    "AND co_payment_cents <= 0 AND quantity_hundredths <= 0) OR (price_cents >= 0 AND county_pays_cents >= 0 "
    "AND co_payment_cents >= 0 AND quantity_hundredths >= 0) END",
}
POSTING_CHECKS = {
    "accounts": (
        "from_account BETWEEN 0 AND 6 AND to_account BETWEEN 0 AND 6",
        "from_account BETWEEN 0 AND 7 AND to_account BETWEEN 0 AND 7",
    ),
    "payable_owner": (
        "4 NOT IN (from_account, to_account) OR provider_id IS NOT NULL",
        "NOT (4 IN (from_account, to_account) OR 7 IN (from_account, to_account)) OR provider_id IS NOT NULL",
    ),
}


def upgrade() -> None:
    """Add the columns, their guards, and the table of claims."""
    op.add_column("charge", sa.Column("original_id", sa.BigInteger(), nullable=True))
    op.add_column("charge", sa.Column("after_settlement", sa.Boolean(), nullable=True))
    op.create_foreign_key(op.f("fk_charge_original_id"), "charge", "charge", ["original_id"], ["id"])
    for name, check in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_charge_{name}"), "charge", check)
    for column in ("original_id", "funding_id"):
        op.create_index(
            f"ix_charge_correction_{column}",
            "charge",
            [column],
            postgresql_where=sa.text("original_id IS NOT NULL"),
        )
    _posting_checks(1)
    op.create_table(
        "recovery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_positive")),
        sa.CheckConstraint("why <> ''", name=op.f("ck_recovery_why")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_recovery_county_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_recovery_provider_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_recovery_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
    )
    op.create_index("ix_recovery_provider_id", "recovery", ["provider_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("recovery")
    _posting_checks(0)
    for column in ("original_id", "funding_id"):
        op.drop_index(f"ix_charge_correction_{column}", table_name="charge")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_charge_{name}"), "charge")
    op.drop_column("charge", "after_settlement")
    op.drop_column("charge", "original_id")


def _posting_checks(which: int) -> None:
    for name, checks in POSTING_CHECKS.items():
        op.drop_constraint(op.f(f"ck_posting_{name}"), "posting")
        op.create_check_constraint(op.f(f"ck_posting_{name}"), "posting", checks[which])
