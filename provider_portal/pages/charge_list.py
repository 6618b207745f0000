"""/t/kirjaukset: find a charge, read why it was refused, correct it or withdraw it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.actions.withdraw_charge import WithdrawalRefusalCode, withdraw_charge
from clearing.charges.load.charge_register import ChargeFilter
from clearing.charges.load.charge_sums import sums_by_state
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.labels import CHARGE_STATES
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import read_page_number
from foundation.web.clock import now
from foundation.web.forms import DayField, Form, TextAreaField, TextField, at_most
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db, system_context
from provider_portal.disclosure.charges import listed_charges, visible_charge
from provider_portal.load.own_charges import is_own_charge

COUNTED_STATES = ("accepted", "on_hold", "settled")
"""Charges that are paid, or may be; the sums of the others mean nothing to their provider."""
blueprint = Blueprint("provider_charges_list", __name__, template_folder="../templates")
WITHDRAWAL_REFUSALS: Mapping[str, str] = {
    WithdrawalRefusalCode.SETTLED: N_("The charge has been settled, so it can no longer be withdrawn."),
    WithdrawalRefusalCode.NOT_OPEN: N_("The charge is no longer open."),
    WithdrawalRefusalCode.CORRECTED: N_("The charge has been corrected, so it can no longer be withdrawn."),
}


class FilterForm(Form):
    """Filters of the list; sent by GET."""

    class Meta:
        """Sent by GET, so no CSRF token is needed."""

        csrf = False

    viite = TextField(N_("Your reference"))
    seteli = TextField(N_("Voucher code"))
    alkaen = DayField(N_("First service day"))
    asti = DayField(N_("Last service day"))


class WithdrawForm(Form):
    """Why a charge is withdrawn."""

    why = TextAreaField(
        N_("Why are you withdrawing it?"), [at_most(500, N_("At most %(length)s characters"))]
    )


@blueprint.get("/t/kirjaukset")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show the charges, newest first."""
    form = FilterForm(request.args)
    form.validate()
    state = request.args.get("state", "")
    return _list_page(form, state if state in CHARGE_STATES else "")


@blueprint.get("/t/kirjaukset/<int:charge_id>")
@allow(*PROVIDER_ROLES)
def show(charge_id: int) -> Page:
    """Show one charge with its reasons."""
    return _page(charge_id, WithdrawForm(formdata=None))


@blueprint.post("/t/kirjaukset/<int:charge_id>/peru")
@allow(*PROVIDER_ROLES)
@system_context
def withdraw(charge_id: int) -> Result:
    """Withdraw the charge."""
    form = WithdrawForm()
    if not is_own_charge(db(), current_provider_id(), charge_id):
        not_found()
    if not form.validate_on_submit():
        return _page(charge_id, form)
    done = withdraw_charge(db(), charge_id, actor=current_actor(), now=now(), why=form.why.data or "")
    if isinstance(done, Refusal):
        flash(_(WITHDRAWAL_REFUSALS[done.code]), "error")
    else:
        flash(_("The charge was withdrawn. Its money is free again."), "success")
    return redirect(url_for(".show", charge_id=charge_id))


def _list_page(form: FilterForm, state: str) -> Page:
    criteria, paging = _filter(form, state), read_page_number(25)
    window = {"first": paging.offset, "count": paging.page_size}
    charges, total = listed_charges(db(), criteria, **window, actor=current_actor(), now=now())
    return render_template(
        "provider_portal/charges.html",
        form=form,
        state=state,
        charges=charges,
        paging=paging.of(total),
        sums=[sum_ for sum_ in sums_by_state(db(), criteria) if sum_.state in COUNTED_STATES],
        filters={name: value for name, value in request.args.items() if name in form},
    )


def _page(charge_id: int, form: WithdrawForm) -> Page:
    scope = {"provider_id": current_provider_id(), "county_id": None}
    charge = visible_charge(db(), charge_id, **scope, actor=current_actor(), now=now()) or not_found()
    return render_template("provider_portal/charge.html", charge=charge, form=form)


def _filter(form: FilterForm, state: str) -> ChargeFilter:
    states = {"refused": ("refused", "rejected")}.get(state, (state,) if state in CHARGE_STATES else ())
    voucher = normalise_voucher(form.seteli.data) if form.seteli.data else None
    return ChargeFilter(
        provider_id=current_provider_id(),
        states=states,
        reference=form.viite.data or None,
        voucher=voucher,
        first_day=form.alkaen.data,
        last_day=form.asti.data,
    )
