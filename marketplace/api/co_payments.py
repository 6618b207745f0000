"""What a client pays providers: invoices of own shares, and what has no invoice yet."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.co_payments.facts.invoices import Invoice, InvoiceState
from clearing.co_payments.rules.owing import Owed
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import Answer, ApiSchema, Day, Money, Quantity, not_there
from foundation.web.clock import now, today
from foundation.web.files import pdf_download
from foundation.web.identity import allow, current_actor
from foundation.web.languages import current_language
from foundation.web.limits import limits_exports
from foundation.web.transaction import db
from marketplace.disclosure.client_co_payments import own_co_payments, own_invoice
from marketplace.documents.co_payment_invoice import digits_to_pay, invoice_file

blueprint = Blueprint(
    "my_co_payments", __name__, url_prefix="/api/v1", description="What a client pays itself"
)


class MyInvoiceLineSchema(ApiSchema):
    """A visit on an invoice, and what the client pays of it."""

    charge = fields.Integer(attribute="charge_id")
    service_day = Day()
    service = fields.String()
    unit = fields.String()
    quantity = Quantity()
    sum = Money(attribute="cents")


class MyInvoiceSchema(ApiSchema):
    """An invoice of a provider. `open` is what is still to be paid; below zero it is given back.

    `waits`: a visit on it is disputed or on hold. `barcode` is the virtual barcode of what is open.
    `returned` went back to the payer's card; it is open again if the provider says so.
    """

    id = fields.Integer()
    number = fields.Integer()
    client = fields.String()
    provider = fields.String()
    provider_name = fields.String()
    provider_phone = fields.String()
    month = fields.String(metadata={"example": "2026-11"})
    state = fields.String(validate=validate.OneOf([state.value for state in InvoiceState]))
    due_on = Day()
    iban = fields.String()
    reference = fields.String()
    barcode = fields.String(allow_none=True)
    sum = Money(attribute="sum_cents")
    credited = Money(attribute="credited_cents")
    paid = Money(attribute="paid_cents")
    returned = Money(attribute="returned_cents")
    open = Money(attribute="open_cents")
    waits = fields.Boolean()
    lines = fields.List(fields.Nested(MyInvoiceLineSchema))


class ComingSchema(ApiSchema):
    """What has no invoice yet, by provider and month of service."""

    client = fields.String()
    provider_name = fields.String()
    month = fields.String(metadata={"example": "2026-11"})
    sum = Money(attribute="to_invoice_cents")


class MyCoPaymentsSchema(ApiSchema):
    """Invoices, the newest first, and what is to come."""

    items = fields.List(fields.Nested(MyInvoiceSchema))
    coming = fields.List(fields.Nested(ComingSchema))


@blueprint.get("/me/co-payments")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@blueprint.response(200, MyCoPaymentsSchema)
def list_co_payments() -> Answer:
    """List what I pay providers myself, or the clients for whom I act."""
    invoices, coming = own_co_payments(db(), actor=current_actor(), now=now())
    return {"items": [_out(invoice) for invoice in invoices], "coming": [_coming(owed) for owed in coming]}


@blueprint.get("/me/co-payments/<int:invoice_id>.pdf")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@limits_exports()
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def get_bill_pdf(invoice_id: int) -> Response:
    """Read an invoice as it was sent, as a PDF file with the bank barcode and a QR code."""
    invoice = own_invoice(db(), invoice_id, actor=current_actor(), now=now()) or not_there()
    return pdf_download(invoice_file(invoice, current_language()), f"invoice-{invoice.number}.pdf")


def _out(invoice: Invoice) -> dict[str, Any]:
    names = ("id", "number", "due_on", "iban", "reference", "waits")
    sums = ("sum_cents", "credited_cents", "paid_cents", "returned_cents", "open_cents")
    return {
        **{name: getattr(invoice, name) for name in (*names, *sums)},
        "client": invoice.client_number,
        "provider": invoice.payee_business_id,
        "provider_name": invoice.payee_name,
        "provider_phone": invoice.payee_phone,
        "month": f"{invoice.month:%Y-%m}",
        "state": invoice.state(today()).value,
        "barcode": digits_to_pay(invoice) if invoice.open_cents > 0 else None,
        "lines": [_line(line) for line in invoice.lines],
    }


def _line(line: Any) -> dict[str, Any]:
    names = ("charge_id", "service_day", "unit", "quantity", "cents")
    return {**{name: getattr(line, name) for name in names}, "service": line.service[0]}


def _coming(owed: Owed) -> dict[str, Any]:
    return {
        "client": owed.client_number,
        "provider_name": owed.provider,
        "month": f"{owed.month:%Y-%m}",
        "to_invoice_cents": owed.to_invoice_cents,
    }
