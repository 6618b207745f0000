"""Payments that the bank's answers may be about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from clearing.payments.rules.matching import AwaitedPayment
from clearing.payments.rules.settling import batch_id, message_id
from foundation.database.tables.counties import County
from foundation.database.tables.payments import Payment, PaymentRun
from foundation.vocabulary.dates import helsinki_day


def awaited_by_identifier(
    session: Session, identifiers: Collection[str], *, county_id: int | None
) -> dict[str, AwaitedPayment]:
    """Return the payments with these end-to-end ids, locked, runs first; of one county if it is given."""
    found = _awaited(session, Payment.end_to_end_id.in_(list(identifiers)), county_id)
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
            named[name] = _awaited(session, Payment.run_id == run_id, county_id)
    return {name: payments for name, payments in named.items() if payments}


def _awaited(session: Session, condition: ColumnElement[bool], county_id: int | None) -> list[AwaitedPayment]:
    runs = select(Payment.run_id).where(condition)
    session.execute(
        select(PaymentRun.id).where(PaymentRun.id.in_(runs)).order_by(PaymentRun.id).with_for_update()
    )
    query = (
        select(
            Payment.id,
            Payment.run_id,
            Payment.county_id,
            Payment.provider_id,
            Payment.end_to_end_id,
            Payment.sum_cents,
            Payment.state,
            PaymentRun.sent_at,
            PaymentRun.execution_day,
        )
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .where(condition)
        .order_by(Payment.id)
        .with_for_update(of=Payment)
    )
    if county_id is not None:
        query = query.where(Payment.county_id == county_id)
    return [
        AwaitedPayment(key, run, county, provider, name, cents, state, _day(sent_at), execution_day)
        for key, run, county, provider, name, cents, state, sent_at, execution_day in session.execute(query)
    ]


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else helsinki_day(moment)
