"""/tt/selvitettava/…/keskustelu: what client and provider say about a visit, and the county's decision."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.charges.disputes.actions.state_in_dispute import state_in_dispute
from clearing.charges.disputes.facts.thread import Act, Statement
from clearing.charges.disputes.rules.statements import NOTHING, QUANTITY_MISSING, agreed_quantity
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.dispute_labels import DECISIONS, REFUSALS
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, HiddenField, QuantityField, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.disclosure.disputes import disputed_charge
from marketplace.load.catalogue import service_names

blueprint = Blueprint("county_disputes", __name__, template_folder="../templates")
PART, ALL = "part", "all"


class DecisionForm(WordedForm):
    """The county's decision. `after` is the entry that was read last."""

    decision = ChoiceField(
        N_("What do you decide?"), [needed(N_("Choose one"))], choices=list(DECISIONS.items())
    )
    quantity = QuantityField(N_("How much was it?"), hint=N_("Only if a part of it is paid."))
    words = TextAreaField(
        N_("Why?"),
        [needed(N_("Enter the reason")), at_most(2000, N_("Enter at most %(length)s characters"))],
        hint=N_("The provider, the client and the auditor can read it."),
    )
    after = HiddenField("")

    def statement(self) -> Statement | Refusal:
        """Return the decision; without the figure of a part it is refused."""
        if self.decision.data == PART and self.quantity.data is None:
            return QUANTITY_MISSING
        part = self.quantity.data if self.decision.data == PART else NOTHING
        quantity = None if self.decision.data == ALL else part
        return Statement(Act.DECIDE, self.words.data or "", quantity=quantity)


@blueprint.route("/tt/selvitettava/<int:charge_id>/keskustelu", methods=["GET", "POST"])
@allow(Role.WORKER)
def decide(charge_id: int) -> Result:
    """Show the thread, and take the county's decision."""
    form = DecisionForm()
    found = disputed_charge(db(), charge_id, actor=current_actor(), now=now()) or not_found()
    if form.validate_on_submit() and _decided(form, charge_id):
        flash(_("The decision is made. The client and the provider read the reason."), "success")
        return redirect(url_for(".decide", charge_id=charge_id))
    form.after.data = str(found.thread.last_number)
    agreed = agreed_quantity(found.thread)
    page = {"found": found, "form": form, "agreed": agreed, "names": service_names(db())}
    return render_template("county_desk/dispute.html", **page)


def _decided(form: DecisionForm, charge_id: int) -> bool:
    said: object = form.statement()
    if isinstance(said, Statement):
        after = read_id(form.after.data or "")
        said = state_in_dispute(db(), charge_id, said, actor=current_actor(), now=now(), after=after)
    if not isinstance(said, Refusal):
        return True
    place = said.field if said.field in ("words", "quantity") else None
    form.refuse(place, _(REFUSALS[said.code]))
    return False
