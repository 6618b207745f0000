"""What a client pays providers, for the client or for somebody who acts for the client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.co_payments.facts.invoices import Credit, Invoice
from clearing.co_payments.load.invoices import credit_note, invoice_by_id, invoices_of_client
from clearing.co_payments.load.shares import shares_of_client
from clearing.co_payments.rules.owing import Owed, owed_by_month
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from marketplace.disclosure.client_data import ClientData


@dataclass(frozen=True, slots=True)
class ClientCoPayments:
    """The invoices to one client. Whoever holds it has been recorded as a reader, or is the client.

    A mandate that is limited to some vouchers sees the invoices of which all visits are on those.
    """

    session: Session
    client_id: int
    actor: Actor

    @classmethod
    def of(cls, data: ClientData) -> ClientCoPayments:
        """Return those of a client whose data is open."""
        return cls(data.session, data.client.id, data.actor)

    def invoices(self) -> list[Invoice]:
        """Return the invoices, the newest first."""
        return [found for found in invoices_of_client(self.session, self.client_id) if self._sees(found)]

    def to_pay(self) -> list[Invoice]:
        """Return the invoices of which something is open, the one that is due first before the others."""
        found = [invoice for invoice in self.invoices() if invoice.open_cents > 0]
        return sorted(found, key=lambda invoice: (invoice.due_on, invoice.id))

    def coming(self) -> list[Owed]:
        """Return what has no invoice yet, by provider and month."""
        shares = [
            share
            for share in shares_of_client(self.session, self.client_id)
            if self.actor.reaches(self.client_id, share.funding_id)
        ]
        return [owed for owed in owed_by_month(shares) if owed.to_invoice_cents]

    def invoice(self, invoice_id: int) -> Invoice | None:
        """Return the client's invoice with this id."""
        found = invoice_by_id(self.session, invoice_id)
        return found if found is not None and self._sees(found) else None

    def credit_note(self, note_id: int) -> tuple[Invoice, Credit] | None:
        """Return the client's credit note with this id, and its invoice."""
        found = credit_note(self.session, note_id)
        return found if found is not None and self._sees(found[0]) else None

    def _sees(self, invoice: Invoice) -> bool:
        return invoice.client_id == self.client_id and all(
            self.actor.reaches(self.client_id, funding_id) for funding_id in invoice.funding_ids
        )


def own_co_payments(session: Session, *, actor: Actor, now: datetime) -> tuple[list[Invoice], list[Owed]]:
    """Return the invoices of the clients whom the actor is or acts for, and what has none yet."""
    each = [ClientCoPayments(session, client_id, actor) for client_id in sorted(actor.client_ids)]
    invoices = [invoice for of in each for invoice in of.invoices()]
    coming = [owed for of in each for owed in of.coming()]
    disclose(session, coming, Look(actor, now, Purpose.ACTS_FOR_CLIENT, "co_payment", key="client_number"))
    return disclose(session, invoices, _look(actor, now)), coming


def own_invoice(session: Session, invoice_id: int, *, actor: Actor, now: datetime) -> Invoice | None:
    """Return an invoice to a client whom the actor is or acts for."""
    each = (ClientCoPayments(session, key, actor).invoice(invoice_id) for key in sorted(actor.client_ids))
    found: Iterable[Invoice] = (invoice for invoice in each if invoice is not None)
    shown = disclose(session, list(found)[:1], _look(actor, now))
    return shown[0] if shown else None


def _look(actor: Actor, now: datetime) -> Look:
    return Look(actor, now, Purpose.ACTS_FOR_CLIENT, "co_payment_invoice")
