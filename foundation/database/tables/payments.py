"""Payment runs, settlements, payments, and the bank's answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    column,
    false,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    Big,
    BigKey,
    Cents,
    Hundredths,
    Whole,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)

OWED_RUN_STATES = ("approved", "sent", "closed")
"""The states of runs whose settlements are owed. A prepared run may still be cancelled."""


class PaymentRun(Base):
    """A payment run of a county: prepared by one person, approved by another, sent, answered and closed.

    It is approved to be paid on `not_before` or later (NULL: approved before there was this column); its
    first export sets `execution_day`. `file_elsewhere`: the bank has the run's file from the database of
    which this one is a restored copy, so it is never exported here (0190).

    The payer is stored here, so that a new account of the county does not change a file that was sent.
    """

    __tablename__ = "payment_run"
    __table_args__ = (
        one_of("state", "prepared", "approved", "sent", "closed", "cancelled"),
        one_of("payer_letters", "basic", "nordic"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="four_eyes"),
        CheckConstraint(
            "state NOT IN ('approved', 'sent', 'closed') OR approved_by IS NOT NULL",
            name="approved",
        ),
        CheckConstraint(
            "state <> 'sent' OR "
            "(execution_day IS NOT NULL AND execution_day >= coalesce(not_before, execution_day))",
            name="day_of_sent",
        ),
        Index("ix_payment_run_county_id", "county_id"),
        partial_index("ux_payment_run_one_prepared", "county_id", where="state = 'prepared'", unique=True),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    payer_name: Mapped[str]
    payer_iban: Mapped[str]
    payer_bic: Mapped[str]
    payer_letters: Mapped[str] = mapped_column(default="nordic")
    until: Mapped[date]
    state: Mapped[str]
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[int] = big_reference("person.id")
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = big_reference("person.id")
    approved_hash: Mapped[str | None]
    not_before: Mapped[date | None]
    execution_day: Mapped[date | None]
    file_elsewhere: Mapped[bool] = mapped_column(default=False, server_default=false())
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Settlement(Base):
    """The frozen charges of a provider in a run.

    `waiting` is why they are not paid in it; NULL if they are. `check_code` is the random end of the link by
    which anyone who holds the statement checks it (docs/decisions/0204).
    """

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("run_id", "provider_id"),
        Index("ix_settlement_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    run_id: Mapped[int] = big_reference("payment_run.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    charge_count: Mapped[Whole]
    sum_cents: Mapped[Cents]
    waiting: Mapped[str | None]
    check_code: Mapped[UUID] = mapped_column(unique=True, server_default=text("gen_random_uuid()"))


class SettlementCharge(Base):
    """A charge frozen into a settlement, with what the county pays of it (0030) and the units it drew (0151).

    `funding_id` is the funding whose charged money it is; NULL for a correction that was posted to payable
    when it was made. One statement over `charge` inserts all rows, and charges are never deleted, so there
    are no foreign keys: checking a million of them would take longer than the rest of a run. `omatori verify`
    checks every row.
    """

    __tablename__ = "settlement_charge"
    __table_args__ = (Index("ix_settlement_charge_settlement_id", "settlement_id"),)
    charge_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    settlement_id: Mapped[Big]
    funding_id: Mapped[Big | None]
    county_pays_cents: Mapped[Cents]
    drawn_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")


settled_charges = table(
    "settled_charge", column("charge_id", BigInteger), column("settlement_id", BigInteger)
)
"""A view of the charges in settlements of approved runs."""


class Payment(Base):
    """A credit transfer, or a transfer at Stripe. Its identifiers are derived from our ids and are never used
    again. A payment by Stripe (`rail`) has a Stripe account, and an empty IBAN and BIC.

    It can be more than its settlement: `carried_cents` is what earlier runs did not pay. `debit_…` and
    `credit_…` are the bookings that the bank has reported (kind: the message, `camt.053` or `camt.054`).
    `open_…` is an answer that moves money only when another person than `open_by` confirms it. `answered_by`
    uploaded the answer that moved the payment; NULL: it came from the command line.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("sum_cents > 0", name="positive"),
        one_of("state", "prepared", "sent", "confirmed", "returned"),
        one_of("rail", "bank", "stripe"),
        CheckConstraint(
            "(rail = 'bank') = (bank_account_id IS NOT NULL) AND "
            "(rail = 'stripe') = (stripe_account_id IS NOT NULL)",
            name="one_destination",
        ),
        Index("ix_payment_run_id", "run_id"),
        Index("ix_payment_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    run_id: Mapped[int] = big_reference("payment_run.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    settlement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("settlement.id"), unique=True)
    sum_cents: Mapped[Cents]
    carried_cents: Mapped[Cents] = mapped_column(default=0)
    rail: Mapped[str] = mapped_column(default="bank", server_default="bank")
    bank_account_id: Mapped[int | None] = big_reference("bank_account.id")
    stripe_account_id: Mapped[int | None] = big_reference("stripe_account.id")
    creditor_name: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]
    reference: Mapped[str] = mapped_column(Text, unique=True)
    end_to_end_id: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[str]
    answered_on: Mapped[date | None]
    bank_reference: Mapped[str | None]
    return_reason: Mapped[str | None]
    return_text: Mapped[str | None]
    answered_by: Mapped[int | None] = mapped_column(BigInteger)
    accepted_on: Mapped[date | None]
    debit_on: Mapped[date | None]
    debit_references: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    debit_kind: Mapped[str | None]
    credit_on: Mapped[date | None]
    credit_references: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    credit_kind: Mapped[str | None]
    open_code: Mapped[str | None]
    open_by: Mapped[int | None] = mapped_column(BigInteger)
    open_day: Mapped[date | None]
    open_reference: Mapped[str | None]
    open_reason: Mapped[str | None]
    open_text: Mapped[str | None]


class LeftOut(Base):
    """What left a prepared run before its approval: a charge, or (`charge_id` NULL) money of a payee.

    `cents` is how much less the payee is paid; `reason` is a code of `LeftOutReason` or of `WaitReason`.
    """

    __tablename__ = "left_out"
    __table_args__ = (
        Index("ix_left_out_run_id", "run_id"),
        partial_index(
            "ux_left_out_charge", "run_id", "charge_id", where="charge_id IS NOT NULL", unique=True
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    run_id: Mapped[int] = big_reference("payment_run.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    charge_id: Mapped[int | None] = big_reference("charge.id")
    cents: Mapped[Cents]
    reason: Mapped[str]
    left_at: Mapped[datetime]


class SettlementHome(Base):
    """The database that a county settles in; the newest row of a county counts (docs/decisions/0103)."""

    __tablename__ = "settlement_home"
    __table_args__ = (Index("ix_settlement_home_county_id", "county_id"),)
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    identity: Mapped[str]
    noted_at: Mapped[datetime]
    noted_by: Mapped[int | None] = big_reference("person.id")
    why: Mapped[str]


class BankAnswer(Base):
    """A file from the bank. The same file (by SHA-256) is processed once."""

    __tablename__ = "bank_answer"
    id: Mapped[BigKey]
    county_id: Mapped[int | None] = small_reference("county.id")
    sha256: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str]
    received_at: Mapped[datetime]
    received_by: Mapped[int | None] = big_reference("person.id")
    matched: Mapped[Whole]
    returned: Mapped[Whole]
    unknown: Mapped[list[Any]]
