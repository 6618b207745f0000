"""Decisions and what they grant: personal budgets, and fundings with their terms and states."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Cents,
    Hundredths,
    Whole,
    big_reference,
    one_of,
    small_reference,
)


class GrantDecision(Base):
    """An official's decision (viranhaltijapäätös) as it was received. A change of it is a new version."""

    __tablename__ = "grant_decision"
    __table_args__ = (UniqueConstraint("county_id", "number", "version"),)
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    number: Mapped[str]
    version: Mapped[Whole] = mapped_column(default=1)
    client_id: Mapped[int] = big_reference("client.id")
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    legal_basis: Mapped[str]
    cost_centre_id: Mapped[int] = big_reference("cost_centre.id")
    document: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    received_by: Mapped[int | None] = big_reference("person.id")


class DecisionState(Base):
    """The state of a decision, all versions, from a day on: in force, appealed with a stay, or annulled
    (R-10)."""

    __tablename__ = "decision_state"
    __table_args__ = (
        one_of("state", "in_force", "appealed", "annulled"),
        Index("ix_decision_state_number", "county_id", "number"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    number: Mapped[str]
    state: Mapped[str]
    from_day: Mapped[date]


class PersonalBudget(Base):
    """A sum for a period, from which fundings are granted."""

    __tablename__ = "personal_budget"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("may_move_up_to_cents >= 0", name="may_move"),
        UniqueConstraint("county_id", "decision_number"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    decision_number: Mapped[str]
    amount_cents: Mapped[Cents]
    valid: Mapped[Range[date]]
    may_move_up_to_cents: Mapped[Cents] = mapped_column(default=0)


class Funding(Base):
    """A client's service voucher or payment commitment. See `Balance` and `FundingTerms`.

    `replaced_by` is the number of the decision that closed it and takes its place.
    """

    __tablename__ = "funding"
    __table_args__ = (
        one_of("kind", "voucher", "commitment"),
        CheckConstraint(
            "kind = 'voucher' OR provider_id IS NOT NULL",
            name="commitment_names_provider",
        ),
        UniqueConstraint("county_id", "decision_number", "external_id"),
        UniqueConstraint("id", "county_id", name="uq_funding_id_county"),
        UniqueConstraint("id", "client_id", name="uq_funding_id_client"),
        Index("ix_funding_client_id", "client_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    voucher: Mapped[str] = mapped_column(Text, unique=True)
    decision_number: Mapped[str]
    external_id: Mapped[str]
    cost_centre_id: Mapped[int] = big_reference("cost_centre.id")
    personal_budget_id: Mapped[int | None] = big_reference("personal_budget.id")
    kind: Mapped[str]
    provider_id: Mapped[int | None] = big_reference("provider.id")
    valid: Mapped[Range[date]]
    replaced_by: Mapped[str | None]


class FundingService(Base):
    """A service that the funding pays for."""

    __tablename__ = "funding_service"
    funding_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("funding.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("service.id"), primary_key=True)


class FundingTerms(Base):
    """The terms of a funding for service days from `from_day` until the next row of the same funding.

    `unit_values` and `price_caps`: service code → time class (or `any`) → whole cents.
    `quantity_hundredths` is the limit of units for the window, `period_*` the limit for each week, month or
    quarter; `carry_share` is in percent. `income_basis` is what an income-related value was computed from.
    """

    __tablename__ = "funding_terms"
    __table_args__ = (
        UniqueConstraint("funding_id", "from_day"),
        one_of("overrun", "refuse", "cut"),
        one_of("period", "week", "month", "quarter"),
        one_of("carry", "none", "all", "up_to"),
        CheckConstraint(
            "(period IS NULL) = (period_amount_cents IS NULL AND period_quantity_hundredths IS NULL)",
            name="per_period",
        ),
        CheckConstraint("(carry = 'up_to') = (carry_share IS NOT NULL)", name="share"),
    )
    id: Mapped[BigKey]
    funding_id: Mapped[int] = big_reference("funding.id")
    from_day: Mapped[date]
    amount_cents: Mapped[Cents | None]
    quantity_hundredths: Mapped[Hundredths | None]
    unit_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    price_caps: Mapped[dict[str, Any]] = mapped_column(default=dict)
    period: Mapped[str | None]
    period_amount_cents: Mapped[Cents | None]
    period_quantity_hundredths: Mapped[Hundredths | None]
    carry: Mapped[str] = mapped_column(default="none")
    carry_share: Mapped[Whole | None]
    free_of_charge: Mapped[bool] = mapped_column(default=False)
    overrun: Mapped[str] = mapped_column(default="refuse")
    income_basis: Mapped[dict[str, Any] | None]


class FundingState(Base):
    """The state of a funding from a day on. The last row of a day counts (R-09)."""

    __tablename__ = "funding_state"
    __table_args__ = (
        one_of("state", "granted", "open", "paused", "closed", "revoked"),
        Index("ix_funding_state_funding_id", "funding_id"),
    )
    id: Mapped[BigKey]
    funding_id: Mapped[int] = big_reference("funding.id")
    state: Mapped[str]
    from_day: Mapped[date]
    why: Mapped[str] = mapped_column(default="")
    set_at: Mapped[datetime]
    set_by: Mapped[int | None] = big_reference("person.id")


class Balance(Base):
    """The money of a funding in whole cents: `granted = free + held + charged + settled + returned`.

    The units of a funding that is granted in units have the same accounts, in hundredths; they are zero in a
    funding that is granted in euros (docs/decisions/0151). This row is locked, in funding id order, before
    anything about the funding is decided. It is narrow, because every charge rewrites it.
    """

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint(
            "free_cents >= 0 AND held_cents >= 0 AND charged_cents >= 0 "
            "AND settled_cents >= 0 AND returned_cents >= 0",
            name="not_negative",
        ),
        CheckConstraint(
            "granted_cents = free_cents + held_cents + charged_cents + settled_cents + returned_cents",
            name="adds_up",
        ),
        CheckConstraint(
            "free_hundredths >= 0 AND held_hundredths >= 0 AND charged_hundredths >= 0 "
            "AND settled_hundredths >= 0 AND returned_hundredths >= 0",
            name="units_not_negative",
        ),
        CheckConstraint(
            "granted_hundredths = free_hundredths + held_hundredths + charged_hundredths "
            "+ settled_hundredths + returned_hundredths",
            name="units_add_up",
        ),
        {"postgresql_with": {"fillfactor": "50"}},
    )
    funding_id: Mapped[int] = big_reference("funding.id", primary_key=True, autoincrement=False)
    granted_cents: Mapped[Cents]
    free_cents: Mapped[Cents]
    held_cents: Mapped[Cents] = mapped_column(default=0)
    charged_cents: Mapped[Cents] = mapped_column(default=0)
    settled_cents: Mapped[Cents] = mapped_column(default=0)
    returned_cents: Mapped[Cents] = mapped_column(default=0)
    granted_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    free_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    held_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    charged_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    settled_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    returned_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")


class FundingDocument(Base):
    """The facts of a funding that seldom change, as one document, so that a charge reads a single row.

    Triggers keep `document` the same as the view `funding_laid_out` (docs/decisions/0055). `limited`: its
    terms limit units or periods, or it has a plan of visits, so all its charges count.
    """

    __tablename__ = "funding_document"
    funding_id: Mapped[int] = big_reference("funding.id", primary_key=True, autoincrement=False)
    limited: Mapped[bool]
    document: Mapped[list[Any]] = mapped_column(JSON)
