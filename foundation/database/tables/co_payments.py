"""What clients owe providers themselves: invoices of own shares, their lines, and what was paid of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Cents,
    Hundredths,
    Small,
    Whole,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)


class CoPaymentBook(Base):
    """A provider's running number of invoices; the row is locked while one is made: no number is missing."""

    __tablename__ = "co_payment_book"
    __table_args__ = (CheckConstraint("last_number >= 0", name="number"),)
    provider_id: Mapped[int] = big_reference("provider.id", primary_key=True, autoincrement=False)
    last_number: Mapped[Whole]


class CoPaymentInvoice(Base):
    """An invoice of a provider to a client for own shares, or a credit note of one (`credits_id`).

    It never changes: the table is append-only. `sum_cents` is the sum of its lines, below zero for a credit
    note; a deferred trigger checks it. What it says of the payee is as of the day on which it was made.
    """

    __tablename__ = "co_payment_invoice"
    __table_args__ = (
        UniqueConstraint("provider_id", "number"),
        UniqueConstraint("provider_id", "reference"),
        CheckConstraint(
            "CASE WHEN credits_id IS NULL THEN sum_cents > 0 ELSE sum_cents < 0 END", name="sign"
        ),
        CheckConstraint("(credits_id IS NULL) = (due_on IS NOT NULL)", name="due"),
        CheckConstraint("(credits_id IS NULL) = (reference IS NOT NULL)", name="reference"),
        CheckConstraint("due_on >= made_on", name="due_later"),
        CheckConstraint("month = date_trunc('month', month)", name="month"),
        Index("ix_co_payment_invoice_client_id", "client_id"),
        Index("ix_co_payment_invoice_credits_id", "credits_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    client_id: Mapped[int] = big_reference("client.id")
    number: Mapped[Whole]
    month: Mapped[date]
    sum_cents: Mapped[Cents]
    credits_id: Mapped[int | None] = big_reference("co_payment_invoice.id")
    reference: Mapped[str | None]
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    due_on: Mapped[date | None]
    payee_name: Mapped[str]
    payee_business_id: Mapped[str]
    payee_phone: Mapped[str]
    payee_email: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]


class CoPaymentLine(Base):
    """What an invoice or a credit note says of one charge; append-only.

    `charge_id` is the charge that was sent, not a correction of it: what corrections changed is in `cents`
    and `quantity_hundredths`. `turn` counts the lines of the charge, so two people who invoice it at once
    collide. A trigger refuses lines that together are below zero, or above the own share of the charge.
    """

    __tablename__ = "co_payment_line"
    __table_args__ = (
        UniqueConstraint("charge_id", "turn"),
        CheckConstraint("cents <> 0 AND turn > 0", name="money"),
    )
    invoice_id: Mapped[int] = big_reference("co_payment_invoice.id", primary_key=True, autoincrement=False)
    charge_id: Mapped[int] = big_reference("charge.id", primary_key=True, autoincrement=False)
    turn: Mapped[Small]
    cents: Mapped[Cents]
    quantity_hundredths: Mapped[Hundredths]
    vat_percent_hundredths: Mapped[Small]


class CoPaymentReceipt(Base):
    """Money that came for an invoice, as a person marked it. A mistaken mark is taken back, not removed.

    `undone_at` and `undone_by` are the only columns that change, and only once.
    """

    __tablename__ = "co_payment_receipt"
    __table_args__ = (
        CheckConstraint("cents > 0", name="positive"),
        one_of("way", "bank", "cash", "stripe"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
        CheckConstraint("way <> 'stripe' OR undone_at IS NULL", name="stripe_stays"),
        CheckConstraint("(way = 'stripe') = (checkout_id IS NOT NULL)", name="checkout"),
        Index("ix_co_payment_receipt_invoice_id", "invoice_id"),
    )
    id: Mapped[BigKey]
    invoice_id: Mapped[int] = big_reference("co_payment_invoice.id")
    cents: Mapped[Cents]
    paid_on: Mapped[date]
    way: Mapped[str]
    marked_at: Mapped[datetime]
    marked_by: Mapped[int | None] = big_reference("person.id")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = big_reference("person.id")
    checkout_id: Mapped[int | None] = big_reference("co_payment_checkout.id", unique=True)


class CoPaymentCheckout(Base):
    """A payment of an invoice at Stripe Checkout, on the provider's own account (docs/decisions/0207).

    `key` is our idempotency key, `session` Stripe's id, `intent` that of the payment once there is one. A
    state is never followed by one of a lower rank: open, processing (the bank has not answered yet), failed,
    expired, paid. An invoice has one at a time.
    """

    __tablename__ = "co_payment_checkout"
    __table_args__ = (
        one_of("state", "open", "processing", "failed", "expired", "paid"),
        CheckConstraint("cents > 0 AND number > 0", name="positive"),
        UniqueConstraint("invoice_id", "number"),
        partial_index(
            "ux_co_payment_checkout_one_at_a_time",
            "invoice_id",
            where="state IN ('open', 'processing')",
            unique=True,
        ),
        partial_index("ix_co_payment_checkout_open", "county_id", where="state IN ('open', 'processing')"),
    )
    id: Mapped[BigKey]
    invoice_id: Mapped[int] = big_reference("co_payment_invoice.id")
    county_id: Mapped[int] = small_reference("county.id")
    stripe_account_id: Mapped[int] = big_reference("stripe_account.id")
    number: Mapped[Small]
    key: Mapped[str] = mapped_column(Text, unique=True)
    session: Mapped[str] = mapped_column(Text, unique=True)
    intent: Mapped[str | None] = mapped_column(Text, unique=True)
    cents: Mapped[Cents]
    state: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    changed_at: Mapped[datetime]


class CoPaymentReturn(Base):
    """Money of a card payment that went back, or may: a refund, a dispute, or all refunds of a charge.

    `object` is Stripe's id of it and `intent` that of the payment, whose own row may come later. `at` is the
    moment of Stripe's event that says so; an earlier one changes nothing.
    """

    __tablename__ = "co_payment_return"
    __table_args__ = (
        one_of("kind", "charge", "refund", "dispute"),
        one_of("state", "open", "back", "stays"),
        CheckConstraint("cents > 0", name="positive"),
        CheckConstraint("kind = 'dispute' OR state <> 'open'", name="disputed"),
        Index("ix_co_payment_return_intent", "intent"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    stripe_account_id: Mapped[int] = big_reference("stripe_account.id")
    intent: Mapped[str]
    object: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str]
    cents: Mapped[Cents]
    state: Mapped[str]
    at: Mapped[datetime]


class CoPaymentReturnChoice(Base):
    """What a provider said of money that went back: it is still owed, or not; append-only.

    `settled_cents` went back before, or at the same time, of what had been paid too much.
    """

    __tablename__ = "co_payment_return_choice"
    __table_args__ = (
        one_of("choice", "owed", "waived"),
        CheckConstraint("cents > 0 AND settled_cents >= 0", name="positive"),
        Index("ix_co_payment_return_choice_invoice_id", "invoice_id"),
    )
    id: Mapped[BigKey]
    invoice_id: Mapped[int] = big_reference("co_payment_invoice.id")
    choice: Mapped[str]
    cents: Mapped[Cents]
    settled_cents: Mapped[Cents]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[int | None] = big_reference("person.id")


class CoPaymentNotice(Base):
    """A mail to a client that a bill has come, or that its due day has passed; once for each; append-only."""

    __tablename__ = "co_payment_notice"
    __table_args__ = (one_of("kind", "new", "late"),)
    invoice_id: Mapped[int] = big_reference("co_payment_invoice.id", primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    left_at: Mapped[datetime]
