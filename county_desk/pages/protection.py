"""/tt/asiakas/<id>/turvakielto: protect a client's address, or end the protection."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.grants.actions.protect_address import protect_address
from county_desk.disclosure.clients import protection_of_client
from county_desk.pages.looking import reason_to_look, require_own_client
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result
from foundation.web.transaction import db

blueprint = Blueprint("county_protection", __name__, template_folder="../templates")
LONGEST_WHY = 200
DONE = {
    True: N_("The address is protected now."),
    False: N_("The protection of the address has ended."),
}


class ProtectionForm(Form):
    """The reason; what is changed follows from what the county knows."""

    why = TextField(
        N_("Why?"),
        [needed(N_("Say why")), at_most(LONGEST_WHY, N_("Enter at most %(length)s characters"))],
        hint=N_("For example the day of the decision. Do not write where the client lives."),
    )


@blueprint.route("/tt/asiakas/<int:client_id>/turvakielto", methods=["GET", "POST"])
@allow(Role.WORKER)
def change(client_id: int) -> Result:
    """Protect the address or end it, with a reason; first, once a day, why the worker looks."""
    require_own_client(client_id)
    if (why := reason_to_look(client_id)) is None:
        return redirect(url_for("county_clients.show", client_id=client_id), 303)
    form, actor = ProtectionForm(), current_actor()
    client = protection_of_client(db(), actor.county_id or 0, client_id, why=why, actor=actor, now=now())
    if form.validate_on_submit() and _is_changed(client_id, form, protect=not client.has_protected_address):
        return redirect(url_for("county_clients.show", client_id=client_id), 303)
    return render_template("county_desk/protection.html", form=form, client=client)


def _is_changed(client_id: int, form: ProtectionForm, *, protect: bool) -> bool:
    """Store the change; False with the fault in the form if somebody was faster."""
    done = protect_address(
        db(), client_id, protect=protect, why=form.why.data or "", actor=current_actor(), now=now()
    )
    if isinstance(done, Refusal):
        form.refuse("why", _(N_("Somebody has changed this meanwhile. Look at the client again.")))
        return False
    flash(_(DONE[protect]), "success")
    return True
