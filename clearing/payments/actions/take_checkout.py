"""What an event or an answer of Stripe shows of the payment of an invoice, applied once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.co_payments.facts.invoices import Invoice, Way
from clearing.co_payments.load.invoices import invoice_by_id, lock_invoice
from clearing.co_payments.write.invoices import store_receipt
from clearing.ledger.write.audit import record
from clearing.payments.actions.tell_of_returns import tell_of_returns
from clearing.payments.load.checkouts import (
    KnownCheckout,
    checkout_of_session,
    checkouts_ever,
)
from clearing.payments.load.stripe_accounts import KnownAccount
from clearing.payments.rules.stripe_checkouts import CheckoutState, SeenCheckout, later_checkout_state
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.rules.stripe_transfers import StripeFault
from clearing.payments.write.checkouts import change_checkout, store_checkout
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor

STRIPE = Actor(None, None, "Stripe")


def take_checkout(
    session: Session, account: KnownAccount, seen: SeenCheckout, *, event: str, now: datetime
) -> tuple[Outcome, StripeFault | None]:
    """Apply what a session on the provider's account shows; an invoice is marked as paid by it once.

    A session of which our own row was lost, as after a restore, is known again by our metadata. What is not
    ours, or another provider's, changes nothing.
    """
    invoice = None if seen.invoice_id is None else invoice_by_id(session, seen.invoice_id)
    if invoice is None or (invoice.county_id, invoice.provider_id) != (
        account.county_id,
        account.provider_id,
    ):
        return Outcome.KNOWN, StripeFault.CHECKOUT_UNKNOWN
    if seen.currency != "eur":
        return Outcome.KNOWN, StripeFault.CURRENCY
    lock_invoice(session, invoice.id)
    known = checkout_of_session(session, seen.id) or _found_again(session, invoice, account, seen, now)
    if known.invoice_id != invoice.id or known.account != account.account:
        return Outcome.KNOWN, StripeFault.CHECKOUT_UNKNOWN
    return apply_seen(session, invoice, known, seen, event=event, now=now), None


def apply_seen(
    session: Session,
    invoice: Invoice,
    known: KnownCheckout,
    seen: SeenCheckout,
    *,
    event: str = "",
    now: datetime,
) -> Outcome:
    """Store the state that counts; the invoice is locked. Money is recorded once, when it has come."""
    state = seen.state(event)
    later = later_checkout_state(known.state, state)
    is_news, is_named = later is not known.state, seen.intent not in (None, known.intent)
    if is_news and later is CheckoutState.PAID:
        _store_paid(session, invoice, known, seen.cents, now)
    if is_news or is_named:
        change_checkout(session, known.id, later, seen.intent or known.intent, now=now)
    if is_named and seen.intent:
        tell_of_returns(session, invoice.provider_id, seen.intent, now=now)
    if is_news:
        return Outcome.APPLIED
    return Outcome.KNOWN if state is known.state else Outcome.STALE


def _store_paid(session: Session, invoice: Invoice, known: KnownCheckout, cents: int, now: datetime) -> None:
    row = {"invoice_id": invoice.id, "cents": cents, "paid_on": helsinki_day(now), "way": Way.STRIPE.value}
    store_receipt(session, {**row, "marked_at": now, "marked_by": None, "checkout_id": known.id})
    failpoint("checkout.paid.after_receipt")
    record(
        session,
        actor=STRIPE,
        now=now,
        act="co_payment.paid",
        subject=("co_payment_invoice", invoice.id),
        county_id=invoice.county_id,
        client_id=invoice.client_id,
        detail={"cents": cents, "way": Way.STRIPE.value, "session": known.session},
    )


def _found_again(
    session: Session, invoice: Invoice, account: KnownAccount, seen: SeenCheckout, now: datetime
) -> KnownCheckout:
    """Store a session that Stripe has and we have not: closed, so that it stands in nobody's way."""
    number = checkouts_ever(session, invoice.id) + 1
    state = CheckoutState.FAILED
    row = {
        "invoice_id": invoice.id,
        "county_id": invoice.county_id,
        "stripe_account_id": account.id,
        "number": number,
        "key": f"found:{seen.id}",
        "session": seen.id,
        "cents": seen.cents,
        "state": state.value,
        "made_at": now,
        "changed_at": now,
    }
    store_checkout(session, row)
    found = checkout_of_session(session, seen.id)
    assert found is not None
    return found
