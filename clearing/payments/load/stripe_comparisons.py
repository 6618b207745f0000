"""When a county's book was compared with Stripe, and in which database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.stripe import StripeAccount, StripeComparison


@dataclass(frozen=True, slots=True)
class LastComparison:
    """The newest comparison: how many transfers Stripe has since `since`, and how many are odd."""

    compared_at: datetime
    since: datetime
    transfers: int
    findings: int


def pays_by_stripe(session: Session, county_id: int) -> bool:
    """Return whether a provider has ever had an account under the county's Stripe account."""
    found = select(StripeAccount.id).where(StripeAccount.county_id == county_id)
    return session.scalar(select(found.exists())) or False


def is_compared(session: Session, county_id: int, identity: str) -> bool:
    """Return whether the county's book was compared with Stripe in the database with this identity."""
    found = select(StripeComparison.id).where(
        StripeComparison.county_id == county_id, StripeComparison.identity == identity
    )
    return session.scalar(select(found.exists())) or False


def last_comparison(session: Session, county_id: int) -> LastComparison | None:
    """Return the county's newest comparison; None: there was none."""
    row = session.execute(
        select(
            StripeComparison.compared_at,
            StripeComparison.since,
            StripeComparison.transfers,
            StripeComparison.findings,
        )
        .where(StripeComparison.county_id == county_id)
        .order_by(StripeComparison.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else LastComparison(*row)
