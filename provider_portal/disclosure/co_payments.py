"""What clients owe a provider, and its invoices to them, as the provider's people read them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.co_payments.facts.invoices import Credit, Invoice
from clearing.co_payments.load.invoices import (
    credit_note,
    invoice_by_id,
    invoices_of_provider,
    returned_invoices,
)
from clearing.co_payments.load.shares import own_shares
from clearing.co_payments.rules.owing import Owed, owed_by_month
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import Actor


def owed_to(
    session: Session,
    provider_id: int,
    window: DateWindow,
    *,
    client_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> list[Owed]:
    """Return what each client owes for the months of a window, the newest month first."""
    found = owed_by_month(own_shares(session, provider_id, client_id=client_id, window=window))
    return disclose(session, found, _look(actor, now, "co_payment", "client_number"))


def listed_invoices(
    session: Session, provider_id: int, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[Invoice], int]:
    """Return a page of the provider's invoices, the newest first, and the number of all."""
    found, total = invoices_of_provider(session, provider_id, first=first, count=count)
    return disclose(session, found, _look(actor, now)), total


def listed_returns(session: Session, provider_id: int, *, actor: Actor, now: datetime) -> list[Invoice]:
    """Return the provider's invoices of which a card payment went back or is disputed."""
    return disclose(session, returned_invoices(session, provider_id), _look(actor, now))


def visible_invoice(
    session: Session, provider_id: int, invoice_id: int, *, actor: Actor, now: datetime
) -> Invoice | None:
    """Return one of the provider's invoices; None: there is none, or it is another's."""
    found = invoice_by_id(session, invoice_id)
    if found is None or found.provider_id != provider_id:
        return None
    return disclose(session, [found], _look(actor, now))[0]


def visible_credit_note(
    session: Session, provider_id: int, note_id: int, *, actor: Actor, now: datetime
) -> tuple[Invoice, Credit] | None:
    """Return one of the provider's credit notes with its invoice."""
    found = credit_note(session, note_id)
    if found is None or found[0].provider_id != provider_id:
        return None
    [invoice] = disclose(session, [found[0]], _look(actor, now))
    return invoice, found[1]


def _look(actor: Actor, now: datetime, kind: str = "co_payment_invoice", key: str = "id") -> Look:
    return Look(actor, now, Purpose.PROVIDER_CO_PAYMENT, kind, key=key)
