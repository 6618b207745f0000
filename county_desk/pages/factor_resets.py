"""/tt/tunnistus: two people of the county take off the second factor of an owner who has lost it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.load.providers import CountyProvider, county_provider
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CASEWORK_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, TextAreaField, at_most, needed, pairs
from foundation.web.identity import allow, current_actor, fresh
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.reset_owner_factor import ask_for_reset, confirm_reset, stop_reset
from marketplace.load.factor_resets import open_resets, owners_with_factor

blueprint = Blueprint("county_factor_resets", __name__, template_folder="../templates")
FAULTS = {
    "owner_unknown": N_("Choose from the list"),
    "already_asked": N_("This has been asked for already."),
    "same_person": N_("Another person of the county confirms. Who asked does not."),
    "too_early": N_("It is too early. The owners have 72 hours to stop it."),
}


class AskForm(WordedForm):
    """Whose second factor, and how the county knows that it is the owner who asks."""

    owner = ChoiceField(N_("Owner"), [needed(N_("Choose the owner"))])
    why = TextAreaField(
        N_("How do you know who asks?"),
        [needed(N_("Enter the reason")), at_most(500, N_("Enter at most %(length)s characters"))],
        hint=N_("For example: called back at the number of the register, and not at one of the request."),
    )


@blueprint.route("/tt/tunnistus/<business_id>", methods=["GET", "POST"])
@allow(*CASEWORK_ROLES)
@fresh
def ask(business_id: str) -> Result:
    """Show the requests that wait, and ask for another."""
    provider, form = _provider(business_id), AskForm()
    form.owner.choices = pairs(owners_with_factor(db(), provider.id, today()))
    if form.validate_on_submit():
        owner, why = int(form.owner.data or 0), form.why.data or ""
        refusal = ask_for_reset(db(), provider.id, owner, why=why, actor=current_actor(), now=now())
        if refusal is None:
            flash(_("Asked for. Every owner gets a mail. After 72 hours another person confirms."), "success")
            return redirect(url_for(".ask", business_id=business_id), 303)
        form.refuse(refusal.field or None, _(FAULTS[refusal.code]))
    resets = open_resets(db(), provider.id)
    return render_template("county_desk/factor_resets.html", provider=provider, form=form, resets=resets)


def _provider(business_id: str) -> CountyProvider:
    county_id = current_actor().county_id or 0
    return county_provider(db(), county_id, business_id, day=today(), now=now()) or not_found()


@blueprint.post("/tt/tunnistus/<business_id>/<int:reset_id>/vahvista")
@allow(*CASEWORK_ROLES)
@fresh
def confirm(business_id: str, reset_id: int) -> Result:
    """Take the factor off, as the second person."""
    _own(business_id, reset_id)
    refusal = confirm_reset(db(), reset_id, actor=current_actor(), now=now())
    done = _("The second factor is taken off. The owner takes a new one into use at the next log-in.")
    return _back(business_id, refusal, done)


@blueprint.post("/tt/tunnistus/<business_id>/<int:reset_id>/pysayta")
@allow(*CASEWORK_ROLES)
def stop(business_id: str, reset_id: int) -> Result:
    """Stop a request."""
    _own(business_id, reset_id)
    refusal = stop_reset(db(), reset_id, actor=current_actor(), now=now())
    return _back(business_id, refusal, _("Stopped. The second factor stays."))


def _own(business_id: str, reset_id: int) -> None:
    """Answer 404 unless the request is one of the provider's that wait."""
    if reset_id not in {reset.id for reset in open_resets(db(), _provider(business_id).id)}:
        not_found()


def _back(business_id: str, refusal: Refusal | None, done: str) -> Result:
    if refusal is None:
        flash(done, "success")
    else:
        flash(_(FAULTS.get(refusal.code, FAULTS["same_person"])), "error")
    return redirect(url_for(".ask", business_id=business_id), 303)
