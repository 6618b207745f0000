"""/t/tilitykset: what is paid, and its reference on the bank statement."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import read_page_number
from foundation.web.clock import now, today
from foundation.web.files import csv_download, pdf_download, xlsx_download, xml_download
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import current_language
from foundation.web.limits import limits_exports
from foundation.web.pages import Page, not_found
from foundation.web.transaction import db
from provider_portal.disclosure.settlements import Statement, statement_of
from provider_portal.documents.check_links import check_link
from provider_portal.documents.self_billed import NO_INVOICE, invoice_file
from provider_portal.documents.settlement_invoice import invoice_refusal, self_billed_invoice
from provider_portal.documents.statement import statement_pdf
from provider_portal.documents.statement_tables import statement_csv, statement_workbook
from provider_portal.documents.statement_texts import sums_in_cents
from provider_portal.load.claims import open_claims_on
from provider_portal.load.settlements import (
    OwnSettlement,
    months_charged,
    own_settlement,
    own_settlements,
    unsettled,
)
from provider_portal.pages.coming_money import coming_money
from provider_portal.pages.labels import PAYMENT_WAITS, returned_text
from provider_portal.rules.self_billing import InvoiceRefusalCode

CHARGES_SHOWN = 200
MONTHS_SHOWN = 6
blueprint = Blueprint("provider_settlements_pages", __name__, template_folder="../templates")


@blueprint.get("/t/tilitykset")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show the settlements, newest first, and the latest months."""
    provider_id, paging = current_provider_id(), read_page_number(20)
    found, total = own_settlements(db(), provider_id, first=paging.offset, count=paging.page_size)
    return render_template(
        "provider_portal/settlements.html",
        settlements=found,
        paging=paging.of(total),
        unsettled=unsettled(db(), provider_id),
        **coming_money(provider_id, today()),
        payment_waits=PAYMENT_WAITS,
        claims=open_claims_on(db(), provider_id),
        months=_by_month(provider_id, today()),
    )


@blueprint.get("/t/tilitykset/<int:settlement_id>")
@allow(*PROVIDER_ROLES)
def show(settlement_id: int) -> Page:
    """Show one settlement with its sums and its charges."""
    settlement = _own(settlement_id)
    statement = statement_of(db(), settlement, most=CHARGES_SHOWN, actor=current_actor(), now=now())
    return render_template(
        "provider_portal/settlement.html",
        statement=statement,
        settlement=settlement,
        sums=sums_in_cents(statement),
        check_link=check_link(settlement),
        left_out=settlement.charge_count - CHARGES_SHOWN,
        no_invoice=_no_invoice(invoice_refusal(db(), current_provider_id(), settlement)),
        payment_waits=PAYMENT_WAITS,
        returned_text=returned_text,
    )


@blueprint.get("/t/tilitykset/<int:settlement_id>.csv")
@allow(*PROVIDER_ROLES)
@limits_exports()
def download(settlement_id: int) -> Response:
    """Download the charges of a settlement as a table in the reader's number form."""
    statement, link = _statement(settlement_id)
    return csv_download(statement_csv(statement, link, current_language()), f"tilitys-{settlement_id}.csv")


@blueprint.get("/t/tilitykset/<int:settlement_id>.xlsx")
@allow(*PROVIDER_ROLES)
@limits_exports()
def download_workbook(settlement_id: int) -> Response:
    """Download a settlement as a workbook: sums and charges."""
    data = statement_workbook(*_statement(settlement_id), current_language())
    return xlsx_download(data, f"tilitys-{settlement_id}.xlsx")


@blueprint.get("/t/tilitykset/<int:settlement_id>.pdf")
@allow(*PROVIDER_ROLES)
@limits_exports()
def download_pdf(settlement_id: int) -> Response:
    """Download the statement of a settlement, to print and for bookkeepers."""
    data = statement_pdf(*_statement(settlement_id), current_language(), now=now())
    return pdf_download(data, f"tilitys-{settlement_id}.pdf")


@blueprint.get("/t/tilitykset/<int:settlement_id>.xml")
@allow(*PROVIDER_ROLES)
@limits_exports()
def download_invoice(settlement_id: int) -> Response:
    """Download the self-billed invoice; without one go back to the settlement, which says why."""
    settlement, language = _own(settlement_id), current_language()
    made = self_billed_invoice(db(), current_provider_id(), settlement, language)
    if isinstance(made, Refusal):
        return redirect(url_for(".show", settlement_id=settlement_id), 303)
    data = invoice_file(made, check_link(settlement), language)
    return xml_download(data, f"lasku-{settlement.number}.xml")


def _no_invoice(refusal: Refusal | None) -> str:
    return "" if refusal is None else NO_INVOICE[InvoiceRefusalCode(refusal.code)]


def _statement(settlement_id: int) -> tuple[Statement, str]:
    settlement = _own(settlement_id)
    return statement_of(db(), settlement, actor=current_actor(), now=now()), check_link(settlement)


def _own(settlement_id: int) -> OwnSettlement:
    return own_settlement(db(), current_provider_id(), settlement_id) or not_found()


def _by_month(provider_id: int, day: date) -> list[tuple[date, int]]:
    """Return what the counties pay for each shown month, in whole cents; 0 for a month without charges."""
    paid = {
        month: county for month, county, _ in months_charged(db(), provider_id, first_day=_first_day(day))
    }
    return [(month, paid.get(month, 0)) for month in _months(day)] if paid else []


def _months(day: date) -> list[date]:
    """Return the first days of the shown months, this month last."""
    last = day.year * 12 + day.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS_SHOWN + 1, last + 1)]


def _first_day(day: date) -> date:
    """Return the first day of the first shown month."""
    return _months(day)[0]
