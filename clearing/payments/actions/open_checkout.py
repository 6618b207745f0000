"""A client is sent to Stripe to pay an invoice, and comes back from there (docs/decisions/0207)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from clearing.co_payments.actions.make_invoice import credit_invoice
from clearing.co_payments.facts.invoices import Invoice
from clearing.co_payments.load.invoices import lock_invoice
from clearing.ledger.write.audit import record
from clearing.payments.actions.take_checkout import apply_seen
from clearing.payments.gateways.stripe_orders import CheckoutOrder
from clearing.payments.gateways.stripe_rail import StripeCallError, StripeRail
from clearing.payments.load.checkouts import (
    KnownCheckout,
    checkouts_ever,
    live_checkout,
    newest_checkout,
    unheard_checkouts,
)
from clearing.payments.load.stripe_accounts import KnownAccount, account_in_use
from clearing.payments.rules.stripe_checkouts import CheckoutRefusal, CheckoutState, SeenCheckout
from clearing.payments.write.checkouts import store_checkout
from foundation.database.failpoints import failpoint
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

Rails = Mapping[str, StripeRail]
"""Stripe by county code, of the counties that have keys."""
UNHEARD = timedelta(minutes=30)
"""A session that is open for longer is read from Stripe: its event may have been lost."""
LOCALES = {"fi": "fi", "sv": "sv", "en": "en", "fi-x-selko": "fi"}


def open_checkout(
    session: Session,
    rails: Rails,
    invoice_id: int,
    *,
    text: str,
    back: str,
    paid: str,
    actor: Actor,
    now: datetime,
) -> str | Refusal:
    """Return the address at Stripe at which the invoice is paid; an open one is used again.

    What was corrected is credited first, so nobody pays more than is owed. The invoice is locked while Stripe
    is asked: two clicks at once give one session. The idempotency key is of the invoice and the number of the
    try, so a repetition after a crash gives the same session. Refused with `invoice_unknown`,
    `nothing_open`, `card_not_offered`, `payment_processing`, or the kind of a failed call.
    """
    invoice = lock_invoice(session, invoice_id)
    if invoice is None:
        return Refusal(CheckoutRefusal.INVOICE_UNKNOWN)
    if invoice.to_credit_cents:
        credit_invoice(session, invoice_id, actor=actor, now=now)
    account = account_in_use(session, invoice.county_id, invoice.provider_id)
    rail = None if account is None else rails.get(account.county)
    if account is None or rail is None or not account.can_charge_cards or account.disabled_reason:
        return Refusal(CheckoutRefusal.NOT_OFFERED)
    try:
        before = _before(session, rail, invoice, now)
        if not isinstance(before, Invoice):
            return before
        order = _order(before, account, text, back, paid)
        return _made(session, rail, order, account, actor, now)
    except StripeCallError as error:
        return Refusal(error.kind)


def _before(session: Session, rail: StripeRail, invoice: Invoice, now: datetime) -> str | Refusal | Invoice:
    """Return the address or the refusal that follows from what is open already, else the invoice to pay.

    It is read again: Stripe may just have said that a part of it is paid.
    """
    known = live_checkout(session, invoice.id)
    if known is not None:
        seen = rail.checkout(known.session, known.account)
        if seen.state() is CheckoutState.OPEN and seen.cents != invoice.open_cents:
            seen = rail.expire_checkout(known.session, known.account)
        apply_seen(session, invoice, known, seen, now=now)
        if seen.state() is CheckoutState.OPEN and seen.url:
            return seen.url
        if seen.state() is CheckoutState.PROCESSING:
            return Refusal(CheckoutRefusal.PROCESSING)
    current = lock_invoice(session, invoice.id)
    if current is None or current.open_cents <= 0:
        return Refusal(CheckoutRefusal.NOTHING_OPEN)
    return current


def _order(invoice: Invoice, account: KnownAccount, text: str, back: str, paid: str) -> CheckoutOrder:
    return CheckoutOrder(
        account=account.account,
        invoice_id=invoice.id,
        county_code=account.county,
        cents=invoice.open_cents,
        text=text,
        locale=LOCALES[invoice.language],
        back=back,
        paid=paid,
    )


def _made(
    session: Session,
    rail: StripeRail,
    order: CheckoutOrder,
    account: KnownAccount,
    actor: Actor,
    now: datetime,
) -> str:
    number = checkouts_ever(session, order.invoice_id) + 1
    key = f"OMA{order.county_code}B{order.invoice_id}N{number}-{order.cents}"
    seen = rail.make_checkout(order, key)
    failpoint("checkout.call.after")
    row = {
        "invoice_id": order.invoice_id,
        "county_id": account.county_id,
        "stripe_account_id": account.id,
        "number": number,
        "key": key,
        "session": seen.id,
        "cents": order.cents,
        "state": CheckoutState.OPEN.value,
        "made_at": now,
        "made_by": actor.person_id,
        "changed_at": now,
    }
    store_checkout(session, row)
    record(
        session,
        actor=actor,
        now=now,
        act="co_payment.checkout",
        subject=("co_payment_invoice", order.invoice_id),
        county_id=account.county_id,
        detail={"cents": order.cents, "session": seen.id},
    )
    failpoint("checkout.open.before_commit")
    return seen.url or order.back


def read_checkout(session: Session, rails: Rails, invoice_id: int, *, now: datetime) -> CheckoutState | None:
    """Read the newest payment of the invoice from Stripe, as when its payer comes back; return its state.

    None: nothing was begun, or Stripe does not answer now.
    """
    invoice, known = lock_invoice(session, invoice_id), newest_checkout(session, invoice_id)
    rail = None if known is None else rails.get(known.county)
    if invoice is None or known is None or rail is None:
        return None
    seen = _seen(rail, known)
    if seen is None:
        return None
    apply_seen(session, invoice, known, seen, now=now)
    return seen.state()


def read_unheard(sessions: sessionmaker[Session], rails: Rails, *, now: datetime) -> int:
    """Read the payments whose end was not heard of for a while; return how many have changed."""
    with sessions() as session:
        unheard = unheard_checkouts(session, list(rails), now - UNHEARD)
    changed = 0
    for known in unheard:
        with sessions.begin() as session:
            state = read_checkout(session, rails, known.invoice_id, now=now)
            changed += state not in (None, known.state)
    return changed


def _seen(rail: StripeRail, known: KnownCheckout) -> SeenCheckout | None:
    try:
        return rail.checkout(known.session, known.account)
    except StripeCallError:
        return None
