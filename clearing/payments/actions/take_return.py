"""What Stripe says of a refund or a dispute of a client's card payment, applied once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.co_payments.facts.returns import Return
from clearing.co_payments.load.invoices import lock_invoice
from clearing.co_payments.load.returns import lock_return
from clearing.co_payments.rules.returned import later_return
from clearing.co_payments.write.returns import change_return, store_return
from clearing.ledger.write.audit import record
from clearing.payments.actions.take_checkout import STRIPE
from clearing.payments.actions.tell_of_returns import tell_of_returns
from clearing.payments.load.checkouts import checkout_of_payment
from clearing.payments.load.stripe_accounts import KnownAccount
from clearing.payments.rules.stripe_events import Outcome
from foundation.database.failpoints import failpoint


def take_return(session: Session, account: KnownAccount, seen: Return, *, now: datetime) -> Outcome:
    """Store what counts of the refund or dispute now.

    It is stored also before its payment was heard of: events come in any order. The owners of the provider
    get a mail, and the invoice shows what went back, from the moment at which both are known.
    """
    paid = checkout_of_payment(session, account.id, seen.intent)
    invoice = None if paid is None else lock_invoice(session, paid.invoice_id)
    if not store_return(session, seen, county_id=account.county_id, account_id=account.id):
        known = lock_return(session, seen.object)
        later = later_return(known, seen)
        if known is None or (known.intent, known.kind) != (seen.intent, seen.kind):
            return Outcome.STALE
        if later == known:
            return Outcome.KNOWN if seen.at >= known.at else Outcome.STALE
        change_return(session, later)
    failpoint("checkout.return.after_row")
    if invoice is None:
        return Outcome.APPLIED
    tell_of_returns(session, account.provider_id, seen.intent, now=now)
    record(
        session,
        actor=STRIPE,
        now=now,
        act="co_payment.returned",
        subject=("co_payment_invoice", invoice.id),
        county_id=invoice.county_id,
        client_id=invoice.client_id,
        detail={"cents": seen.cents, "kind": seen.kind.value, "state": seen.state.value},
    )
    return Outcome.APPLIED
