"""Payment runs with their payments, what waits, and the hash of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, aliased

from clearing.payments.load.left_out import LeftOutLine, left_out_of
from clearing.payments.load.returned import ReturnedPayment, next_steps
from clearing.payments.rules.run_hash import PaymentLine, SettlementLine, hash_of
from clearing.payments.rules.settling import Run, RunState
from clearing.payments.rules.stripe_payees import Rail
from foundation.database.tables.counties import County
from foundation.database.tables.payments import Payment, PaymentRun, Settlement
from foundation.database.tables.people import Person
from foundation.database.tables.providers import Provider
from foundation.database.tables.stripe import StripeAccount
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class RunPayment:
    """One payment of a run, with what it carries from earlier runs and what the bank said of it."""

    id: int
    settlement_id: int
    provider_id: int
    provider_name: str
    carried_cents: Money
    state: str
    answered_on: date | None
    bank_reference: str | None
    return_reason: str | None
    return_text: str | None
    open_code: str | None
    open_by: int | None
    open_reference: str | None
    open_reason: str | None
    open_text: str | None
    bank_account_id: int | None
    line: PaymentLine

    @property
    def rail(self) -> Rail:
        """How it leaves the county."""
        return Rail.STRIPE if self.line.stripe_account else Rail.BANK

    @property
    def open_answer(self) -> RunPayment | None:
        """The payment itself while an answer is open on it, for schemas; else None."""
        return self if self.open_code is not None else None


@dataclass(frozen=True, slots=True)
class RunSettlement:
    """One provider's frozen charges in a run."""

    id: int
    provider_id: int
    provider_name: str
    line: SettlementLine


@dataclass(frozen=True, slots=True)
class RunHeader:
    """A run without its rows; names of people for pages."""

    run: Run
    prepared_at: datetime
    prepared_by: str
    approved_at: datetime | None
    approved_by: str | None
    execution_day: date | None
    sent_at: datetime | None
    closed_at: datetime | None
    payer_name: str
    payer_iban: str
    payer_bic: str
    payer_letters: str


@dataclass(frozen=True, slots=True)
class RunContents:
    """A run with everything in it, in the order of ids.

    `left_out`: what left it before its approval; `returned`: what came back, and what comes next.
    """

    header: RunHeader
    payments: tuple[RunPayment, ...]
    settlements: tuple[RunSettlement, ...]
    left_out: tuple[LeftOutLine, ...] = ()
    returned: tuple[ReturnedPayment, ...] = ()

    @property
    def run(self) -> Run:
        """The run as its rules see it."""
        return self.header.run

    @property
    def sum_cents(self) -> Money:
        """The sum of the payments, in whole cents."""
        return Money(sum(payment.line.sum_cents for payment in self.payments))

    def by(self, rail: Rail) -> tuple[RunPayment, ...]:
        """Return the payments that leave by one rail."""
        return tuple(payment for payment in self.payments if payment.rail is rail)

    def sum_by(self, rail: Rail) -> Money:
        """Return the sum of the payments by one rail, in whole cents."""
        return Money(sum(payment.line.sum_cents for payment in self.by(rail)))

    @property
    def waiting(self) -> tuple[RunSettlement, ...]:
        """What is set aside in this run."""
        return tuple(settlement for settlement in self.settlements if settlement.line.waiting is not None)

    def hash(self) -> str:
        """Return the SHA-256 of what is to be sent now."""
        payments = (payment.line for payment in self.payments)
        return hash_of(self.run, payments, (settlement.line for settlement in self.settlements))


def lock_run(session: Session, run_id: int) -> RunContents | None:
    """Return the run, locked until the transaction ends; None: there is no such run."""
    query = select(PaymentRun.id).where(PaymentRun.id == run_id).with_for_update()
    return None if session.scalar(query) is None else run_contents(session, run_id)


def run_contents(session: Session, run_id: int) -> RunContents | None:
    """Return the run with its rows; None: there is no such run."""
    header = run_header(session, run_id)
    if header is None:
        return None
    payments = _payments(session, run_id)
    return RunContents(
        header,
        payments,
        _settlements(session, run_id),
        left_out_of(session, run_id),
        _returned(session, header.run, payments),
    )


def _returned(session: Session, run: Run, payments: Sequence[RunPayment]) -> tuple[ReturnedPayment, ...]:
    came_back = [payment for payment in payments if payment.state == "returned"]
    steps = next_steps(session, run.id, run.county_id, {payment.provider_id for payment in came_back})
    return tuple(
        ReturnedPayment(
            payment.id,
            payment.provider_name,
            payment.line.end_to_end_id,
            payment.line.sum_cents,
            *steps[payment.provider_id],
        )
        for payment in came_back
    )


