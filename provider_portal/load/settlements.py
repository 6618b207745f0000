"""A provider's settlements: charges, payment, and the reference on the bank statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge
from foundation.database.tables.counties import County
from foundation.database.tables.payments import (
    OWED_RUN_STATES,
    Payment,
    PaymentRun,
    Settlement,
    settled_charges,
)
from foundation.database.tables.providers import Provider
from foundation.vocabulary.money import Money
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class OwnPayment:
    """The bank transfer of a settlement; `carried_cents` is what earlier settlements left unpaid."""

    sum_cents: Money
    carried_cents: Money
    iban: str
    reference: str
    end_to_end_id: str
    state: str
    answered_on: date | None
    return_reason: str | None


@dataclass(frozen=True, slots=True)
class OwnSettlement:
    """The provider's charges in one payment run. `waiting` is the code of why it is not paid yet.

    The run is approved to be paid on `not_before` or later; `execution_day` is that of its bank file.

    `approved_hash` is the SHA-256 by which the run was approved; None before that, and in runs that were
    approved before hashes were kept.
    """

    id: int
    provider_name: str
    business_id: str
    county: str
    county_name_fi: str
    county_name_sv: str
    county_name_en: str
    until: date
    not_before: date | None
    execution_day: date | None
    run_state: str
    charge_count: int
    sum_cents: Money
    waiting: str | None
    approved_hash: str | None
    approved_at: datetime | None
    check_code: UUID
    payment: OwnPayment | None

    @property
    def county_name(self) -> Names:
        """The county's name in each language."""
        return Names(self.county_name_fi, self.county_name_sv, self.county_name_en)

    @property
    def number(self) -> str:
        """The number of its statement: the county's code and the settlement's id."""
        return f"{self.county}-{self.id}"

    @property
    def is_owed(self) -> bool:
        """Whether its run is approved. Before that it may change, and its statement cannot be checked."""
        return self.run_state in OWED_RUN_STATES

    @property
    def paid_cents(self) -> Money:
        """What the bank pays, in whole cents; 0 while there is no payment."""
        return Money(0) if self.payment is None else self.payment.sum_cents

    @property
    def carried_cents(self) -> Money:
        """What earlier settlements left and the payment includes, in whole cents."""
        return Money(0) if self.payment is None else self.payment.carried_cents

    @property
    def state(self) -> str:
        """One of prepared, approved, sent, paid, returned and waiting."""
        if self.waiting is not None:
            return "waiting"
        if self.payment is not None and self.payment.state in _PAYMENT_STATES:
            return _PAYMENT_STATES[self.payment.state]
        return "sent" if self.run_state == "closed" else self.run_state


_PAYMENT_STATES = {"sent": "sent", "confirmed": "paid", "returned": "returned"}
_PAYMENT = (
    Payment.sum_cents,
    Payment.carried_cents,
    Payment.iban,
    Payment.reference,
    Payment.end_to_end_id,
    Payment.state,
    Payment.answered_on,
    Payment.return_reason,
)
_SETTLEMENT: Select[*tuple[Any, ...]] = (
    select(
        Settlement.id,
        Provider.name,
        Provider.business_id,
        County.code,
        County.name_fi,
        County.name_sv,
        County.name_en,
        PaymentRun.until,
        PaymentRun.not_before,
        PaymentRun.execution_day,
        PaymentRun.state,
        Settlement.charge_count,
        Settlement.sum_cents,
        Settlement.waiting,
        PaymentRun.approved_hash,
        PaymentRun.approved_at,
        Settlement.check_code,
        *_PAYMENT,
    )
    .join(PaymentRun, PaymentRun.id == Settlement.run_id)
    .join(County, County.id == Settlement.county_id)
    .join(Provider, Provider.id == Settlement.provider_id)
    .outerjoin(Payment, Payment.settlement_id == Settlement.id)
    .where(PaymentRun.state != "cancelled")
)


