"""What clients owe a provider themselves, its invoices to them, and what was paid of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from clearing.co_payments.actions.decide_returned import decide_returned
from clearing.co_payments.actions.make_invoice import credit_invoice, make_invoice
from clearing.co_payments.actions.mark_paid import mark_paid, take_back_mark
from clearing.co_payments.facts.invoices import Invoice, Way
from clearing.co_payments.facts.returns import ReturnChoice
from clearing.co_payments.rules.invoicing import USUAL_DAYS
from clearing.co_payments.rules.owing import Owed
from foundation.vocabulary.dates import DateWindow, PeriodKind, month_named, period_of
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    FieldError,
    Problem,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    takes_body,
    takes_paging,
)
from foundation.web.clock import now, today
from foundation.web.files import pdf_download
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.limits import limits_exports
from foundation.web.transaction import db
from marketplace.documents.co_payment_invoice import credit_file, invoice_file
from provider_portal.api.co_payment_schemas import (
    InvoiceInSchema,
    InvoiceSchema,
    OwedSchema,
    PaidInSchema,
    ReturnedInSchema,
)
from provider_portal.disclosure.co_payments import (
    listed_invoices,
    owed_to,
    visible_credit_note,
    visible_invoice,
)
from provider_portal.labels import CO_PAYMENT_REFUSALS
from provider_portal.load.co_payments import client_with_number, county_codes, is_own_invoice

blueprint = Blueprint(
    "provider_co_payments",
    __name__,
    url_prefix="/api/v1",
    description="What clients pay a provider themselves",
)
MONTHS_LISTED = 12


@blueprint.get("/my/co-payments")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_READ)
@takes_paging
@blueprint.response(200, paged_schema(OwedSchema))
def list_owed() -> Answer:
    """List what each client owes by month of service, the last twelve months, the newest first."""
    paging = read_paging()
    found = owed_to(db(), current_provider_id(), _listed_months(today()), **_reader())
    codes, shown = county_codes(db()), found[paging.offset : paging.offset + paging.page_size]
    return paged([owed_out(each, codes) for each in shown], paging, len(found))


@blueprint.get("/my/co-payment-invoices")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_READ)
@takes_paging
@blueprint.response(200, paged_schema(InvoiceSchema))
def list_invoices() -> Answer:
    """List my invoices of own shares, the newest first."""
    paging, codes = read_paging(), county_codes(db())
    found, total = listed_invoices(
        db(), current_provider_id(), first=paging.offset, count=paging.page_size, **_reader()
    )
    return paged([invoice_out(invoice, codes) for invoice in found], paging, total)


@blueprint.post("/my/co-payment-invoices")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_WRITE)
@idempotent
@takes_body(InvoiceInSchema)
@blueprint.response(201, InvoiceSchema)
def post_invoice() -> Answer:
    """Invoice what a client owes for a month and has no invoice yet."""
    return _out(_made(read_body(InvoiceInSchema))), 201


@blueprint.get("/my/co-payment-invoices/<int:invoice_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_READ)
@blueprint.response(200, InvoiceSchema)
def get_invoice(invoice_id: int) -> Answer:
    """Read one invoice."""
    return _out(invoice_id)


@blueprint.get("/my/co-payment-invoices/<int:invoice_id>.pdf")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_READ)
@limits_exports()
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def get_invoice_pdf(invoice_id: int) -> Response:
    """Read the invoice as a PDF file, in the client's language, with the bank barcode and a QR code."""
    invoice = _own(invoice_id)
    return pdf_download(invoice_file(invoice, Language(invoice.language)), f"invoice-{invoice.number}.pdf")


@blueprint.get("/my/co-payment-credit-notes/<int:note_id>.pdf")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_READ)
@limits_exports()
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def get_credit_note_pdf(note_id: int) -> Response:
    """Read a credit note as a PDF file, in the client's language."""
    found = visible_credit_note(db(), current_provider_id(), note_id, **_reader()) or not_there()
    return pdf_download(credit_file(*found, Language(found[0].language)), f"credit-{found[1].number}.pdf")


@blueprint.post("/my/co-payment-invoices/<int:invoice_id>/credit")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_WRITE)
@idempotent
@blueprint.response(201, InvoiceSchema)
def post_credit(invoice_id: int) -> Answer:
    """Credit what was corrected after the invoice was made; the invoice itself does not change."""
    _require_own(invoice_id)
    done_or_raise(credit_invoice(db(), invoice_id, actor=current_actor(), now=now()))
    return _out(invoice_id), 201


@blueprint.post("/my/co-payment-invoices/<int:invoice_id>/receipts")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_WRITE)
@idempotent
@takes_body(PaidInSchema)
@blueprint.response(201, InvoiceSchema)
def post_receipt(invoice_id: int) -> Answer:
    """Mark money that came for an invoice."""
    _require_own(invoice_id)
    sent = read_body(PaidInSchema)
    how = {"cents": sent.get("amount"), "paid_on": sent["paid_on"], "way": Way(sent["way"])}
    done_or_raise(mark_paid(db(), invoice_id, **how, actor=current_actor(), now=now()))
    return _out(invoice_id), 201