def run_header(session: Session, run_id: int) -> RunHeader | None:
    """Return the run without its rows; None: there is no such run."""
    return next(iter(_headers(session, PaymentRun.id == run_id)), None)


def runs_of_county(session: Session, county_id: int | None, *, limit: int = 100) -> list[RunHeader]:
    """Return a county's newest runs, newest first; without a county those of all."""
    return _headers(session, true() if county_id is None else PaymentRun.county_id == county_id, limit=limit)


def prepared_run_of(session: Session, county_id: int, *, lock: bool = False) -> int | None:
    """Return the id of the county's run that waits for approval; None when there is none."""
    query = select(PaymentRun.id).where(PaymentRun.county_id == county_id, PaymentRun.state == "prepared")
    return session.scalar(query.with_for_update() if lock else query)


def has_prepared_payment(session: Session, county_id: int, provider_id: int) -> bool:
    """Return whether the county's run that waits for approval has a payment to the provider."""
    query = (
        select(Payment.id)
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .where(PaymentRun.county_id == county_id, PaymentRun.state == "prepared")
        .where(Payment.provider_id == provider_id)
    )
    return session.scalar(select(query.exists())) or False


def _headers(session: Session, condition: object, limit: int = 1) -> list[RunHeader]:
    preparer, approver = aliased(Person), aliased(Person)
    rows = session.execute(
        select(PaymentRun, County.code, preparer.name, approver.name)
        .join(County, County.id == PaymentRun.county_id)
        .join(preparer, preparer.id == PaymentRun.prepared_by)
        .outerjoin(approver, approver.id == PaymentRun.approved_by)
        .where(condition)  # type: ignore[arg-type]
        .order_by(PaymentRun.id.desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [_header(*row) for row in rows]


def _header(row: PaymentRun, county_code: str, prepared_by: str, approved_by: str | None) -> RunHeader:
    state = RunState(row.state)
    run = Run(
        row.id,
        row.county_id,
        county_code,
        row.until,
        state,
        row.prepared_by,
        row.approved_hash,
        row.not_before,
        row.file_elsewhere,
    )
    return RunHeader(
        run=run,
        prepared_at=row.prepared_at,
        prepared_by=prepared_by,
        approved_at=row.approved_at,
        approved_by=approved_by,
        execution_day=row.execution_day,
        sent_at=row.sent_at,
        closed_at=row.closed_at,
        payer_name=row.payer_name,
        payer_iban=row.payer_iban,
        payer_bic=row.payer_bic,
        payer_letters=row.payer_letters,
    )


def _payments(session: Session, run_id: int) -> tuple[RunPayment, ...]:
    """Columns and not objects: a run has as many payments as payees."""
    session.flush()
    rows: Any = session.execute(
        select(
            Payment.id,
            Payment.settlement_id,
            Payment.provider_id,
            Provider.name,
            Payment.carried_cents,
            Payment.state,
            Payment.answered_on,
            Payment.bank_reference,
            Payment.return_reason,
            Payment.return_text,
            Payment.open_code,
            Payment.open_by,
            Payment.open_reference,
            Payment.open_reason,
            Payment.open_text,
            Payment.bank_account_id,
            Payment.end_to_end_id,
            Provider.business_id,
            Payment.creditor_name,
            Payment.iban,
            Payment.bic,
            Payment.sum_cents,
            Payment.reference,
            func.coalesce(StripeAccount.account, ""),
        )
        .join(Provider, Provider.id == Payment.provider_id)
        .outerjoin(StripeAccount, StripeAccount.id == Payment.stripe_account_id)
        .where(Payment.run_id == run_id)
        .order_by(Payment.id)
    )
    payments = ((*row[:16], PaymentLine(*row[16:])) for row in rows)
    return tuple(RunPayment(*payment) for payment in payments)


def _settlements(session: Session, run_id: int) -> tuple[RunSettlement, ...]:
    rows = session.execute(
        select(
            Settlement.id,
            Settlement.provider_id,
            Provider.name,
            Provider.business_id,
            Settlement.charge_count,
            Settlement.sum_cents,
            Settlement.waiting,
        )
        .join(Provider, Provider.id == Settlement.provider_id)
        .where(Settlement.run_id == run_id)
        .order_by(Settlement.id)
    )
    return tuple(
        RunSettlement(key, provider_id, name, SettlementLine(key, code, count, Money(cents), waiting))
        for key, provider_id, name, code, count, cents, waiting in rows
    )
