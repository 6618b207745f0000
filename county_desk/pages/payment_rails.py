"""/mt/maksutavat: how the county pays each provider; another person confirms a change."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.payments.actions.choose_rail import choose_rail, confirm_rail, withdraw_rail
from clearing.payments.gateways.stripe_rails import StripeRails
from clearing.payments.load.rails import rail_in_use, rails_of_provider, waiting_rails
from clearing.payments.load.stripe_tasks import PayableProvider, payable_providers
from clearing.payments.rules.rails import RailChoice
from clearing.payments.rules.stripe_payees import Rail
from county_desk.pages.settlement_runs import own_county
from county_desk.pages.stripe_labels import RAIL_REFUSALS, RAILS
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import SETTLEMENT_ROLES
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, fresh
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import given
from foundation.web.transaction import db

blueprint = Blueprint("county_payment_rails", __name__, template_folder="../templates")


class RailForm(Form):
    """The way of paying and why."""

    rail = ChoiceField(N_("How is the provider paid?"), [needed(N_("Choose one"))])
    why = TextField(N_("Why is it changed?"), [needed(N_("Write why")), at_most(500, N_("Write less"))])


@blueprint.get("/mt/maksutavat")
@allow(*SETTLEMENT_ROLES)
def list_all() -> Page:
    """List what waits to be confirmed, and the way of each provider."""
    county_id = own_county().id
    providers = payable_providers(db(), county_id)
    return render_template(
        "county_desk/payment_rails.html",
        waiting=waiting_rails(db(), county_id),
        providers=[(one, rail_in_use(db(), county_id, one.id)) for one in providers if one.account],
        others=sum(one.account is None for one in providers),
        is_offered=_is_offered(),
        own_id=current_actor().person_id,
        rails=RAILS,
    )


@blueprint.route("/mt/maksutavat/<int:provider_id>", methods=["GET", "POST"])
@allow(*SETTLEMENT_ROLES)
@fresh
def choose(provider_id: int) -> Result:
    """Choose how one provider is paid."""
    provider, form = _provider(provider_id), RailForm()
    form.rail.choices = [(rail.value, _(text)) for rail, text in RAILS.items()]
    if form.validate_on_submit():
        done = _choose(provider_id, Rail(form.rail.data), form.why.data or "")
        if not isinstance(done, Refusal):
            flash(_("The choice is stored. Another person confirms it."), "success")
            return redirect(url_for(".list_all"), 303)
        form.refuse(done.field or "rail", _(RAIL_REFUSALS[done.code]))
    history = rails_of_provider(db(), own_county().id, provider_id)
    return render_template(
        "county_desk/payment_rail.html", provider=provider, form=form, history=history, rails=RAILS
    )


@blueprint.post("/mt/maksutavat/vahvista/<int:rail_id>")
@allow(*SETTLEMENT_ROLES)
@fresh
def confirm(rail_id: int) -> Result:
    """Confirm another person's choice."""
    done = confirm_rail(db(), own_county().id, rail_id, actor=current_actor(), now=now())
    return _told(done, _("The choice is confirmed. It is used from 48 hours after it was made."))


@blueprint.post("/mt/maksutavat/peru/<int:rail_id>")
@allow(*SETTLEMENT_ROLES)
def withdraw(rail_id: int) -> Result:
    """Withdraw a choice that waits."""
    done = withdraw_rail(db(), own_county().id, rail_id, actor=current_actor(), now=now())
    return _told(done, _("The choice is withdrawn. The provider is paid as before."))


def _choose(provider_id: int, rail: Rail, why: str) -> int | Refusal:
    return choose_rail(db(), own_county().id, provider_id, rail, why=why, actor=current_actor(), now=now())


def _told(done: RailChoice | Refusal, text: str) -> Result:
    """Say what was done, or why it was not, on the list."""
    if isinstance(done, Refusal):
        flash(_(RAIL_REFUSALS[done.code]), "error")
    else:
        flash(text, "success")
    return redirect(url_for(".list_all"), 303)


def _provider(provider_id: int) -> PayableProvider:
    found = [one for one in payable_providers(db(), own_county().id) if one.id == provider_id]
    return found[0] if found else not_found()


def _is_offered() -> bool:
    return own_county().code in given(StripeRails).by_county
