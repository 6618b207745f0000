"""/t/kirjaukset/…/keskustelu: what a client says is not right about a visit, and the provider's answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.charges.disputes.actions.state_in_dispute import state_in_dispute
from clearing.charges.disputes.facts.thread import Act, Claim, Statement, Thread
from foundation.vocabulary.dispute_labels import REFUSALS
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.formats import quantity_text
from foundation.web.forms import (
    ChoiceField,
    Form,
    HiddenField,
    QuantityField,
    TextAreaField,
    at_most,
    needed,
)
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.disclosure.disputes import disputed_charge

blueprint = Blueprint("provider_disputes", __name__, template_folder="../templates")


class AnswerForm(Form):
    """The provider's answer. `after` is the entry that was read last."""

    act = ChoiceField(N_("What do you answer?"), [needed(N_("Choose one"))])
    quantity = QuantityField(N_("How much was it?"), hint=N_("Only if you agree in part."))
    words = TextAreaField(
        N_("In your own words"),
        [at_most(2000, N_("Enter at most %(length)s characters"))],
        hint=N_("The client and the county can read it. Say why, if the charge is right."),
    )
    after = HiddenField("")


@blueprint.route("/t/kirjaukset/<int:charge_id>/keskustelu", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def answer(charge_id: int) -> Result:
    """Show the thread, and take the answer to the client's claim."""
    form = AnswerForm()
    found = disputed_charge(db(), charge_id, actor=current_actor(), now=now()) or not_found()
    form.act.choices = _choices(found.thread, found.charge.unit or "")
    if form.validate_on_submit() and _answered(form, charge_id):
        return redirect(url_for(".answer", charge_id=charge_id))
    form.after.data = str(found.thread.last_number)
    return render_template("provider_portal/dispute.html", found=found, form=form)


def _refuse(form: AnswerForm, refusal: Refusal) -> None:
    place = refusal.field if refusal.field in ("words", "quantity") else None
    form.refuse(place, _(REFUSALS[refusal.code]))


def _choices(thread: Thread, unit: str) -> list[tuple[str, str]]:
    claim = thread.newest_claim
    agree = _("We agree. The whole charge is taken back.")
    if claim.claim is Claim.QUANTITY and claim.quantity is not None:
        agree = _("We agree: it was %(quantity)s.", quantity=quantity_text(claim.quantity, unit))
    return [
        (Act.AGREE.value, agree),
        (Act.PARTLY.value, _("We agree in part. Enter below how much it was.")),
        (Act.STAND.value, _("The charge is right. Say below why.")),
    ]


def _answered(form: AnswerForm, charge_id: int) -> bool:
    act = Act(form.act.data or "")
    quantity = form.quantity.data if act is Act.PARTLY else None
    said = state_in_dispute(
        db(),
        charge_id,
        Statement(act, form.words.data or "", quantity=quantity),
        actor=current_actor(),
        now=now(),
        after=read_id(form.after.data or ""),
    )
    if isinstance(said, Refusal):
        _refuse(form, said)
        return False
    flash(_("Your answer has been sent."), "success")
    return True
