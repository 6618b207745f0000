"""/t/omavastuut: what clients owe themselves, and the invoices to them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from clearing.co_payments.actions.decide_returned import decide_returned
from clearing.co_payments.actions.make_invoice import credit_invoice, make_invoice
from clearing.co_payments.actions.mark_paid import mark_paid, take_back_mark
from clearing.co_payments.facts.invoices import Invoice, Way
from clearing.co_payments.facts.returns import ReturnChoice
from clearing.co_payments.rules.invoicing import USUAL_DAYS
from clearing.co_payments.rules.owing import Owed
from foundation.vocabulary.bank_barcode import grouped_iban, grouped_reference
from foundation.vocabulary.dates import DateWindow, month_named
from foundation.vocabulary.labels import WAYS_OF_PAYING
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import read_page_number
from foundation.web.clock import now, today
from foundation.web.files import pdf_download
from foundation.web.forms import ChoiceField, DayField, Form, MoneyField, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.limits import limits_exports
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.documents.co_payment_invoice import credit_file, invoice_file
from provider_portal.disclosure.co_payments import (
    listed_invoices,
    listed_returns,
    owed_to,
    visible_credit_note,
    visible_invoice,
)
from provider_portal.labels import CO_PAYMENT_REFUSALS
from provider_portal.load.co_payments import is_own_invoice

blueprint = Blueprint("provider_co_payments_pages", __name__, template_folder="../templates")
MONTHS_SHOWN = 12
CHOSEN = {
    ReturnChoice.OWED.value: N_("The client owes it again. The client sees it in Omatori."),
    ReturnChoice.WAIVED.value: N_("The client does not owe it. The client sees it in Omatori."),
}
"""What is said after the provider has decided about money that went back."""


class InvoiceForm(Form):
    """The day by which the client pays."""

    due_on = DayField(
        N_("Due day"), [needed(N_("Enter the due day"))], hint=N_("The client has at least a week to pay.")
    )


class PaidForm(Form):
    """Money that came."""

    paid_on = DayField(N_("When did it come?"), [needed(N_("Enter the day"))])
    cents = MoneyField(N_("How much came?"), hint=N_("Leave empty if all of it came."))
    way = ChoiceField(N_("How was it paid?"), [needed(N_("Choose how it was paid"))])


@blueprint.get("/t/omavastuut")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show what is to be invoiced or credited, and the invoices."""
    paging, who = read_page_number(20), _reader()
    owed = owed_to(db(), current_provider_id(), shown_months(today()), **who)
    found, total = listed_invoices(
        db(), current_provider_id(), first=paging.offset, count=paging.page_size, **who
    )
    return render_template(
        "provider_portal/co_payments.html",
        owed=[each for each in owed if each.to_invoice_cents or each.waiting_cents],
        invoices=found,
        paging=paging.of(total),
    )


