"""The second rail: Stripe accounts, which rail pays whom, calls to Stripe, its events.

The downgrade refuses while there are payments by Stripe: the bank file cannot carry them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0124"
down_revision = "0107"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
BY_COUNTY = "county_id = (SELECT nullif(current_setting('omatori.county', true), '')::smallint)"
BY_PROVIDER = "provider_id = (SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
POLICIES = {
    "stripe_account": f"{BY_COUNTY} OR {BY_PROVIDER}",
    "payment_rail": f"{BY_COUNTY} OR {BY_PROVIDER}",
    "stripe_call": f"{BY_COUNTY} OR EXISTS (SELECT FROM payment p WHERE p.id = stripe_call.payment_id)",
    "stripe_comparison": BY_COUNTY,
    "stripe_event": BY_COUNTY,
}
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables; payments so far went by the bank."""
    _accounts()
    _rails()
    _payments()
    _calls()
    _comparisons()
    _events()
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY context ON {table} TO {ROLE} USING ({condition})")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _references(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def _accounts() -> None:
    op.create_table(
        "stripe_account",
        _key(),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("can_receive", sa.Boolean(), nullable=False),
        sa.Column("can_charge_cards", sa.Boolean(), nullable=False),
        sa.Column("pays_out", sa.Boolean(), nullable=False),
        sa.Column("is_submitted", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("asks", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("asks_by", sa.Date(), nullable=True),
        sa.Column("bank_changed_at", MOMENT, nullable=True),
        sa.Column("payout_failed_at", MOMENT, nullable=True),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.CheckConstraint("account ~ '^acct_[A-Za-z0-9_]+$'", name=op.f("ck_stripe_account_account")),
        *_references("stripe_account", county_id="county", provider_id="provider", made_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_account")),
        sa.UniqueConstraint("account", name=op.f("uq_stripe_account_account")),
    )
    op.create_index("ix_stripe_account_provider_id", "stripe_account", ["provider_id"])
    op.create_index(
        "ux_stripe_account_in_use",
        "stripe_account",
        ["county_id", "provider_id"],
        unique=True,
        postgresql_where=sa.text("gone_at IS NULL"),
    )


def _rails() -> None:
    op.create_table(
        "payment_rail",
        _key(),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("stripe_account_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("chosen_by", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("rail IN ('bank', 'stripe')", name=op.f("ck_payment_rail_rail")),
        sa.CheckConstraint(
            "(rail = 'stripe') = (stripe_account_id IS NOT NULL)", name=op.f("ck_payment_rail_account")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND confirmed_by IS DISTINCT FROM chosen_by "
            "OR confirmed_by IS NULL AND confirmed_at IS NULL",
            name=op.f("ck_payment_rail_confirmed_by_another"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_payment_rail_withdrawn")
        ),
        *_references(
            "payment_rail",
            county_id="county",
            provider_id="provider",
            stripe_account_id="stripe_account",
            chosen_by="person",
            confirmed_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_rail")),
    )
    op.create_index("ix_payment_rail_county_provider", "payment_rail", ["county_id", "provider_id"])
    op.create_index(
        "ux_payment_rail_one_waiting",
        "payment_rail",
        ["county_id", "provider_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
    )


def _payments() -> None:
    op.add_column("payment", sa.Column("rail", sa.Text(), nullable=False, server_default="bank"))
    op.add_column("payment", sa.Column("stripe_account_id", sa.BigInteger(), nullable=True))
    op.alter_column("payment", "bank_account_id", nullable=True)
    op.create_foreign_key(
        op.f("fk_payment_stripe_account_id"), "payment", "stripe_account", ["stripe_account_id"], ["id"]
    )
    op.create_check_constraint(op.f("ck_payment_rail"), "payment", "rail IN ('bank', 'stripe')")
    op.create_check_constraint(
        op.f("ck_payment_one_destination"),
        "payment",
        "(rail = 'bank') = (bank_account_id IS NOT NULL) AND (rail = 'stripe') = (stripe_account_id IS NOT NULL)",
    )


def _calls() -> None:
    op.create_table(
        "stripe_call",
        _key(),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("key_number", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_why", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('transfer', 'payout', 'reversal')", name=op.f("ck_stripe_call_kind")),
        sa.CheckConstraint(
            "state IN ('asked', 'queued', 'done', 'refused', 'stuck')", name=op.f("ck_stripe_call_state")
        ),
        sa.CheckConstraint("result IN ('paid', 'failed')", name=op.f("ck_stripe_call_result")),
        sa.CheckConstraint(
            "state <> 'done' OR object_id IS NOT NULL", name=op.f("ck_stripe_call_object_of_done")
        ),
        sa.CheckConstraint(
            "kind <> 'reversal' OR asked_by IS NOT NULL", name=op.f("ck_stripe_call_reversal_asked")
        ),
        sa.CheckConstraint(
            "kind <> 'reversal' OR state = 'asked' OR (approved_by IS NOT NULL AND approved_by <> asked_by)",
            name=op.f("ck_stripe_call_four_eyes"),
        ),
        *_references(
            "stripe_call",
            county_id="county",
            payment_id="payment",
            asked_by="person",
            approved_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_call")),
        sa.UniqueConstraint("object_id", name=op.f("uq_stripe_call_object_id")),
        sa.UniqueConstraint("payment_id", "kind", name=op.f("uq_stripe_call_payment_id_kind")),
    )
    op.create_index("ix_stripe_call_county_id", "stripe_call", ["county_id"])
    op.create_index(
        "ix_stripe_call_due", "stripe_call", ["due_at"], postgresql_where=sa.text("state = 'queued'")
    )


def _comparisons() -> None:
    op.create_table(
        "stripe_comparison",
        _key(),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("compared_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        *_references("stripe_comparison", county_id="county"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_comparison")),
    )
    op.create_index("ix_stripe_comparison_county_id", "stripe_comparison", ["county_id"])


def _events() -> None:
    op.create_table(
        "stripe_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("object_id", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('applied', 'known', 'stale', 'other_mode', 'unknown_type', 'unmatched', 'listed')",
            name=op.f("ck_stripe_event_outcome"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_stripe_event_closed")),
        *_references("stripe_event", county_id="county", payment_id="payment", closed_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_event")),
    )
    op.create_index("ix_stripe_event_county_id", "stripe_event", ["county_id", "received_at"])
    op.create_index(
        "ix_stripe_event_open",
        "stripe_event",
        ["county_id"],
        postgresql_where=sa.text("closed_at IS NULL AND outcome IN ('unknown_type', 'unmatched', 'listed')"),
    )


def downgrade() -> None:
    """Drop them; the constraint on the account refuses while a payment went by Stripe."""
    op.drop_table("stripe_event")
    op.drop_table("stripe_comparison")
    op.drop_table("stripe_call")
    op.drop_constraint(op.f("ck_payment_one_destination"), "payment")
    op.drop_constraint(op.f("ck_payment_rail"), "payment")
    op.alter_column("payment", "bank_account_id", nullable=False)
    op.drop_column("payment", "stripe_account_id")
    op.drop_column("payment", "rail")
    op.drop_table("payment_rail")
    op.drop_table("stripe_account")
