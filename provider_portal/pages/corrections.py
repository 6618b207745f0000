"""/t/kirjaukset/…/korjaa: correct a settled charge, or a part of it."""

from __future__ import annotations

from secrets import token_hex

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.charge_register import StoredCharge
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.formats import sentence_text
from foundation.web.forms import (
    ChoiceField,
    Form,
    HiddenField,
    MoneyField,
    QuantityField,
    TextAreaField,
    at_most,
    needed,
)
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db, system_context
from provider_portal.disclosure.charges import sent_before, visible_charge

REASONS = {
    CorrectionReason.WRONG_QUANTITY: N_("The quantity was wrong"),
    CorrectionReason.WRONG_PRICE: N_("The price was wrong"),
    CorrectionReason.NOT_GIVEN: N_("The visit did not take place"),
    CorrectionReason.WRONG_CLIENT: N_("The client was another person"),
    CorrectionReason.WRONG_DAY: N_("The day was wrong"),
    CorrectionReason.AGREED: N_("It was agreed with the client or the county"),
}
blueprint = Blueprint("provider_corrections_pages", __name__, template_folder="../templates")


class CorrectionForm(Form):
    """What is given back. The reference identifies the form: sent twice, it is one correction.

    A correction of a correction charges units and money again: a part of what was given back is restored.
    """

    reason = ChoiceField(N_("What was wrong?"), [needed(N_("Choose what was wrong"))])
    quantity = QuantityField(
        N_("How many units are given back?"),
        hint=N_("Units take their money with them. Leave both empty to give back all of it."),
    )
    price_cents = MoneyField(
        N_("How much of the price is given back?"),
        hint=N_("Only if the money is not in proportion to the units"),
    )
    note = TextAreaField(N_("More about the correction"), [at_most(500, N_("At most %(length)s characters"))])
    reference = HiddenField("")


@blueprint.route("/t/kirjaukset/<int:charge_id>/korjaa", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
@system_context
def correct(charge_id: int) -> Result:
    """Ask what was wrong, and correct the charge."""
    charge = sent_before(db(), current_provider_id(), charge_id) or not_found()
    form = CorrectionForm(data={"reference": f"{(charge.reference or 'K')[:50]}-K{token_hex(3)}"})
    form.reason.choices = [(reason.value, _(text)) for reason, text in REASONS.items()]
    if form.validate_on_submit():
        done = _correct(charge, form)
        if not isinstance(done, Refusal) and done.outcome != "refused":
            flash(_("The correction was made. The next payment takes it into account."), "success")
            return redirect(url_for("provider_charges_list.show", charge_id=done.id or charge_id))
        form.refuse(None, _why(done))
    scope = {"provider_id": current_provider_id(), "county_id": None}
    shown = visible_charge(db(), charge_id, **scope, actor=current_actor(), now=now())
    return render_template("provider_portal/correction.html", charge=shown, form=form)


def _correct(charge: StoredCharge, form: CorrectionForm) -> ChargeAnswer | Refusal:
    cents = form.price_cents.data
    wish = CorrectionWish(
        reference=form.reference.data or "",
        reason=CorrectionReason(form.reason.data or ""),
        quantity=form.quantity.data,
        price_cents=None if cents is None else Money(cents),
        note=form.note.data or "",
    )
    return correct_charge(db(), charge.id, wish=wish, actor=current_actor(), now=now())


def _why(done: ChargeAnswer | Refusal) -> str:
    if isinstance(done, Refusal):
        return _("The charge is no longer open.")
    return " ".join(sentence_text(finding.reason.detail, finding.values) for finding in done.findings)
