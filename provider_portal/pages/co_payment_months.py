"""/t/omavastuut/kuukausi: the invoices of all clients for a month, with one press."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.co_payments.actions.make_invoices_of_month import make_invoices_of_month
from clearing.co_payments.rules.invoicing import USUAL_DAYS
from clearing.co_payments.rules.owing import Owed
from foundation.vocabulary.dates import month_named
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.forms import DayField, Form, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _, ngettext
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from provider_portal.disclosure.co_payments import owed_to
from provider_portal.labels import CO_PAYMENT_REFUSALS

NEVER = Money(-1)
"""A sum that nobody owes: a form without the sum that was shown makes nothing."""
blueprint = Blueprint("provider_co_payment_months", __name__, template_folder="../templates")


class MonthForm(Form):
    """The day by which all clients pay."""

    due_on = DayField(
        N_("Due day"), [needed(N_("Enter the due day"))], hint=N_("The client has at least a week to pay.")
    )


@blueprint.app_template_global("months_to_invoice")
def months_to_invoice(owed: list[Owed]) -> list[tuple[date, int, Money]]:
    """Return the months of which something has no invoice, with the number of clients and the sum."""
    months = sorted({each.month for each in owed if each.to_invoice_cents}, reverse=True)
    rows = [(month, [each for each in owed if each.month == month]) for month in months]
    return [(month, len(_to_invoice(found)), _total(found)) for month, found in rows]


@blueprint.route("/t/omavastuut/kuukausi/<month>", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def make_all(month: str) -> Result:
    """Show each client's sum, and make the invoices of all."""
    window = month_named(month) or not_found()
    form = MonthForm(data={"due_on": today() + timedelta(days=USUAL_DAYS)})
    if form.validate_on_submit():
        done = _made(window.first, form)
        if not isinstance(done, Refusal):
            flash(_said(len(done)), "success")
            return redirect(url_for("provider_co_payments_pages.list_all"), 303)
        form.refuse(done.field or None, _(CO_PAYMENT_REFUSALS[done.code]))
    found = owed_to(db(), current_provider_id(), window, actor=current_actor(), now=now())
    owed = _to_invoice(found)
    return render_template(
        "provider_portal/co_payment_month.html", month=window.first, owed=owed, total=_total(found), form=form
    )


def _made(month: date, form: MonthForm) -> list[int] | Refusal:
    seen = request.form.get("total", "")
    is_sum = seen.isascii() and seen.isdigit() and len(seen) < 15
    return make_invoices_of_month(
        db(),
        current_provider_id(),
        month=month,
        due_on=form.due_on.data or today(),
        total_cents=Money(int(seen)) if is_sum else NEVER,
        actor=current_actor(),
        now=now(),
    )


def _said(count: int) -> str:
    return ngettext(
        "%(n)s invoice is made. The client sees it in Omatori.",
        "%(n)s invoices are made. The clients see them in Omatori.",
        count,
    )


def _to_invoice(owed: list[Owed]) -> list[Owed]:
    return [each for each in owed if each.to_invoice_cents]


def _total(owed: list[Owed]) -> Money:
    return Money(sum(each.to_invoice_cents for each in owed))
