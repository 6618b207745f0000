"""The invoices of all clients for a month: what they would be, and all of them at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint

from clearing.co_payments.actions.make_invoices_of_month import make_invoices_of_month
from clearing.co_payments.rules.invoicing import USUAL_DAYS
from foundation.vocabulary.dates import DateWindow, month_named
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, FieldError, Problem, idempotent, not_there, read_body, takes_body
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.transaction import db
from provider_portal.api.co_payment_schemas import MadeSchema, MonthInSchema, MonthSchema
from provider_portal.api.co_payments import done_or_raise, invoice_out, owed_out
from provider_portal.disclosure.co_payments import owed_to, visible_invoice
from provider_portal.load.co_payments import county_codes

blueprint = Blueprint(
    "provider_co_payment_months_api",
    __name__,
    url_prefix="/api/v1",
    description="What clients pay a provider themselves, by month",
)


@blueprint.get("/my/co-payments/<month>")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_READ)
@blueprint.response(200, MonthSchema)
def get_month(month: str) -> Answer:
    """Read what each client would be invoiced for a month; nothing is made."""
    window, codes = month_named(month) or not_there(), county_codes(db())
    owed = [
        each for each in owed_to(db(), current_provider_id(), window, **_reader()) if each.to_invoice_cents
    ]
    return {
        "month": f"{window.first:%Y-%m}",
        "total_cents": sum(each.to_invoice_cents for each in owed),
        "items": [owed_out(each, codes) for each in owed],
    }


@blueprint.post("/my/co-payment-invoices/month")
@allow(*PROVIDER_ROLES, scope=KeyScope.INVOICES_WRITE)
@idempotent
@takes_body(MonthInSchema)
@blueprint.response(201, MadeSchema)
def post_month() -> Answer:
    """Invoice every client for what has no invoice of the month yet: all of them, or none."""
    sent, codes = read_body(MonthInSchema), county_codes(db())
    made = done_or_raise(
        make_invoices_of_month(
            db(),
            current_provider_id(),
            month=_window(sent["month"]).first,
            due_on=sent.get("due_on") or today() + timedelta(days=USUAL_DAYS),
            total_cents=sent.get("total"),
            **_reader(),
        )
    )
    found = [visible_invoice(db(), current_provider_id(), key, **_reader()) for key in made]
    return {"items": [invoice_out(invoice, codes) for invoice in found if invoice is not None]}, 201


def _window(month: str) -> DateWindow:
    window = month_named(month)
    if window is None:
        title = N_("Enter a month, for example 2026-11")
        raise Problem(422, errors=[FieldError("month", "field_malformed", title)])
    return window


def _reader() -> dict[str, Any]:
    return {"actor": current_actor(), "now": now()}
