"""Providers that a county pays by Stripe, with what holds them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from clearing.payments.rules.stripe_payees import StripePayee
from foundation.database.columns import any_of
from foundation.database.tables.stripe import PaymentRail, StripeAccount, StripeEvent


def stripe_payees(session: Session, county_id: int, provider_ids: Collection[int]) -> dict[int, StripePayee]:
    """Return those providers whose newest confirmed rail in the county is Stripe, by provider id."""
    session.flush()
    newer, account = aliased(PaymentRail), StripeAccount
    newest = (
        select(func.max(newer.id))
        .where(
            newer.county_id == county_id,
            newer.provider_id == any_of(provider_ids),
            newer.confirmed_at.is_not(None),
        )
        .group_by(newer.provider_id)
    )
    open_finding = select(StripeEvent.id).where(
        StripeEvent.county_id == county_id,
        StripeEvent.account == account.account,
        StripeEvent.outcome == "listed",
        StripeEvent.closed_at.is_(None),
    )
    rows: Any = session.execute(
        select(
            PaymentRail.provider_id,
            account.id,
            account.account,
            PaymentRail.chosen_at,
            PaymentRail.chosen_by,
            PaymentRail.confirmed_at,
            PaymentRail.confirmed_by,
            account.can_receive,
            account.pays_out,
            account.disabled_reason,
            account.bank_changed_at,
            account.payout_failed_at,
            account.gone_at.is_not(None),
            open_finding.exists(),
        )
        .join(account, account.id == PaymentRail.stripe_account_id)
        .where(and_(PaymentRail.id.in_(newest), PaymentRail.rail == "stripe"))
    )
    return {row[0]: StripePayee(*row[1:]) for row in rows}
