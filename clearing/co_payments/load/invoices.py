"""Invoices of own shares with their lines, credit notes and receipts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from clearing.co_payments.facts.invoices import Credit, Invoice, InvoiceLine, Receipt
from clearing.co_payments.facts.returns import ReturnState
from clearing.co_payments.facts.shares import OwnShare
from clearing.co_payments.load.returns import Returned, returned_of
from clearing.co_payments.load.shares import shares_of_charges
from clearing.co_payments.rules.returned import held_of, returned_cents
from foundation.database.columns import any_of
from foundation.database.tables.charges import Charge
from foundation.database.tables.clients import Client
from foundation.database.tables.co_payments import (
    CoPaymentCheckout,
    CoPaymentInvoice,
    CoPaymentLine,
    CoPaymentReceipt,
    CoPaymentReturn,
)
from foundation.database.tables.providers import Offering
from foundation.database.tables.services import Service
from foundation.vocabulary.identifiers import ReferenceNumber
from foundation.vocabulary.money import Money, Quantity

INVOICE_LOCK = 0x636F7061  # "copa": the space of advisory locks, one for each invoice
"""A row lock needs the right to update, and the program may only add invoices."""


def invoices_of_provider(
    session: Session, provider_id: int, *, first: int, count: int
) -> tuple[list[Invoice], int]:
    """Return a page of a provider's invoices, the newest first, and the number of all."""
    own = CoPaymentInvoice.provider_id == provider_id
    total = session.scalar(select(func.count()).where(own, CoPaymentInvoice.credits_id.is_(None))) or 0
    return _read(session, _invoices(own).offset(first).limit(count)), total


def invoices_of_client(session: Session, client_id: int) -> list[Invoice]:
    """Return a client's invoices by all providers, the newest first."""
    return _read(session, _invoices(CoPaymentInvoice.client_id == client_id))


def returned_invoices(session: Session, provider_id: int) -> list[Invoice]:
    """Return a provider's invoices of which a card payment went back or is disputed, and may need an act."""
    paid, back = CoPaymentCheckout, CoPaymentReturn
    of_payment = (back.intent == paid.intent) & (back.stripe_account_id == paid.stripe_account_id)
    concerned = select(paid.invoice_id).join(back, of_payment).where(back.state != ReturnState.STAYS)
    own = CoPaymentInvoice.provider_id == provider_id
    found = _read(session, _invoices(own & CoPaymentInvoice.id.in_(concerned)))
    return [invoice for invoice in found if invoice.undecided_cents or invoice.disputed_cents]


def invoice_by_id(session: Session, invoice_id: int) -> Invoice | None:
    """Return an invoice of any provider; the caller checks that the actor may see it."""
    found = _read(session, _invoices(CoPaymentInvoice.id == invoice_id))
    return found[0] if found else None


def credit_note(session: Session, note_id: int) -> tuple[Invoice, Credit] | None:
    """Return a credit note with the invoice that it credits."""
    query = select(CoPaymentInvoice.credits_id).where(CoPaymentInvoice.id == note_id)
    invoice_id = session.scalar(query)
    invoice = None if invoice_id is None else invoice_by_id(session, invoice_id)
    if invoice is None:
        return None
    return invoice, next(note for note in invoice.credits if note.id == note_id)


