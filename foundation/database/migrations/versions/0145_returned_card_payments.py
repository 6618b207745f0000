"""Card payments of own shares that went back: refunds, disputes, and what the provider decided about them.

Nothing that is stored changes. The downgrade refuses while money has gone back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0145"
down_revision = "0140"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
RETURN, CHOICE = "co_payment_return", "co_payment_return_choice"
MOMENT, BIG, SMALL = sa.DateTime(timezone=True), sa.BigInteger(), sa.SmallInteger()
OF_CHECKOUT = (
    "EXISTS (SELECT FROM co_payment_checkout c WHERE c.intent = co_payment_return.intent "
    "AND c.stripe_account_id = co_payment_return.stripe_account_id)"
)
OF_INVOICE = f"EXISTS (SELECT FROM co_payment_invoice i WHERE i.id = {CHOICE}.invoice_id)"


def upgrade() -> None:
    """Add Stripe's id of a payment, and the two tables."""
    op.add_column("co_payment_checkout", sa.Column("intent", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_co_payment_checkout_intent"), "co_payment_checkout", ["intent"])
    op.create_table(
        RETURN,
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("county_id", SMALL, nullable=False),
        sa.Column("stripe_account_id", BIG, nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cents", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('charge', 'refund', 'dispute')", name=op.f(f"ck_{RETURN}_kind")),
        sa.CheckConstraint("state IN ('open', 'back', 'stays')", name=op.f(f"ck_{RETURN}_state")),
        sa.CheckConstraint("cents > 0", name=op.f(f"ck_{RETURN}_positive")),
        sa.CheckConstraint("kind = 'dispute' OR state <> 'open'", name=op.f(f"ck_{RETURN}_disputed")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{RETURN}_county_id")),
        sa.ForeignKeyConstraint(
            ["stripe_account_id"], ["stripe_account.id"], name=op.f(f"fk_{RETURN}_stripe_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{RETURN}")),
        sa.UniqueConstraint("object", name=op.f(f"uq_{RETURN}_object")),
    )
    op.create_index(f"ix_{RETURN}_intent", RETURN, ["intent"])
    op.create_table(
        CHOICE,
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("cents", BIG, nullable=False),
        sa.Column("settled_cents", BIG, nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("chosen_by", BIG, nullable=True),
        sa.CheckConstraint("choice IN ('owed', 'waived')", name=op.f(f"ck_{CHOICE}_choice")),
        sa.CheckConstraint("cents > 0 AND settled_cents >= 0", name=op.f(f"ck_{CHOICE}_positive")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["co_payment_invoice.id"], name=op.f(f"fk_{CHOICE}_invoice_id")
        ),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f(f"fk_{CHOICE}_chosen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CHOICE}")),
    )
    op.create_index(f"ix_{CHOICE}_invoice_id", CHOICE, ["invoice_id"])
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {CHOICE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"REVOKE UPDATE, DELETE ON {CHOICE} FROM {ROLE}")
    for table, condition in ((RETURN, OF_CHECKOUT), (CHOICE, OF_INVOICE)):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY context ON {table} TO {ROLE} USING ({condition})")


def downgrade() -> None:
    """Drop them, if no money has gone back."""
    op.execute(
        f"DO $$ BEGIN IF EXISTS (SELECT FROM {RETURN}) THEN "
        "RAISE EXCEPTION 'card payments have gone back'; END IF; END $$"
    )
    op.drop_table(CHOICE)
    op.drop_table(RETURN)
    op.drop_column("co_payment_checkout", "intent")
