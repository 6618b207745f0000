"""/mt/stripe: what waits for a person at Stripe, the comparison with Stripe, and taking payments back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.payments.actions.close_finding import close_finding
from clearing.payments.actions.compare_with_stripe import compare_with_stripe
from clearing.payments.actions.reverse_transfer import approve_reversal, ask_reversal
from clearing.payments.gateways.stripe_rails import StripeRails
from clearing.payments.load.stripe_comparisons import last_comparison
from clearing.payments.load.stripe_tasks import open_findings, waiting_calls
from county_desk import labels
from county_desk.pages.settlement_runs import own_county, own_run
from county_desk.pages.stripe_labels import CALL_KINDS, FINDINGS, RAIL_REFUSALS, call_error
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import SETTLEMENT_ROLES, Role
from foundation.web.clock import now
from foundation.web.forms import Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, fresh
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import given, shell
from foundation.web.transaction import db

blueprint = Blueprint("county_stripe", __name__, template_folder="../templates")


class WhyForm(Form):
    """What a person found out, or why a payment is taken back."""

    why = TextField(N_("What did you find out?"), [needed(N_("Write why")), at_most(500, N_("Write less"))])


class ReversalForm(Form):
    """Why a payment is taken back."""

    why = TextField(N_("Why is it taken back?"), [needed(N_("Write why")), at_most(500, N_("Write less"))])


@blueprint.get("/mt/stripe")
@allow(*SETTLEMENT_ROLES)
def show() -> Page:
    """Show what waits, the oldest first."""
    county = own_county()
    return render_template(
        "county_desk/stripe.html",
        findings=open_findings(db(), county.id),
        calls=waiting_calls(db(), county.id),
        compared=last_comparison(db(), county.id),
        is_offered=county.code in given(StripeRails).by_county,
        words=FINDINGS,
        kinds=CALL_KINDS,
        call_error=call_error,
        role=current_actor().role,
        own_id=current_actor().person_id,
    )


@blueprint.route("/mt/stripe/havainto", methods=["GET", "POST"])
@allow(*SETTLEMENT_ROLES)
def close() -> Result:
    """Close one finding, with what was found out."""
    finding_id, form = request.args.get("id", ""), WhyForm()
    county_id = own_county().id
    found = [one for one in open_findings(db(), county_id) if one.id == finding_id]
    if not found:
        not_found()
    if form.validate_on_submit():
        why = form.why.data or ""
        done = close_finding(db(), county_id, finding_id, why=why, actor=current_actor(), now=now())
        return _told(done, _("Closed. The provider can be paid again."))
    return render_template("county_desk/stripe_finding.html", finding=found[0], form=form, words=FINDINGS)


@blueprint.post("/mt/stripe/vertaa")
@allow(*SETTLEMENT_ROLES)
def compare() -> Result:
    """Compare the county's payments with Stripe's own list now."""
    county = own_county()
    rail = given(StripeRails).by_county.get(county.code) or not_found()
    done = compare_with_stripe(shell().system_sessions, county, rail, now=now())
    return _told(done, _("Compared."))


@blueprint.route("/mt/ajot/<int:run_id>/takaisin/<int:payment_id>", methods=["GET", "POST"])
@allow(Role.SETTLEMENT_OFFICER)
@fresh
def ask_back(run_id: int, payment_id: int) -> Result:
    """Ask that a payment by Stripe is taken back."""
    payments = [one for one in own_run(run_id).payments if one.id == payment_id and one.line.stripe_account]
    if not payments:
        not_found()
    form = ReversalForm()
    if form.validate_on_submit():
        why = form.why.data or ""
        done = ask_reversal(db(), payment_id, why=why, actor=current_actor(), now=now())
        return _told(done, _("Asked. Another person approves it."))
    return render_template("county_desk/stripe_reversal.html", payment=payments[0], run_id=run_id, form=form)


@blueprint.post("/mt/ajot/<int:run_id>/takaisin/<int:payment_id>/hyvaksy")
@allow(Role.SETTLEMENT_APPROVER)
@fresh
def approve_back(run_id: int, payment_id: int) -> Result:
    """Approve that a payment is taken back."""
    if payment_id not in {one.id for one in own_run(run_id).payments}:
        not_found()
    done = approve_reversal(db(), payment_id, actor=current_actor(), now=now())
    return _told(done, _("Approved. Stripe takes the money back."))


def _told(done: object, text: str) -> Result:
    """Say what was done, or why it was not, on the page of Stripe."""
    if isinstance(done, Refusal):
        flash(_({**labels.RUN_REFUSALS, **RAIL_REFUSALS}[done.code]), "error")
    else:
        flash(text, "success")
    return redirect(url_for(".show"), 303)
