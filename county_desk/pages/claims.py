"""/mt/saatava: one claim on a provider, until the money has come."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.payments.actions.follow_claim import mark_claim_paid, remind_of_claim
from clearing.payments.load.claims import Claim, locked_claim
from county_desk.labels import FOLLOW_REFUSALS
from county_desk.pages.settlement_runs import own_county
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.clock import now, today
from foundation.web.forms import DayField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db

blueprint = Blueprint("county_claims", __name__, template_folder="../templates")


class PaidForm(Form):
    """Which payment on the county's account pays the claim."""

    paid_on = DayField(
        N_("On which day did the money come?"), [needed(N_("Write the day, for example 1.12.2026"))]
    )
    bank_reference = TextField(
        N_("The bank's reference of the payment"),
        [needed(N_("Write the bank's reference")), at_most(100, N_("Write less"))],
        hint=N_("The archive reference on the account statement."),
    )


@blueprint.route("/mt/saatava/<int:claim_id>", methods=["GET", "POST"])
@allow(Role.SETTLEMENT_OFFICER)
def show(claim_id: int) -> Result:
    """Show a claim, and match it with the money that came."""
    claim, form = _own_claim(claim_id), PaidForm(data={"paid_on": today()})
    if form.validate_on_submit() and _is_paid(claim, form):
        flash(_("The claim is paid."), "success")
        return redirect(url_for("county_corrections.list_claims"))
    return _page(claim, form)


@blueprint.post("/mt/saatava/<int:claim_id>/muistuta")
@allow(Role.SETTLEMENT_OFFICER)
def remind(claim_id: int) -> Result:
    """Note that the provider was reminded."""
    claim, form = _own_claim(claim_id), Form()
    if form.validate_on_submit():
        done = remind_of_claim(db(), claim.id, actor=current_actor(), now=now())
        if isinstance(done, Refusal):
            flash(_("The claim is paid already."), "error")
        else:
            flash(_("The reminder is noted."), "success")
    return redirect(url_for(".show", claim_id=claim_id))


def _own_claim(claim_id: int) -> Claim:
    claim = locked_claim(db(), claim_id)
    if claim is None or claim.county_id != own_county().id:
        not_found()
    return claim


def _page(claim: Claim, form: PaidForm) -> Page:
    return render_template("county_desk/claim_one.html", claim=claim, form=form)


def _is_paid(claim: Claim, form: PaidForm) -> bool:
    assert form.paid_on.data is not None  # the form has been validated
    done = mark_claim_paid(
        db(),
        claim.id,
        paid_on=form.paid_on.data,
        bank_reference=form.bank_reference.data or "",
        actor=current_actor(),
        now=now(),
    )
    if isinstance(done, Refusal):
        form.refuse(done.field if done.field in form else "bank_reference", _(FOLLOW_REFUSALS[done.code]))
        return False
    return True