def lock_invoice(session: Session, invoice_id: int) -> Invoice | None:
    """Return the invoice; nobody else credits it, or marks money for it, before this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(INVOICE_LOCK, invoice_id % 2**31)))
    return invoice_by_id(session, invoice_id)


def receipt_of(session: Session, receipt_id: int) -> tuple[int, str] | None:
    """Return the invoice and the way of a receipt that has not been taken back."""
    query = select(CoPaymentReceipt.invoice_id, CoPaymentReceipt.way).where(
        CoPaymentReceipt.id == receipt_id, CoPaymentReceipt.undone_at.is_(None)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def _invoices(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(CoPaymentInvoice, Client.number, Client.name, Client.language)
        .join(Client, Client.id == CoPaymentInvoice.client_id)
        .where(condition, CoPaymentInvoice.credits_id.is_(None))
        .order_by(CoPaymentInvoice.id.desc())
        .execution_options(populate_existing=True)
    )


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[Invoice]:
    rows = session.execute(query).all()
    if not rows:
        return []
    ids = [row[0].id for row in rows]
    notes = session.scalars(
        select(CoPaymentInvoice)
        .where(CoPaymentInvoice.credits_id == any_of(ids))
        .order_by(CoPaymentInvoice.id)
        .execution_options(populate_existing=True)
    ).all()
    lines = _lines(session, [*ids, *(note.id for note in notes)])
    receipts, returned = _receipts(session, ids), returned_of(session, ids)
    shares = {share.charge_id: share for share in shares_of_charges(session, _charges(ids, lines))}
    made_notes: defaultdict[int, list[Credit]] = defaultdict(list)
    for note in notes:
        assert note.credits_id is not None
        made = Credit(note.id, note.number, note.made_on, Money(note.sum_cents), tuple(lines[note.id]))
        made_notes[note.credits_id].append(made)
    found = [
        _invoice(row, lines[row[0].id], made_notes[row[0].id], receipts[row[0].id], shares) for row in rows
    ]
    return [_with_returns(invoice, returned.get(invoice.id, Returned())) for invoice in found]


def _with_returns(invoice: Invoice, found: Returned) -> Invoice:
    back = returned_cents(found.returns)
    return replace(
        invoice,
        returns=tuple(found.returns),
        returned_cents=back,
        held=held_of(invoice.sum_cents + invoice.credited_cents, invoice.paid_cents, back, found.decided),
        decided=found.decided,
    )


def _charges(ids: Iterable[int], lines: dict[int, list[InvoiceLine]]) -> list[int]:
    return [line.charge_id for key in ids for line in lines[key]]


def _lines(session: Session, invoice_ids: Collection[int]) -> defaultdict[int, list[InvoiceLine]]:
    query = (
        select(CoPaymentLine, Charge.funding_id, Charge.service_day, Service, Offering.unit)
        .join(Charge, Charge.id == CoPaymentLine.charge_id)
        .join(Service, Service.id == Charge.service_id)
        .outerjoin(Offering, Offering.id == Charge.offering_id)
        .where(CoPaymentLine.invoice_id == any_of(invoice_ids))
        .order_by(Charge.service_day, CoPaymentLine.charge_id)
    )
    found: defaultdict[int, list[InvoiceLine]] = defaultdict(list)
    for line, funding_id, day, service, unit in session.execute(query):
        assert funding_id is not None
        assert day is not None
        names = (service.code, service.name_fi, service.name_sv, service.name_en)
        found[line.invoice_id].append(
            InvoiceLine(
                charge_id=line.charge_id,
                funding_id=funding_id,
                service_day=day,
                service=names,
                unit=unit or service.unit,
                quantity=Quantity(line.quantity_hundredths),
                cents=Money(line.cents),
                vat_percent_hundredths=line.vat_percent_hundredths,
            )
        )
    return found


def _receipts(session: Session, invoice_ids: Collection[int]) -> defaultdict[int, list[Receipt]]:
    of = CoPaymentReceipt
    query = select(of.invoice_id, of.id, of.cents, of.paid_on, of.way, of.undone_at)
    found: defaultdict[int, list[Receipt]] = defaultdict(list)
    rows = session.execute(query.where(of.invoice_id == any_of(invoice_ids)).order_by(of.id))
    for key, receipt_id, cents, paid_on, way, undone_at in rows:
        found[key].append(Receipt(receipt_id, Money(cents), paid_on, way, undone_at))
    return found


def _invoice(
    row: Any,
    lines: list[InvoiceLine],
    made_notes: list[Credit],
    receipts: list[Receipt],
    shares: dict[int, OwnShare],
) -> Invoice:
    stored, client_number, client_name, language = row
    own = [shares[line.charge_id] for line in lines if line.charge_id in shares]
    to_credit = [share.open_cents for share in own if share.open_cents < 0 and share.invoice_id == stored.id]
    return Invoice(
        id=stored.id,
        county_id=stored.county_id,
        provider_id=stored.provider_id,
        client_id=stored.client_id,
        client_number=client_number,
        client_name=client_name,
        language=language,
        number=stored.number,
        month=stored.month,
        sum_cents=Money(stored.sum_cents),
        reference=ReferenceNumber(stored.reference),
        made_on=stored.made_on,
        due_on=stored.due_on,
        payee_name=stored.payee_name,
        payee_business_id=stored.payee_business_id,
        payee_phone=stored.payee_phone,
        payee_email=stored.payee_email,
        iban=stored.iban,
        bic=stored.bic,
        lines=tuple(lines),
        credits=tuple(made_notes),
        receipts=tuple(receipts),
        to_credit_cents=Money(sum(to_credit)),
        waits=any(share.waits for share in own),
    )