def own_settlements(
    session: Session, provider_id: int, *, first: int = 0, count: int | None = None
) -> tuple[list[OwnSettlement], int]:
    """Return a page of the provider's settlements, newest first, and the number of all."""
    query = _SETTLEMENT.where(Settlement.provider_id == provider_id)
    total = session.scalar(
        select(func.count()).select_from(query.with_only_columns(Settlement.id).subquery())
    )
    rows = session.execute(query.order_by(Settlement.id.desc()).offset(first).limit(count))
    return [_settlement(row) for row in rows], total or 0


def own_settlement(session: Session, provider_id: int, settlement_id: int) -> OwnSettlement | None:
    """Return one of the provider's settlements; None if it does not exist or belongs to another provider."""
    query = _SETTLEMENT.where(Settlement.provider_id == provider_id, Settlement.id == settlement_id)
    row = session.execute(query).one_or_none()
    return None if row is None else _settlement(row)


def settlement_by_code(session: Session, check_code: UUID) -> OwnSettlement | None:
    """Return the settlement of an approved run by the code on its statement; None if there is none."""
    query = _SETTLEMENT.where(Settlement.check_code == check_code, PaymentRun.state.in_(OWED_RUN_STATES))
    row = session.execute(query).one_or_none()
    return None if row is None else _settlement(row)


def unsettled(session: Session, provider_id: int) -> tuple[int, Money]:
    """Return the number of accepted charges without a settlement, and what the counties pay for them."""
    settled = select(settled_charges.c.charge_id).where(settled_charges.c.charge_id == Charge.id)
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(Charge.county_pays_cents), 0)).where(
            Charge.provider_id == provider_id, Charge.state == "accepted", ~settled.exists()
        )
    ).one()
    return row[0], Money(int(row[1] or 0))


@dataclass(frozen=True, slots=True)
class MoneyToCome:
    """What counties will pay: ready for the next run, held, and approved, each a count and a sum.

    `approved` are the settlements of approved runs whose payment the bank has not confirmed, newest first.
    """

    ready: tuple[int, Money]
    held: tuple[int, Money]
    approved: tuple[OwnSettlement, ...]

    @property
    def approved_cents(self) -> Money:
        """The sum of the payments that are approved."""
        return Money(sum(each.payment.sum_cents for each in self.approved if each.payment is not None))


def money_to_come(session: Session, provider_id: int) -> MoneyToCome:
    """Return what is ready, held and approved of a provider's charges. No charge is in two of them."""
    held = session.execute(
        select(func.count(), func.coalesce(func.sum(Charge.county_pays_cents), 0)).where(
            Charge.provider_id == provider_id, Charge.state == "on_hold"
        )
    ).one()
    query = _SETTLEMENT.where(
        Settlement.provider_id == provider_id,
        PaymentRun.state.in_(("approved", "sent")),
        Settlement.waiting.is_(None),
        Payment.state.not_in(("confirmed", "returned")),
    )
    rows = session.execute(query.order_by(Settlement.id.desc()))
    approved = tuple(_settlement(row) for row in rows)
    return MoneyToCome(unsettled(session, provider_id), (held[0], Money(int(held[1] or 0))), approved)


def months_charged(session: Session, provider_id: int, *, first_day: date) -> list[tuple[date, Money, Money]]:
    """Return what counties and clients pay for accepted charges by month of service, from a day on."""
    month = func.date_trunc("month", Charge.service_day).label("month")
    rows = session.execute(
        select(month, func.sum(Charge.county_pays_cents), func.sum(Charge.co_payment_cents))
        .where(
            Charge.provider_id == provider_id,
            Charge.state.in_(("accepted", "settled")),
            Charge.service_day >= first_day,
        )
        .group_by(month)
        .order_by(month)
    )
    return [(row[0].date(), Money(int(row[1])), Money(int(row[2]))) for row in rows]


def _settlement(row: Sequence[Any]) -> OwnSettlement:
    facts, paid = row[: -len(_PAYMENT)], row[-len(_PAYMENT) :]
    payment = None if paid[0] is None else OwnPayment(*paid)
    values: list[Any] = [*facts, payment]
    return OwnSettlement(*values)