@blueprint.post("/my/co-payment-invoices/<int:invoice_id>/returned")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_WRITE)
@idempotent
@takes_body(ReturnedInSchema)
@blueprint.response(201, InvoiceSchema)
def post_returned(invoice_id: int) -> Answer:
    """Say whether the client still owes what went back to the payer's card."""
    _require_own(invoice_id)
    sent = read_body(ReturnedInSchema)
    choice, seen = ReturnChoice(sent["choice"]), sent.get("undecided")
    done_or_raise(decide_returned(db(), invoice_id, choice, seen_cents=seen, **_reader()))
    return _out(invoice_id), 201


@blueprint.delete("/my/co-payment-invoices/<int:invoice_id>/receipts/<int:receipt_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_WRITE)
@blueprint.response(200, InvoiceSchema)
def delete_receipt(invoice_id: int, receipt_id: int) -> Answer:
    """Take back a mark that was a mistake. What came by Stripe stays."""
    _require_own(invoice_id)
    if take_back_mark(db(), invoice_id, receipt_id, actor=current_actor(), now=now()) is not None:
        not_there()
    return _out(invoice_id)


def _made(sent: dict[str, Any]) -> int:
    """Make the invoice that was asked for; return its id."""
    window, client_id = month_named(sent["month"]), client_with_number(db(), sent["county"], sent["client"])
    if window is None:
        raise _wrong("month", "field_malformed", N_("Enter a month, for example 2026-11"))
    if client_id is None:
        raise _wrong("client", "client_unknown", N_("You serve no such client"))
    done = make_invoice(
        db(),
        current_provider_id(),
        client_id=client_id,
        month=window.first,
        due_on=sent.get("due_on") or today() + timedelta(days=USUAL_DAYS),
        actor=current_actor(),
        now=now(),
    )
    made: int = done_or_raise(done)
    return made


def _listed_months(day: date) -> DateWindow:
    number = day.year * 12 + day.month - MONTHS_LISTED
    return DateWindow(date(number // 12, number % 12 + 1, 1), period_of(PeriodKind.MONTH, day).last)


def _own(invoice_id: int) -> Invoice:
    return visible_invoice(db(), current_provider_id(), invoice_id, **_reader()) or not_there()


def _require_own(invoice_id: int) -> None:
    if not is_own_invoice(db(), current_provider_id(), invoice_id):
        not_there()


def _reader() -> dict[str, Any]:
    return {"actor": current_actor(), "now": now()}


def done_or_raise(done: Any) -> Any:
    """Return what an action returned; raise what it refused."""
    if not isinstance(done, Refusal):
        return done
    title = CO_PAYMENT_REFUSALS[done.code]
    if done.field:
        raise Problem(422, errors=[FieldError(done.field, done.code, title)])
    raise Problem(409, done.code, title)


def _wrong(field: str, code: str, title: str) -> Problem:
    return Problem(422, errors=[FieldError(field, code, title)])


def _out(invoice_id: int) -> dict[str, Any]:
    return invoice_out(_own(invoice_id), county_codes(db()))


def owed_out(owed: Owed, codes: dict[int, str]) -> dict[str, Any]:
    """Return what a client owes for a month, as the API answers it."""
    names = ("own_cents", "invoiced_cents", "to_invoice_cents", "to_credit_cents", "waiting_cents")
    return {
        "county": codes[owed.county_id],
        "client": owed.client_number,
        "client_name": owed.client_name,
        "month": f"{owed.month:%Y-%m}",
        **{name: getattr(owed, name) for name in names},
    }


def invoice_out(invoice: Invoice, codes: dict[int, str]) -> dict[str, Any]:
    """Return an invoice, as the API answers it."""
    names = ("id", "number", "client_name", "made_on", "due_on", "reference", "iban", "to_credit_cents")
    sums = ("sum_cents", "credited_cents", "paid_cents", "open_cents", "returned_cents", "waived_cents")
    return {
        **{name: getattr(invoice, name) for name in (*names, *sums, "undecided_cents", "disputed_cents")},
        "county": codes[invoice.county_id],
        "client": invoice.client_number,
        "month": f"{invoice.month:%Y-%m}",
        "state": invoice.state(today()).value,
        "lines": [{**_line(line), "service": line.service[0]} for line in invoice.lines],
        "credit_notes": invoice.credits,
        "receipts": [receipt for receipt in invoice.receipts if receipt.undone_at is None],
    }


def _line(line: Any) -> dict[str, Any]:
    names = ("charge_id", "service_day", "unit", "quantity", "cents", "vat_percent_hundredths")
    return {name: getattr(line, name) for name in names}