def shown_months(day: date) -> DateWindow:
    """Return the last twelve months, with this one until today."""
    number = day.year * 12 + day.month - MONTHS_SHOWN
    return DateWindow(date(number // 12, number % 12 + 1, 1), day)


@blueprint.route("/t/omavastuut/uusi/<int:client_id>/<month>", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def make(client_id: int, month: str) -> Result:
    """Make an invoice of a client's month."""
    owed = _owed(client_id, month)
    form = InvoiceForm(data={"due_on": today() + timedelta(days=USUAL_DAYS)})
    if form.validate_on_submit():
        wish: dict[str, Any] = {"client_id": client_id, "month": owed.month, "due_on": form.due_on.data}
        done = make_invoice(db(), current_provider_id(), **wish, **_reader())
        if not isinstance(done, Refusal):
            flash(_("The invoice is made. The client sees it in Omatori."), "success")
            return redirect(url_for(".show", invoice_id=done), 303)
        form.refuse(done.field or None, _why(done))
    return render_template("provider_portal/co_payment_new.html", owed=owed, form=form)


def _owed(client_id: int, month: str) -> Owed:
    window = month_named(month) or not_found()
    found = owed_to(db(), current_provider_id(), window, client_id=client_id, **_reader())
    return found[0] if found else not_found()


@blueprint.get("/t/omavastuut/<int:invoice_id>")
@allow(*PROVIDER_ROLES)
def show(invoice_id: int) -> Page:
    """Show one invoice, with what came for it."""
    return _shown(invoice_id, _paid_form())


@blueprint.post("/t/omavastuut/<int:invoice_id>/maksettu")
@allow(*PROVIDER_ROLES)
def mark(invoice_id: int) -> Result:
    """Mark money that came."""
    _require_own(invoice_id)
    form = _paid_form()
    if form.validate_on_submit():
        done = mark_paid(db(), invoice_id, **_paid(form), **_reader())
        if not isinstance(done, Refusal):
            flash(_("The payment is marked."), "success")
            return redirect(url_for(".show", invoice_id=invoice_id), 303)
        form.refuse("cents" if done.field == "amount" else done.field or None, _why(done))
    return _shown(invoice_id, form)


@blueprint.post("/t/omavastuut/<int:invoice_id>/maksut/<int:receipt_id>/peru")
@allow(*PROVIDER_ROLES)
def take_back(invoice_id: int, receipt_id: int) -> Result:
    """Take back a mark that was a mistake."""
    _require_own(invoice_id)
    if take_back_mark(db(), invoice_id, receipt_id, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("The mark is taken back."), "success")
    return redirect(url_for(".show", invoice_id=invoice_id), 303)


@blueprint.post("/t/omavastuut/<int:invoice_id>/hyvita")
@allow(*PROVIDER_ROLES)
def credit(invoice_id: int) -> Result:
    """Make the credit note of what was corrected."""
    _require_own(invoice_id)
    done = credit_invoice(db(), invoice_id, actor=current_actor(), now=now())
    if isinstance(done, Refusal):
        flash(_why(done), "error")
    else:
        flash(_("The credit note is made. The invoice stays as it was."), "success")
    return redirect(url_for(".show", invoice_id=invoice_id), 303)


@blueprint.post("/t/omavastuut/<int:invoice_id>/palautunut/<choice>/<int:cents>")
@allow(*PROVIDER_ROLES)
def decide(invoice_id: int, choice: str, cents: int) -> Result:
    """Say whether the client still owes what went back to the card; `cents` is what the page showed of it."""
    _require_own(invoice_id)
    if choice not in CHOSEN:
        not_found()
    done = decide_returned(
        db(), invoice_id, ReturnChoice(choice), seen_cents=Money(cents), actor=current_actor(), now=now()
    )
    flash(_(CHOSEN[choice]) if done is None else _why(done), "success" if done is None else "error")
    return redirect(url_for(".show", invoice_id=invoice_id), 303)


@blueprint.app_template_global("returned_bills")
def returned_bills() -> list[Invoice]:
    """Return the invoices of which a card payment went back or is disputed."""
    return listed_returns(db(), current_provider_id(), **_reader())


@blueprint.get("/t/omavastuut/<int:invoice_id>.pdf")
@allow(*PROVIDER_ROLES)
@limits_exports()
def download(invoice_id: int) -> Response:
    """Save the invoice in the client's language."""
    invoice = _own(invoice_id)
    content = invoice_file(invoice, Language(invoice.language))
    return pdf_download(content, f"omavastuu-{invoice.number}.pdf")


@blueprint.get("/t/omavastuut/hyvitys/<int:note_id>.pdf")
@allow(*PROVIDER_ROLES)
@limits_exports()
def download_credit(note_id: int) -> Response:
    """Save a credit note in the client's language."""
    found = visible_credit_note(db(), current_provider_id(), note_id, **_reader()) or not_found()
    content = credit_file(*found, Language(found[0].language))
    return pdf_download(content, f"hyvitys-{found[1].number}.pdf")


def _paid_form() -> PaidForm:
    form = PaidForm(data={"paid_on": today(), "way": Way.BANK.value})
    by_hand = (Way.BANK, Way.CASH)
    form.way.choices = [(way.value, _(WAYS_OF_PAYING[way.value])) for way in by_hand]
    return form


def _paid(form: PaidForm) -> dict[str, Any]:
    """Return what was typed, as the action takes it."""
    return {"cents": form.cents.data, "paid_on": form.paid_on.data, "way": Way(form.way.data or "")}


def _shown(invoice_id: int, form: PaidForm) -> Page:
    invoice = _own(invoice_id)
    return render_template(
        "provider_portal/co_payment.html",
        invoice=invoice,
        form=form,
        iban=grouped_iban(invoice.iban),
        reference=grouped_reference(invoice.reference),
    )


def _own(invoice_id: int) -> Invoice:
    return visible_invoice(db(), current_provider_id(), invoice_id, **_reader()) or not_found()


def _require_own(invoice_id: int) -> None:
    if not is_own_invoice(db(), current_provider_id(), invoice_id):
        not_found()


def _reader() -> dict[str, Any]:
    return {"actor": current_actor(), "now": now()}


def _why(refusal: Refusal) -> str:
    return _(CO_PAYMENT_REFUSALS[refusal.code], **refusal.values)
