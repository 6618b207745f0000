"""Whether an invoice of own shares is the provider's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.clients import Client
from foundation.database.tables.co_payments import CoPaymentInvoice
from foundation.database.tables.counties import County


def is_own_invoice(session: Session, provider_id: int, invoice_id: int) -> bool:
    """Return whether the invoice with this id is the provider's; a credit note is none."""
    of = CoPaymentInvoice
    own = select(of.id).where(of.id == invoice_id, of.provider_id == provider_id, of.credits_id.is_(None))
    return session.scalar(select(own.exists())) or False


def client_with_number(session: Session, county: str, number: str) -> int | None:
    """Return the id of a client of the county by its number; None: the provider serves no such client."""
    query = select(Client.id).join(County, County.id == Client.county_id)
    return session.scalar(query.where(County.code == county, Client.number == number))


def county_codes(session: Session) -> dict[int, str]:
    """Return the counties' codes by their ids."""
    return {row.id: row.code for row in session.execute(select(County.id, County.code))}
