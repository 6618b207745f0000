"""Mail a provider's owners that a client's card payment went back, or may go back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.co_payments.facts.returns import ReturnState
from clearing.co_payments.load.returns import returns_of_payment
from clearing.co_payments.rules.returned import returned_cents
from clearing.eligibility.load.owners import emails_of_owners
from clearing.ledger.write.outbox import leave_mail
from clearing.payments.gateways.stripe_texts import RETURN_SUBJECT, RETURN_TEXT
from foundation.vocabulary.dates import helsinki_day


def tell_of_returns(session: Session, provider_id: int, intent: str, *, now: datetime) -> None:
    """Leave the mails about a payment, one for each sum that goes back; they name nobody and no sum."""
    returns = returns_of_payment(session, intent)
    sums = {
        ReturnState.BACK: returned_cents(returns),
        ReturnState.OPEN: sum(one.cents for one in returns if one.state is ReturnState.OPEN),
    }
    for state, cents in sums.items():
        for email in emails_of_owners(session, provider_id, helsinki_day(now)) if cents else ():
            key = f"co_payment_return:{intent}:{state.value}:{cents}:{email}"
            leave_mail(session, key, to=email, subject=RETURN_SUBJECT, text=RETURN_TEXT, now=now)
