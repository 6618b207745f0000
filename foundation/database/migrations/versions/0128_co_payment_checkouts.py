"""Payments of invoices of own shares at Stripe Checkout. The downgrade refuses while one has been paid there."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0128"
down_revision = "0127"
branch_labels = None
depends_on = None

TABLE = "co_payment_checkout"
MOMENT, BIG, SMALL = sa.DateTime(timezone=True), sa.BigInteger(), sa.SmallInteger()
COLUMNS: tuple[tuple[str, Any, bool], ...] = (
    ("invoice_id", BIG, False),
    ("county_id", SMALL, False),
    ("stripe_account_id", BIG, False),
    ("number", SMALL, False),
    ("key", sa.Text(), False),
    ("session", sa.Text(), False),
    ("cents", BIG, False),
    ("state", sa.Text(), False),
    ("made_at", MOMENT, False),
    ("made_by", BIG, True),
    ("changed_at", MOMENT, False),
)
CHECKS = {
    "state": "state IN ('open', 'processing', 'failed', 'expired', 'paid')",
    "positive": "cents > 0 AND number > 0",
}
REFERENCES = {
    "invoice_id": "co_payment_invoice.id",
    "county_id": "county.id",
    "stripe_account_id": "stripe_account.id",
    "made_by": "person.id",
}
UNIQUE = (("invoice_id", "number"), ("key",), ("session",))
OPEN = "state IN ('open', 'processing')"
POLICY = f"EXISTS (SELECT FROM co_payment_invoice i WHERE i.id = {TABLE}.invoice_id)"
TAKES_CARDS = """
CREATE FUNCTION provider_takes_cards(county smallint, provider bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM stripe_account a WHERE a.county_id = county AND a.provider_id = provider
    AND a.gone_at IS NULL AND a.can_charge_cards AND a.disabled_reason IS NULL);
END $$
"""


def upgrade() -> None:
    """Add the table, the link from receipts to it, and a function that says who takes cards."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COLUMNS),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{TABLE}_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{TABLE}_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        *(sa.UniqueConstraint(*names, name=op.f(f"uq_{TABLE}_{'_'.join(names)}")) for names in UNIQUE),
    )
    op.create_index(
        f"ux_{TABLE}_one_at_a_time", TABLE, ["invoice_id"], unique=True, postgresql_where=sa.text(OPEN)
    )
    op.create_index(f"ix_{TABLE}_open", TABLE, ["county_id"], postgresql_where=sa.text(OPEN))
    op.add_column("co_payment_receipt", sa.Column("checkout_id", BIG, nullable=True))
    name = op.f("fk_co_payment_receipt_checkout_id")
    op.create_foreign_key(name, "co_payment_receipt", TABLE, ["checkout_id"], ["id"])
    op.create_unique_constraint(
        op.f("uq_co_payment_receipt_checkout_id"), "co_payment_receipt", ["checkout_id"]
    )
    condition = "(way = 'stripe') = (checkout_id IS NOT NULL)"
    op.create_check_constraint(op.f("ck_co_payment_receipt_checkout"), "co_payment_receipt", condition)
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON {TABLE} TO omatori_app USING ({POLICY})")
    op.execute(TAKES_CARDS)


def downgrade() -> None:
    """Drop them, if nobody has paid at Stripe."""
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT FROM co_payment_receipt WHERE way = 'stripe') THEN "
        "RAISE EXCEPTION 'own shares were paid at Stripe'; END IF; END $$"
    )
    op.execute("DROP FUNCTION provider_takes_cards(smallint, bigint)")
    op.drop_constraint(op.f("ck_co_payment_receipt_checkout"), "co_payment_receipt")
    op.drop_column("co_payment_receipt", "checkout_id")
    op.drop_table(TABLE)
