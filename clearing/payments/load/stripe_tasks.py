"""What waits for a person at Stripe: findings, calls that do not get through, reversals to approve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.rules.stripe_events import OPEN_OUTCOMES
from foundation.database.tables.payments import Payment
from foundation.database.tables.people import Person
from foundation.database.tables.providers import Approval, Provider
from foundation.database.tables.stripe import StripeAccount, StripeCall, StripeEvent

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class StripeFinding:
    """Something at Stripe that is not understood. `provider` is None if the account is not one of ours."""

    id: str
    type: str
    at: datetime
    outcome: str
    code: str | None
    object_id: str | None
    amount_cents: int | None
    provider: str | None
    run_id: int | None


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call that was tried and did not get through, or a reversal that waits for another person."""

    id: int
    kind: str
    state: str
    attempts: int
    due_at: datetime
    error: str | None
    provider: str
    run_id: int
    payment_id: int
    sum_cents: int
    asked_by: int | None
    asked_by_name: str | None
    asked_why: str | None


@dataclass(frozen=True, slots=True)
class PayableProvider:
    """A provider that the county knows, with its account at Stripe there (None: it has none)."""

    id: int
    name: str
    business_id: str
    account: str | None
    is_ready: bool


def open_findings(session: Session, county_id: int) -> list[StripeFinding]:
    """Return the county's findings that nobody has closed, the oldest first."""
    rows: Any = session.execute(
        select(
            *(StripeEvent.id, StripeEvent.type, StripeEvent.at, StripeEvent.outcome, StripeEvent.code),
            *(StripeEvent.object_id, StripeEvent.amount_cents, Provider.name, Payment.run_id),
        )
        .outerjoin(StripeAccount, StripeAccount.account == StripeEvent.account)
        .outerjoin(Provider, Provider.id == StripeAccount.provider_id)
        .outerjoin(Payment, Payment.id == StripeEvent.payment_id)
        .where(StripeEvent.county_id == county_id, StripeEvent.closed_at.is_(None))
        .where(StripeEvent.outcome.in_([outcome.value for outcome in OPEN_OUTCOMES]))
        .order_by(StripeEvent.received_at, StripeEvent.id)
        .limit(MOST_SHOWN)
    )
    return [StripeFinding(*row) for row in rows]


def lock_finding(session: Session, county_id: int, finding_id: str) -> bool:
    """Lock a finding of the county; return whether it is open."""
    query = select(StripeEvent.id).where(
        StripeEvent.id == finding_id,
        StripeEvent.county_id == county_id,
        StripeEvent.closed_at.is_(None),
        StripeEvent.outcome.in_([outcome.value for outcome in OPEN_OUTCOMES]),
    )
    return session.scalar(query.with_for_update()) is not None


def waiting_calls(session: Session, county_id: int) -> list[WaitingCall]:
    """Return the county's calls that were tried in vain or wait for a person, the oldest first."""
    tried = (StripeCall.state == "queued") & StripeCall.error.is_not(None)
    rows: Any = session.execute(
        select(
            *(StripeCall.id, StripeCall.kind, StripeCall.state, StripeCall.attempts, StripeCall.due_at),
            *(StripeCall.error, Provider.name, Payment.run_id, Payment.id, Payment.sum_cents),
            *(StripeCall.asked_by, Person.name, StripeCall.asked_why),
        )
        .join(Payment, Payment.id == StripeCall.payment_id)
        .join(Provider, Provider.id == Payment.provider_id)
        .outerjoin(Person, Person.id == StripeCall.asked_by)
        .where(StripeCall.county_id == county_id, tried | StripeCall.state.in_(("asked", "stuck")))
        .order_by(StripeCall.id)
        .limit(MOST_SHOWN)
    )
    return [WaitingCall(*row) for row in rows]


def payable_providers(session: Session, county_id: int) -> list[PayableProvider]:
    """Return the providers that the county has approved for something, by name."""
    known = select(Approval.provider_id).where(Approval.county_id == county_id)
    account = StripeAccount
    rows: Any = session.execute(
        select(
            *(Provider.id, Provider.name, Provider.business_id, account.account),
            (account.can_receive & account.pays_out & account.disabled_reason.is_(None)).label("ready"),
        )
        .outerjoin(
            account,
            (account.provider_id == Provider.id)
            & (account.county_id == county_id)
            & account.gone_at.is_(None),
        )
        .where(Provider.id.in_(known))
        .order_by(Provider.name, Provider.id)
    )
    return [PayableProvider(key, name, code, found, bool(ready)) for key, name, code, found, ready in rows]
