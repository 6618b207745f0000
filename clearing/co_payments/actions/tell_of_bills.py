"""Mail clients, and those who help them, that a bill has come, or that its due day has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from clearing.co_payments.facts.invoices import Invoice
from clearing.co_payments.load.invoices import invoice_by_id
from clearing.co_payments.load.notices import addresses_about_bill, bills_to_tell_of
from clearing.co_payments.write.notices import store_notice
from clearing.ledger.gateways.mail_texts import BILL_MAILS
from clearing.ledger.write.outbox import leave_mail
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day

BILLS_AT_ONCE = 100
OLDEST = timedelta(days=90)
"""Nobody is reminded of a bill whose due day passed longer ago."""


def tell_of_bills(session: Session, *, after: int, now: datetime, most: int = BILLS_AT_ONCE) -> int | None:
    """Leave the mails about the next bills after an id; return the last id, or None if none is left.

    Safe to repeat: of each bill one mail is left when it has come, and one after its due day if it is open.
    The mail names neither provider, service nor sum. Who has no mail address reads it in the program.
    """
    today = helsinki_day(now)
    bills = bills_to_tell_of(session, after=after, most=most, today=today, oldest=today - OLDEST)
    for invoice_id, kind in bills:
        invoice = invoice_by_id(session, invoice_id)
        if invoice is not None and is_to_be_paid(invoice):
            _tell(session, invoice, kind, now)
    return bills[-1][0] if bills else None


def is_to_be_paid(invoice: Invoice) -> bool:
    """Return whether the client is asked to pay; not while something of the bill is being looked into."""
    return invoice.open_cents > 0 and not (invoice.waits or invoice.disputed_cents)


def _tell(session: Session, invoice: Invoice, kind: str, now: datetime) -> None:
    if not store_notice(session, invoice.id, kind, now=now):
        return
    failpoint("co_payment.notice.after_row")
    subject, text = BILL_MAILS[kind]
    for place, address in enumerate(
        addresses_about_bill(session, invoice.client_id, invoice.funding_ids, helsinki_day(now))
    ):
        key = f"bill_{kind}:{invoice.id}:{place}"
        leave_mail(session, key, to=address, subject=subject, text=text, now=now)
