"""A provider marks money that came for an invoice, and takes a mistaken mark back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.co_payments.facts.invoices import Way
from clearing.co_payments.load.invoices import lock_invoice, receipt_of
from clearing.co_payments.rules.invoicing import CoPaymentRefusal, receipt_refusal
from clearing.co_payments.write.invoices import store_receipt, undo_receipt
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def mark_paid(
    session: Session,
    invoice_id: int,
    *,
    cents: int | None,
    paid_on: date,
    way: Way,
    actor: Actor,
    now: datetime,
) -> int | Refusal:
    """Mark money that came on a day; return the receipt's id. Without `cents` all that is open.

    Refused with `invoice_unknown`, `nothing_open`, `paid_nothing`, `paid_too_much`, `paid_in_future`,
    `paid_too_early`.
    """
    invoice = lock_invoice(session, invoice_id)
    if invoice is None:
        return Refusal(CoPaymentRefusal.INVOICE_UNKNOWN)
    paid = invoice.open_cents if cents is None else cents
    refusal = receipt_refusal(invoice, paid, paid_on, helsinki_day(now))
    if refusal is not None:
        return refusal
    row = {"invoice_id": invoice_id, "cents": paid, "paid_on": paid_on, "way": way.value}
    key = store_receipt(session, {**row, "marked_at": now, "marked_by": actor.person_id})
    record(
        session,
        actor=actor,
        now=now,
        act="co_payment.paid",
        subject=("co_payment_invoice", invoice_id),
        county_id=invoice.county_id,
        client_id=invoice.client_id,
        detail={"cents": paid, "paid_on": paid_on.isoformat(), "way": way.value},
    )
    return key


def take_back_mark(
    session: Session, invoice_id: int, receipt_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Take back a mark that was a mistake. What came by Stripe stays: refused with `receipt_unknown`."""
    invoice, found = lock_invoice(session, invoice_id), receipt_of(session, receipt_id)
    if invoice is None or found is None or found != (invoice_id, found[1]) or found[1] == Way.STRIPE:
        return Refusal(CoPaymentRefusal.RECEIPT_UNKNOWN)
    undo_receipt(session, receipt_id, by=actor.person_id, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="co_payment.mark_taken_back",
        subject=("co_payment_invoice", invoice_id),
        county_id=invoice.county_id,
        client_id=invoice.client_id,
        detail={"receipt": receipt_id},
    )
    return None
