"""/omavastuu: what the client pays to whom, and why."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from clearing.co_payments.facts.invoices import Invoice
from foundation.vocabulary.bank_barcode import grouped_iban, grouped_reference
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.files import pdf_download
from foundation.web.identity import allow
from foundation.web.languages import current_language
from foundation.web.limits import limits_exports
from foundation.web.pages import Page, not_found
from marketplace.disclosure.client_co_payments import ClientCoPayments
from marketplace.documents.co_payment_invoice import credit_file, digits_to_pay, invoice_file
from marketplace.pages.acting_client import Acting, acting

blueprint = Blueprint("marketplace_co_payments", __name__, template_folder="../templates")


@blueprint.app_template_global("bills_to_pay")
def bills_to_pay(person: Acting) -> list[Invoice]:
    """Return the client's invoices of which something is open, the first due day first."""
    return ClientCoPayments.of(person.data).to_pay()


@blueprint.get("/omavastuu")
@allow(*CLIENT_ROLES)
def list_bills() -> Page:
    """Show the invoices: those to be paid first."""
    person = acting()
    own = ClientCoPayments.of(person.data)
    open_ones = own.to_pay()
    keys = {invoice.id for invoice in open_ones}
    return render_template(
        "marketplace/bills.html",
        person=person,
        to_pay=open_ones,
        others=[invoice for invoice in own.invoices() if invoice.id not in keys],
        coming=own.coming(),
    )


@blueprint.get("/omavastuu/<int:invoice_id>")
@allow(*CLIENT_ROLES)
def show(invoice_id: int) -> Page:
    """Show one invoice: why it came, and how to pay it."""
    person = acting()
    invoice = _own(person, invoice_id)
    return render_template(
        "marketplace/bill.html",
        person=person,
        invoice=invoice,
        iban=grouped_iban(invoice.iban),
        reference=grouped_reference(invoice.reference),
        digits=digits_to_pay(invoice),
    )


@blueprint.get("/omavastuu/<int:invoice_id>.pdf")
@allow(*CLIENT_ROLES)
@limits_exports()
def save(invoice_id: int) -> Response:
    """Save an invoice as it was sent, in the language of the page."""
    invoice = _own(acting(), invoice_id)
    return pdf_download(invoice_file(invoice, current_language()), f"lasku-{invoice.number}.pdf")


@blueprint.get("/omavastuu/hyvitys/<int:note_id>.pdf")
@allow(*CLIENT_ROLES)
@limits_exports()
def save_credit(note_id: int) -> Response:
    """Save a credit note, in the language of the page."""
    found = ClientCoPayments.of(acting().data).credit_note(note_id) or not_found()
    return pdf_download(credit_file(*found, current_language()), f"hyvitys-{found[1].number}.pdf")


def _own(person: Acting, invoice_id: int) -> Invoice:
    return ClientCoPayments.of(person.data).invoice(invoice_id) or not_found()
