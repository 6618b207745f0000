"""Settlements of a provider, with the reference on the bank statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, Problem, not_there, paged, paged_schema, read_paging, takes_paging
from foundation.web.clock import now, today
from foundation.web.files import XLSX, csv_download, pdf_download, xlsx_download, xml_download
from foundation.web.identity import allow, current_actor, current_provider_id, public
from foundation.web.languages import current_language
from foundation.web.limits import limit_guesses, limits_exports
from foundation.web.transaction import db, system_context
from provider_portal.api.charge_answers import listed_charge
from provider_portal.api.settlement_schemas import (
    CheckedStatementSchema,
    ExpectedPaymentsSchema,
    SettlementDetailSchema,
    SettlementSchema,
)
from provider_portal.disclosure.settlements import Statement, statement_of
from provider_portal.documents.check_links import check_link
from provider_portal.documents.self_billed import NO_INVOICE, invoice_file
from provider_portal.documents.settlement_invoice import self_billed_invoice
from provider_portal.documents.statement import statement_pdf
from provider_portal.documents.statement_tables import statement_workbook
from provider_portal.load.expected_payments import (
    ExpectedPayment,
    HeldPayment,
    OpenPayDay,
    expected_payments,
    held_payments,
    open_pay_days,
)
from provider_portal.load.settlement_file import settlement_file
from provider_portal.load.settlements import (
    OwnSettlement,
    own_settlement,
    own_settlements,
    settlement_by_code,
)
from provider_portal.rules.self_billing import InvoiceRefusalCode

blueprint = Blueprint(
    "provider_settlements", __name__, url_prefix="/api/v1", description="Settlements of a provider"
)
BINARY = {"type": "string", "format": "binary"}


@blueprint.get("/settlements")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@takes_paging
@blueprint.response(200, paged_schema(SettlementSchema))
def list_settlements() -> Answer:
    """List my settlements, newest first."""
    paging = read_paging()
    found, total = own_settlements(db(), current_provider_id(), first=paging.offset, count=paging.page_size)
    return paged([settlement_out(settlement) for settlement in found], paging, total)


@blueprint.get("/settlements/expected")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@blueprint.response(200, ExpectedPaymentsSchema)
def list_expected() -> Answer:
    """Read on which days my accepted charges are paid if the county approves the runs."""
    provider_id, day = current_provider_id(), today()
    return {
        "items": [_expected_out(each) for each in expected_payments(db(), provider_id, day)],
        "on_hold": [_held_out(each) for each in held_payments(db(), provider_id, day)],
        "pay_days": [_pay_day_out(each) for each in open_pay_days(db(), provider_id, day)],
    }


@blueprint.get("/settlements/<int:settlement_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@blueprint.response(200, SettlementDetailSchema)
def get_settlement(settlement_id: int) -> Answer:
    """Read one settlement with its charges."""
    return _detail(settlement_id)


@blueprint.get("/settlements/<int:settlement_id>.json")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@limits_exports()
@blueprint.response(200, SettlementDetailSchema)
def get_settlement_json(settlement_id: int) -> Answer:
    """Read one settlement as a file to save."""
    return _detail(settlement_id)


@blueprint.get("/settlements/<int:settlement_id>.csv")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@limits_exports()
@blueprint.response(200, {"type": "string"}, content_type="text/csv")
def get_settlement_csv(settlement_id: int) -> Answer:
    """Read the charges of a settlement as a table for programs."""
    statement, link = _statement(settlement_id)
    data = settlement_file(statement.settlement, statement.charges, link)
    return csv_download(data, f"settlement-{settlement_id}.csv")


@blueprint.get("/settlements/<int:settlement_id>.xlsx")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@limits_exports()
@blueprint.response(200, BINARY, content_type=XLSX)
def get_settlement_workbook(settlement_id: int) -> Answer:
    """Read a settlement as a workbook, in the language of `Accept-Language`."""
    data = statement_workbook(*_statement(settlement_id), current_language())
    return xlsx_download(data, f"settlement-{settlement_id}.xlsx")


@blueprint.get("/settlements/<int:settlement_id>.pdf")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@limits_exports()
@blueprint.response(200, BINARY, content_type="application/pdf")
def get_settlement_pdf(settlement_id: int) -> Answer:
    """Read the statement of a settlement as a tagged PDF file, in the language of `Accept-Language`."""
    data = statement_pdf(*_statement(settlement_id), current_language(), now=now())
    return pdf_download(data, f"settlement-{settlement_id}.pdf")


@blueprint.get("/settlements/<int:settlement_id>.xml")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@limits_exports()
@blueprint.response(200, BINARY, content_type="application/xml")
def get_settlement_invoice(settlement_id: int) -> Answer:
    """Read the self-billed invoice of a settlement (UBL 2.1, EN 16931); 409 says why there is none."""
    settlement, language = _own(settlement_id), current_language()
    made = self_billed_invoice(db(), current_provider_id(), settlement, language)
    if isinstance(made, Refusal):
        raise Problem(409, made.code, NO_INVOICE[InvoiceRefusalCode(made.code)])
    return xml_download(
        invoice_file(made, check_link(settlement), language), f"invoice-{settlement.number}.xml"
    )


@blueprint.get("/statements/<uuid:check_code>")
@public
@system_context
@blueprint.response(200, CheckedStatementSchema)
def check_statement(check_code: UUID) -> Answer:
    """Read what the books hold of a statement, by the code at the end of its check link. No log-in."""
    guess = limit_guesses("statement")
    settlement = settlement_by_code(db(), check_code)
    if settlement is None:
        guess.was_wrong()
        return not_there()
    return checked_out(settlement)


def _own(settlement_id: int) -> OwnSettlement:
    return own_settlement(db(), current_provider_id(), settlement_id) or not_there()


def _statement(settlement_id: int) -> tuple[Statement, str]:
    settlement = _own(settlement_id)
    return statement_of(db(), settlement, actor=current_actor(), now=now()), check_link(settlement)


def _detail(settlement_id: int) -> dict[str, Any]:
    statement, link = _statement(settlement_id)
    sums = statement.sums
    return {
        **settlement_out(statement.settlement),
        "hash": statement.settlement.approved_hash,
        "check_link": link or None,
        "charged": sums.charged_cents,
        "corrected": sums.corrected_cents,
        "services": sums.lines,
        "items": [listed_charge(charge) for charge in statement.charges],
    }


def _expected_out(each: ExpectedPayment) -> dict[str, Any]:
    return {
        "county": each.county,
        "day": each.expected and each.expected.day,
        "late": each.expected and each.expected.is_late,
        "waiting": each.waiting,
        "charges": each.charge_count,
        "sum": each.sum_cents,
    }


def _held_out(each: HeldPayment) -> dict[str, Any]:
    return {"county": each.county, "charges": each.charge_count, "sum": each.sum_cents}


def _pay_day_out(each: OpenPayDay) -> dict[str, Any]:
    pay_day = each.pay_day
    return {
        "county": each.county,
        "day": pay_day and pay_day.day,
        "cut_off": pay_day and pay_day.cut_off,
    }


def settlement_out(settlement: OwnSettlement) -> dict[str, Any]:
    """Return a settlement under the contract's names; money is in cents."""
    return {
        "id": settlement.id,
        "number": settlement.number,
        "county": settlement.county,
        "until": settlement.until,
        "state": settlement.state,
        "charges": settlement.charge_count,
        "sum": settlement.sum_cents,
        "waiting": settlement.waiting,
        "payment": settlement.payment,
    }


def checked_out(settlement: OwnSettlement) -> dict[str, Any]:
    """Return what anyone who holds a statement may see of it: nothing of clients, nor of bank accounts."""
    payment = settlement.payment
    return {
        "number": settlement.number,
        "county": settlement.county,
        "provider": {"business_id": settlement.business_id, "name": settlement.provider_name},
        "until": settlement.until,
        "state": settlement.state,
        "sum": settlement.sum_cents,
        "payment": None if payment is None else payment.sum_cents,
        "paid_on": None if payment is None or settlement.state != "paid" else payment.answered_on,
        "hash": settlement.approved_hash,
    }
