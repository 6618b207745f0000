"""Who is paid by an invoice of own shares: the provider, and its account if it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.load.providers import newest_accounts
from foundation.database.tables.providers import Provider


@dataclass(frozen=True, slots=True)
class Payee:
    """A provider as it stands on its invoices, with the account to which clients pay."""

    name: str
    business_id: str
    phone: str
    email: str
    iban: str
    bic: str


def payee(session: Session, provider_id: int) -> Payee | None:
    """Return the provider with its newest account; None while nobody has confirmed that account."""
    account = newest_accounts(session, [provider_id]).get(provider_id)
    if account is None or account.confirmed_at is None:
        return None
    of = Provider
    query = select(of.name, of.business_id, of.phone, of.email).where(of.id == provider_id)
    return Payee(*session.execute(query).one(), account.iban, account.bic)
