"""The ledger: append-only postings, each from one account to another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Sequence, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    Big,
    BigKey,
    Cents,
    Hundredths,
    Small,
    alone,
    big_reference,
    partial_index,
    wide_reference,
)

transaction_numbers = Sequence("posting_transaction", metadata=Base.metadata)


class Posting(Base):
    """A movement of money, units or both from one account to another, so that every row balances.

    `quantity_hundredths` are the units of a funding that is granted in units, else 0 (docs/decisions/0151).

    `Account` and `Event` of `clearing.ledger.rules.postings` name the numbers of accounts and events. The
    rows of one event share a `transaction_id`. A trigger refuses UPDATE and DELETE.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint(
            "amount_cents >= 0 AND quantity_hundredths >= 0 "
            "AND (amount_cents > 0 OR quantity_hundredths > 0)",
            name="positive",
        ),
        CheckConstraint("quantity_hundredths = 0 OR funding_id IS NOT NULL", name="units"),
        CheckConstraint("from_account <> to_account", name="moves"),
        CheckConstraint(
            "from_account BETWEEN 0 AND 7 AND to_account BETWEEN 0 AND 8",
            name="accounts",
        ),
        CheckConstraint(
            "from_account NOT IN (1, 2, 3) OR funding_id IS NOT NULL",
            name="from_funding",
        ),
        CheckConstraint("to_account NOT IN (1, 2, 3, 8) OR funding_id IS NOT NULL", name="to_funding"),
        CheckConstraint(
            "NOT (4 IN (from_account, to_account) OR 7 IN (from_account, to_account)) "
            "OR provider_id IS NOT NULL",
            name="payable_owner",
        ),
        CheckConstraint(
            "0 NOT IN (from_account, to_account) OR cost_centre_id IS NOT NULL",
            name="cost_centre",
        ),
        CheckConstraint(
            "(charge_id IS NULL OR provider_id IS NOT NULL) "
            "AND (choice_id IS NULL OR funding_id IS NOT NULL)",
            name="keys",
        ),
        ForeignKeyConstraint(
            ("provider_id", "charge_id"), ("charge.provider_id", "charge.id"), name="fk_posting_charge_id"
        ),
        wide_reference("fk_posting_choice_id", "choice", "choice_id", "funding_id", "county_id"),
        wide_reference("fk_posting_funding_id", "funding", "unchosen_funding_id", "county_id"),
        Index("ix_posting_funding_id", "funding_id"),
        partial_index("ix_posting_run_id", "run_id", where="run_id IS NOT NULL"),
    )
    id: Mapped[BigKey]
    transaction_id: Mapped[Big]
    county_id: Mapped[Small]
    at: Mapped[datetime]
    event: Mapped[int] = mapped_column(SmallInteger)
    from_account: Mapped[int] = mapped_column(SmallInteger)
    to_account: Mapped[int] = mapped_column(SmallInteger)
    amount_cents: Mapped[Cents]
    quantity_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    cost_centre_id: Mapped[int | None] = big_reference("cost_centre.id")
    funding_id: Mapped[Big | None]
    choice_id: Mapped[Big | None]
    charge_id: Mapped[Big | None]
    provider_id: Mapped[Big | None]
    run_id: Mapped[int | None] = big_reference("payment_run.id")
    payment_id: Mapped[int | None] = big_reference("payment.id")
    unchosen_funding_id: Mapped[int | None] = alone("funding_id", unless="choice_id")
    unfunded_county_id: Mapped[int | None] = alone(
        "county_id", unless="funding_id", to="county.id", kind=SmallInteger
    )
    uncharged_provider_id: Mapped[int | None] = alone("provider_id", unless="charge_id", to="provider.id")
