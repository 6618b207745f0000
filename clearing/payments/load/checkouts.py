"""Payments of invoices at Stripe Checkout."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, SmallInteger, cast, func, select
from sqlalchemy.orm import Session

from clearing.payments.rules.stripe_checkouts import CheckoutState
from foundation.database.tables.co_payments import CoPaymentCheckout
from foundation.database.tables.counties import County
from foundation.database.tables.stripe import StripeAccount
from foundation.vocabulary.money import Money

LIVE = (CheckoutState.OPEN.value, CheckoutState.PROCESSING.value)


@dataclass(frozen=True, slots=True)
class KnownCheckout:
    """A payment at Stripe. `account` is Stripe's id of the provider's account."""

    id: int
    invoice_id: int
    county: str
    account: str
    session: str
    cents: Money
    state: CheckoutState
    made_at: datetime
    intent: str | None


def live_checkout(session: Session, invoice_id: int) -> KnownCheckout | None:
    """Return the payment of an invoice that is open or being processed; its invoice is locked."""
    query = _checkouts().where(CoPaymentCheckout.invoice_id == invoice_id, CoPaymentCheckout.state.in_(LIVE))
    return _one(session, query)


def checkout_of_session(session: Session, stripe_session: str) -> KnownCheckout | None:
    """Return the payment with Stripe's id."""
    return _one(session, _checkouts().where(CoPaymentCheckout.session == stripe_session))


def checkout_of_payment(session: Session, account_id: int, intent: str) -> KnownCheckout | None:
    """Return the payment with Stripe's id of it, on an account; None: not heard of yet, or not ours."""
    of = CoPaymentCheckout
    return _one(session, _checkouts().where(of.intent == intent, of.stripe_account_id == account_id))


def newest_checkout(session: Session, invoice_id: int) -> KnownCheckout | None:
    """Return the newest payment of an invoice."""
    query = _checkouts().where(CoPaymentCheckout.invoice_id == invoice_id)
    return _one(session, query.order_by(CoPaymentCheckout.id.desc()).limit(1))


def checkouts_ever(session: Session, invoice_id: int) -> int:
    """Return how many payments of the invoice were begun."""
    query = select(func.coalesce(func.max(CoPaymentCheckout.number), 0))
    return session.scalar(query.where(CoPaymentCheckout.invoice_id == invoice_id)) or 0


def unheard_checkouts(session: Session, counties: Collection[str], before: datetime) -> list[KnownCheckout]:
    """Return the live payments begun before a moment, of counties with keys: an event may have been lost.

    Paid ones of which Stripe's id of the payment is not known are among them: refunds name that alone.
    """
    of = CoPaymentCheckout
    unheard = of.state.in_(LIVE) | (of.state == CheckoutState.PAID) & of.intent.is_(None)
    query = _checkouts().where(unheard, of.made_at < before, County.code.in_(counties))
    return [_known(row) for row in session.execute(query.order_by(CoPaymentCheckout.id))]


def takes_cards(session: Session, county_id: int, provider_id: int) -> bool:
    """Return whether clients of the county can pay the provider by card."""
    keys = cast(county_id, SmallInteger), cast(provider_id, BigInteger)
    return bool(session.scalar(select(func.provider_takes_cards(*keys))))


def _checkouts() -> Select[*tuple[Any, ...]]:
    of = CoPaymentCheckout
    return (
        select(
            of.id,
            of.invoice_id,
            County.code,
            StripeAccount.account,
            of.session,
            of.cents,
            of.state,
            of.made_at,
            of.intent,
        )
        .join(County, County.id == of.county_id)
        .join(StripeAccount, StripeAccount.id == of.stripe_account_id)
    )


def _one(session: Session, query: Select[*tuple[Any, ...]]) -> KnownCheckout | None:
    row = session.execute(query).one_or_none()
    return None if row is None else _known(row)


def _known(row: Any) -> KnownCheckout:
    key, invoice_id, county, account, stripe_session, cents, state, made_at, intent = row
    return KnownCheckout(
        key, invoice_id, county, account, stripe_session, Money(cents), CheckoutState(state), made_at, intent
    )
