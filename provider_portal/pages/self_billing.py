"""/t/yritys/laskut: an owner agrees that counties make invoices in the company's name, or ends that."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.clock import now, today
from foundation.web.fields import DayField
from foundation.web.forms import Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Result
from foundation.web.transaction import db
from provider_portal.actions.agree_self_billing import agree_self_billing, end_self_billing
from provider_portal.load.self_billing import agreements_of

blueprint = Blueprint("provider_self_billing", __name__, template_folder="../templates")
LONGEST = 100
TOO_LONG = N_("Use at most 100 characters")
FAULTS = {
    "day_in_future": N_("Enter today or an earlier day"),
    "postcode_malformed": N_("Check the postal code: it has 5 digits"),
    "self_billing_in_force": N_("You have agreed already"),
    "self_billing_overlaps": N_("Enter a later day: an earlier agreement was in force on this day"),
}


class AgreementForm(Form):
    """From when on, and the company's address on invoices."""

    first = DayField(
        N_("Agreed from"),
        [needed(N_("Enter the day from which it is agreed"))],
        hint=N_("An earlier day if you have agreed with the county before, for example in your contract."),
    )
    street = TextField(
        N_("Street address"), [needed(N_("Enter the street address")), at_most(LONGEST, TOO_LONG)]
    )
    postcode = TextField(N_("Postal code"), [needed(N_("Enter the postal code"))])
    town = TextField(N_("Post office"), [needed(N_("Enter the post office")), at_most(LONGEST, TOO_LONG)])


@blueprint.route("/t/yritys/laskut", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def agree() -> Result:
    """Show what is agreed, and agree."""
    form = AgreementForm(first=today())
    if form.validate_on_submit():
        refusal = _agree(form)
        if refusal is None:
            flash(_("It is agreed. Settlements that are approved from now on have an invoice."), "success")
            return redirect(url_for(".agree"), 303)
        form.refuse(refusal.field or "first", _(FAULTS[refusal.code]))
    agreements = agreements_of(db(), current_provider_id())
    return render_template("provider_portal/self_billing.html", form=form, agreements=agreements)


def _agree(form: AgreementForm) -> Refusal | None:
    assert form.first.data is not None
    return agree_self_billing(
        db(),
        current_provider_id(),
        form.first.data,
        street=form.street.data or "",
        postcode=form.postcode.data or "",
        town=form.town.data or "",
        actor=current_actor(),
        now=now(),
    )


@blueprint.post("/t/yritys/laskut/lopeta")
@allow(*PROVIDER_OWNERS)
def end() -> Result:
    """End the agreement today."""
    refusal = end_self_billing(db(), current_provider_id(), actor=current_actor(), now=now())
    if refusal is None:
        flash(_("The agreement has ended. Invoices that were made stay."), "success")
    return redirect(url_for(".agree"), 303)
