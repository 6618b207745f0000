"""Providers' accounts at Stripe, as Stripe described them last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County
from foundation.database.tables.stripe import StripeAccount


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account at Stripe. `asks` are Stripe's codes of what it needs by `asks_by`."""

    id: int
    county_id: int
    county: str
    provider_id: int
    account: str
    live: bool
    made_at: datetime
    seen_at: datetime
    can_receive: bool
    can_charge_cards: bool
    pays_out: bool
    is_submitted: bool
    disabled_reason: str | None
    asks: list[str]
    asks_by: date | None
    bank_changed_at: datetime | None
    payout_failed_at: datetime | None
    gone_at: datetime | None

    @property
    def is_ready(self) -> bool:
        """Whether Stripe lets the account receive money and pay it out."""
        return self.gone_at is None and self.can_receive and self.pays_out and not self.disabled_reason

    @property
    def payout_failed(self) -> bool:
        """Whether the newest bank behind the account has refused a payout."""
        failed, changed = self.payout_failed_at, self.bank_changed_at
        return failed is not None and (changed is None or changed <= failed)


def has_account(session: Session, county_id: int, account: str) -> bool:
    """Return whether a provider has this account in the county."""
    query = select(StripeAccount.id).where(
        StripeAccount.account == account, StripeAccount.county_id == county_id
    )
    return session.scalar(query) is not None


def account_named(session: Session, county_id: int, account: str) -> KnownAccount | None:
    """Return the county's account with Stripe's id, locked; None: no provider has it there.

    Rows that name it may be added meanwhile.
    """
    query = _accounts().where(StripeAccount.account == account, StripeAccount.county_id == county_id)
    row = session.execute(query.with_for_update(of=StripeAccount, key_share=True)).one_or_none()
    return None if row is None else KnownAccount(*row)


def accounts_of_provider(session: Session, provider_id: int) -> list[KnownAccount]:
    """Return the provider's accounts in use, by county."""
    query = _accounts().where(StripeAccount.provider_id == provider_id, StripeAccount.gone_at.is_(None))
    return [KnownAccount(*row) for row in session.execute(query.order_by(County.code))]


def account_in_use(session: Session, county_id: int, provider_id: int) -> KnownAccount | None:
    """Return the provider's account under the county's Stripe account; None: it has none."""
    found = [one for one in accounts_of_provider(session, provider_id) if one.county_id == county_id]
    return found[0] if found else None


def accounts_ever(session: Session, county_id: int, provider_id: int) -> int:
    """Return how many accounts the provider has had under the county."""
    query = select(func.count()).where(
        StripeAccount.county_id == county_id, StripeAccount.provider_id == provider_id
    )
    return session.scalar(query) or 0


def stale_accounts(session: Session, counties: Collection[str]) -> list[KnownAccount]:
    """Return the accounts that must be read again, of counties with keys."""
    query = _accounts().where(StripeAccount.stale, County.code.in_(counties))
    return [KnownAccount(*row) for row in session.execute(query.order_by(StripeAccount.id))]


def accounts_in_use(
    session: Session, counties: Collection[str], condition: ColumnElement[bool]
) -> list[KnownAccount]:
    """Return the accounts in use of which something is true, of counties with keys."""
    query = _accounts().where(condition, StripeAccount.gone_at.is_(None), County.code.in_(counties))
    return [KnownAccount(*row) for row in session.execute(query.order_by(StripeAccount.id))]


def _accounts() -> Select[*tuple[Any, ...]]:
    return select(
        *(StripeAccount.id, StripeAccount.county_id, County.code, StripeAccount.provider_id),
        *(StripeAccount.account, StripeAccount.live, StripeAccount.made_at, StripeAccount.seen_at),
        *(StripeAccount.can_receive, StripeAccount.can_charge_cards, StripeAccount.pays_out),
        *(StripeAccount.is_submitted, StripeAccount.disabled_reason, StripeAccount.asks),
        *(StripeAccount.asks_by, StripeAccount.bank_changed_at, StripeAccount.payout_failed_at),
        StripeAccount.gone_at,
    ).join(County, County.id == StripeAccount.county_id)
