"""Payments that the bank's answers may be about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, any_, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from clearing.payments.rules.answers import Answer, AwaitedPayment, Booking, Scope, Status
from clearing.payments.rules.settling import batch_id, message_id
from foundation.database.tables.counties import County
from foundation.database.tables.payments import Payment, PaymentRun
from foundation.vocabulary.dates import helsinki_day


def awaited_by_identifier(
    session: Session, identifiers: Collection[str], *, county_id: int | None
) -> dict[str, AwaitedPayment]:
    """Return the payments with these end-to-end ids, locked, runs first; of one county if it is given."""
    named = any_(cast(list(identifiers), ARRAY(Text)))
    found = _awaited(session, Payment.end_to_end_id == named, county_id)
    return {payment.end_to_end_id: payment for payment in found}


def awaited_of_files(
    session: Session, identifiers: Collection[str], *, county_id: int | None
) -> dict[str, list[AwaitedPayment]]:
    """Return the payments of files or batches, by the message or batch identifier that names them."""
    if not identifiers:
        return {}
    runs = select(PaymentRun.id, County.code).join(County, County.id == PaymentRun.county_id)
    named: dict[str, list[AwaitedPayment]] = {}
    for run_id, code in session.execute(runs):
        for name in {message_id(code, run_id), batch_id(code, run_id)} & set(identifiers):
            of_bank = and_(Payment.run_id == run_id, Payment.rail == "bank")
            named[name] = _awaited(session, of_bank, county_id)
    return {name: payments for name, payments in named.items() if payments}


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """An answer about a payment that another person than `uploaded_by` decides."""

    payment: AwaitedPayment
    code: str
    uploaded_by: int | None
    day: date | None
    reference: str | None
    reason: str | None
    text: str | None


def open_answer_of(session: Session, payment_id: int) -> OpenAnswer | None:
    """Return the answer that is open on a payment, which is locked; None: there is none."""
    payments = _awaited(session, Payment.id == payment_id, None)
    query = select(
        Payment.open_code,
        Payment.open_by,
        Payment.open_day,
        Payment.open_reference,
        Payment.open_reason,
        Payment.open_text,
    ).where(Payment.id == payment_id, Payment.open_code.is_not(None))
    row = session.execute(query).one_or_none()
    return None if row is None else OpenAnswer(payments[0], row[0] or "", *row[1:])


def runs_booked_unnamed(
    session: Session, answers: Collection[Answer], *, county_id: int | None
) -> dict[tuple[str, int], str]:
    """Return the batch ids of sent runs by payer's account and sum in cents: all of it, or not returned.

    A bank may book a batch without naming it; then only the account and the sum say whose it may be.
    """
    if not any(answer.scope is Scope.UNNAMED and answer.status is Status.CONFIRMED for answer in answers):
        return {}
    every = func.sum(Payment.sum_cents)
    query = (
        select(
            PaymentRun.id,
            County.code,
            PaymentRun.payer_iban,
            every,
            func.coalesce(every.filter(Payment.state != "returned"), 0),
        )
        .join(County, County.id == PaymentRun.county_id)
        .join(Payment, Payment.run_id == PaymentRun.id)
        .where(PaymentRun.state == "sent", Payment.rail == "bank")
        .group_by(PaymentRun.id, County.code)
        .order_by(PaymentRun.id)
    )
    if county_id is not None:
        query = query.where(PaymentRun.county_id == county_id)
    return {
        (iban, int(cents)): batch_id(code, run_id)
        for run_id, code, iban, *sums in session.execute(query)
        for cents in sums
    }


def _awaited(session: Session, condition: ColumnElement[bool], county_id: int | None) -> list[AwaitedPayment]:
    runs = select(Payment.run_id).where(condition)
    session.execute(
        select(PaymentRun.id).where(PaymentRun.id.in_(runs)).order_by(PaymentRun.id).with_for_update()
    )
    query = (
        select(
            *(Payment.id, Payment.run_id, Payment.county_id, Payment.provider_id, Payment.end_to_end_id),
            *(Payment.sum_cents, Payment.state, PaymentRun.sent_at, PaymentRun.execution_day),
            *(PaymentRun.payer_iban, Payment.answered_on, Payment.accepted_on),
            *(Payment.debit_on, Payment.debit_references, Payment.debit_kind),
            *(Payment.credit_on, Payment.credit_references, Payment.credit_kind, Payment.rail),
        )
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .where(condition)
        .order_by(Payment.id)
        .with_for_update(of=Payment)
    )
    if county_id is not None:
        query = query.where(Payment.county_id == county_id)
    return [_payment(*row) for row in session.execute(query)]


def _payment(*row: Any) -> AwaitedPayment:
    key, run_id, county_id, provider_id, name, cents, state, sent_at, execution_day, iban = row[:10]
    return AwaitedPayment(
        key,
        run_id,
        county_id,
        provider_id,
        name,
        cents,
        state,
        _day(sent_at),
        execution_day,
        iban.replace(" ", ""),
        row[10],
        row[11],
        debit=_booking(*row[12:15]),
        credit=_booking(*row[15:18]),
        by_bank=row[18] == "bank",
    )


def _booking(day: date | None, references: list[str] | None, kind: str | None) -> Booking | None:
    return None if kind is None else Booking(day, frozenset(references or ()), kind)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else helsinki_day(moment)
