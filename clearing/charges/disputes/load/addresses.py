"""Where clients and providers get mail."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.disputes.facts.thread import Party, Thread
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.providers import Provider


def addresses_of(session: Session, thread: Thread, party: Party, *, day: date) -> list[str]:
    """Return the mail addresses of a party: the provider's, or the client's own. The county has its list."""
    if party is Party.PROVIDER:
        return provider_addresses(session, thread.provider_id)
    return [] if party is Party.COUNTY else client_addresses(session, thread.client_id, day=day)


def provider_addresses(session: Session, provider_id: int) -> list[str]:
    """Return the mail address of a provider, if it has one."""
    provider = session.get(Provider, provider_id)
    return [provider.email] if provider is not None and provider.email else []


def client_addresses(session: Session, client_id: int, *, day: date) -> list[str]:
    """Return the mail addresses with which a client logs in."""
    query = (
        select(Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == "client",
            RoleGrant.client_id == client_id,
            RoleGrant.valid.contains(day),
            Person.email.is_not(None),
        )
        .order_by(Person.email)
    )
    return [address for address in session.scalars(query) if address]
