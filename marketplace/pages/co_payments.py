"""/omavastuu: what the client pays to whom, and why."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from clearing.co_payments.facts.invoices import Invoice
from clearing.payments.actions.open_checkout import open_checkout, read_checkout
from clearing.payments.gateways.stripe_rails import StripeRails
from clearing.payments.load.checkouts import takes_cards
from clearing.payments.rules.stripe_checkouts import CheckoutRefusal, CheckoutState
from foundation.vocabulary.bank_barcode import grouped_iban, grouped_reference
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_, translate
from foundation.web.clock import now
from foundation.web.files import pdf_download
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _, current_language
from foundation.web.limits import limits_exports
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import given, shell
from foundation.web.transaction import db, system_context
from marketplace.disclosure.client_co_payments import ClientCoPayments
from marketplace.documents.co_payment_invoice import credit_file, digits_to_pay, invoice_file
from marketplace.pages.acting_client import Acting, acting

blueprint = Blueprint("marketplace_co_payments", __name__, template_folder="../templates")
REFUSALS: Mapping[str, str] = {
    CheckoutRefusal.NOTHING_OPEN: N_("You have paid this bill already."),
    CheckoutRefusal.PROCESSING: N_("Your bank has not answered yet. Wait for it."),
    CheckoutRefusal.NOT_OFFERED: N_("You cannot pay this bill by card. Pay it in your bank."),
}
FAILED = N_("The payment page did not answer. You have not paid. Try again in a moment.")
ENDS = {
    CheckoutState.PAID: ("success", N_("Thank you. The bill is paid.")),
    CheckoutState.PROCESSING: ("success", N_("Thank you. Your bank still has to answer.")),
}
NOT_PAID = N_("You have not paid yet.")


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
        by_card=_may_pay_by_card(person, invoice),
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


def _may_pay_by_card(person: Acting, invoice: Invoice) -> bool:
    if not person.may_confirm or invoice.open_cents <= 0 or not given(StripeRails).by_county:
        return False
    return takes_cards(db(), invoice.county_id, invoice.provider_id)


@blueprint.post("/omavastuu/<int:invoice_id>/maksa")
@allow(*CLIENT_ROLES)
@system_context
def pay(invoice_id: int) -> Result:
    """Show the link to the payment page of Stripe, on which the provider is paid by card."""
    person = acting()
    invoice = _own(person, invoice_id)
    if not person.may_confirm:
        not_found()
    link = open_checkout(
        db(), given(StripeRails).by_county, invoice_id, **_asked(invoice), actor=current_actor(), now=now()
    )
    if isinstance(link, Refusal):
        flash(_(REFUSALS.get(link.code, FAILED)), "error")
        return redirect(url_for(".show", invoice_id=invoice_id), 303)
    current = _own(person, invoice_id)
    return render_template("marketplace/bill_pay.html", person=person, invoice=current, link=link)


def _asked(invoice: Invoice) -> dict[str, str]:
    """Return what Stripe shows, in the client's language, and where it leads. It names nobody."""
    front = (shell().settings.public_url or request.url_root).rstrip("/")
    return {
        "text": translate("Invoice %(number)s", Language(invoice.language), number=invoice.number),
        "back": front + url_for(".show", invoice_id=invoice.id),
        "paid": front + url_for(".come_back", invoice_id=invoice.id),
    }


@blueprint.get("/omavastuu/<int:invoice_id>/palaa")
@allow(*CLIENT_ROLES)
@system_context
def come_back(invoice_id: int) -> Result:
    """Read what Stripe says of the payment now; the payer comes from there."""
    _own(acting(), invoice_id)
    state = read_checkout(db(), given(StripeRails).by_county, invoice_id, now=now())
    tone, text = ENDS.get(state, ("error", NOT_PAID)) if state else ("error", NOT_PAID)
    flash(_(text), tone)
    return redirect(url_for(".show", invoice_id=invoice_id), 303)
