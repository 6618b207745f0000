"""The second rail: providers' accounts at Stripe, which rail pays whom, calls to Stripe, and its events."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Small,
    Whole,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)


class StripeAccount(Base):
    """A provider's connected account under the Stripe account of a county. No key is stored here.

    What Stripe says of it is as of `seen_at`, Stripe's own clock. `asks` are the codes of what it needs,
    `bank_changed_at` is when it last learned of a bank account, `payout_failed_at` when that bank refused.
    `stale`: an event could not be put in order, so the account is to be read again.
    """

    __tablename__ = "stripe_account"
    __table_args__ = (
        CheckConstraint("account ~ '^acct_[A-Za-z0-9_]+$'", name="account"),
        partial_index(
            "ux_stripe_account_in_use", "county_id", "provider_id", where="gone_at IS NULL", unique=True
        ),
        Index("ix_stripe_account_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    account: Mapped[str] = mapped_column(Text, unique=True)
    live: Mapped[bool]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    seen_at: Mapped[datetime]
    can_receive: Mapped[bool] = mapped_column(default=False)
    can_charge_cards: Mapped[bool] = mapped_column(default=False)
    pays_out: Mapped[bool] = mapped_column(default=False)
    is_submitted: Mapped[bool] = mapped_column(default=False)
    disabled_reason: Mapped[str | None]
    asks: Mapped[list[str]] = mapped_column(default=list)
    asks_by: Mapped[date | None]
    bank_changed_at: Mapped[datetime | None]
    payout_failed_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    stale: Mapped[bool] = mapped_column(default=False)


class PaymentRail(Base):
    """How a county pays a provider; the newest confirmed row counts, without one it is the bank file.

    The person who confirms it is not the one who chose it.
    """

    __tablename__ = "payment_rail"
    __table_args__ = (
        one_of("rail", "bank", "stripe"),
        CheckConstraint("(rail = 'stripe') = (stripe_account_id IS NOT NULL)", name="account"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND confirmed_by IS DISTINCT FROM chosen_by "
            "OR confirmed_by IS NULL AND confirmed_at IS NULL",
            name="confirmed_by_another",
        ),
        CheckConstraint("confirmed_at IS NULL OR withdrawn_at IS NULL", name="withdrawn"),
        Index("ix_payment_rail_county_provider", "county_id", "provider_id"),
        partial_index(
            "ux_payment_rail_one_waiting",
            "county_id",
            "provider_id",
            where="confirmed_at IS NULL AND withdrawn_at IS NULL",
            unique=True,
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    rail: Mapped[str]
    stripe_account_id: Mapped[int | None] = big_reference("stripe_account.id")
    why: Mapped[str]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[int] = big_reference("person.id")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = big_reference("person.id")
    withdrawn_at: Mapped[datetime | None]


class StripeCall(Base):
    """Something that Stripe is to do about a payment, once: a transfer, its payout, or its reversal.

    It is stored with the books' own change and called after that (docs/decisions/0197). `asked`: another
    person than `asked_by` must approve it first. `queued`: it is due. `refused`: Stripe will not do it.
    `stuck`: a person must look. `key_number` is part of the idempotency key: it grows only when Stripe has
    said no in so many words.
    """

    __tablename__ = "stripe_call"
    __table_args__ = (
        one_of("kind", "transfer", "payout", "reversal"),
        one_of("state", "asked", "queued", "done", "refused", "stuck"),
        one_of("result", "paid", "failed"),
        CheckConstraint("state <> 'done' OR object_id IS NOT NULL", name="object_of_done"),
        CheckConstraint("kind <> 'reversal' OR asked_by IS NOT NULL", name="reversal_asked"),
        CheckConstraint(
            "kind <> 'reversal' OR state = 'asked' OR (approved_by IS NOT NULL AND approved_by <> asked_by)",
            name="four_eyes",
        ),
        UniqueConstraint("payment_id", "kind"),
        partial_index("ix_stripe_call_due", "due_at", where="state = 'queued'"),
        Index("ix_stripe_call_county_id", "county_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    payment_id: Mapped[int] = big_reference("payment.id")
    kind: Mapped[str]
    state: Mapped[str]
    key_number: Mapped[Small] = mapped_column(default=1)
    attempts: Mapped[Small] = mapped_column(default=0)
    due_at: Mapped[datetime]
    object_id: Mapped[str | None] = mapped_column(Text, unique=True)
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]
    result: Mapped[str | None]
    asked_by: Mapped[int | None] = big_reference("person.id")
    asked_why: Mapped[str | None]
    approved_by: Mapped[int | None] = big_reference("person.id")


class StripeComparison(Base):
    """A comparison of a county's book, in the database with this identity, with Stripe's transfers."""

    __tablename__ = "stripe_comparison"
    __table_args__ = (Index("ix_stripe_comparison_county_id", "county_id"),)
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    identity: Mapped[str]
    compared_at: Mapped[datetime]
    since: Mapped[datetime]
    transfers: Mapped[Whole]
    findings: Mapped[Whole]


class StripeEvent(Base):
    """A signed event of Stripe, kept once by its id, and what came of it. No personal data of it is kept.

    `listed`, `unmatched` and `unknown_type` wait for a person until `closed_at`. A finding of the comparison
    with Stripe's own list is kept in the same way; its id begins with `list:`.
    """

    __tablename__ = "stripe_event"
    __table_args__ = (
        one_of("outcome", "applied", "known", "stale", "other_mode", "unknown_type", "unmatched", "listed"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
        Index("ix_stripe_event_county_id", "county_id", "received_at"),
        partial_index(
            "ix_stripe_event_open",
            "county_id",
            where="closed_at IS NULL AND outcome IN ('unknown_type', 'unmatched', 'listed')",
        ),
    )
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    county_id: Mapped[int] = small_reference("county.id")
    type: Mapped[str]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    live: Mapped[bool]
    account: Mapped[str | None]
    object_id: Mapped[str | None]
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    payment_id: Mapped[int | None] = big_reference("payment.id")
    outcome: Mapped[str]
    code: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = big_reference("person.id")
    closed_why: Mapped[str | None]
