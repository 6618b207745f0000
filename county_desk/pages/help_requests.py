"""/tt/pyynto: what a client asks of the county, and the worker's answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.disclosure.help_requests import client_request
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.request_help import LONGEST_WORDS, answer_request

blueprint = Blueprint("county_help_requests", __name__, template_folder="../templates")
KINDS = {
    "no_voucher": N_("The client does not want a voucher"),
    "help_choosing": N_("The client asks for help with choosing"),
}


@blueprint.app_template_global("help_request_kinds")
def help_request_kinds() -> dict[str, str]:
    """Return the labels of the requests."""
    return KINDS


class AnswerForm(WordedForm):
    """The worker's answer."""

    answer = TextAreaField(
        N_("Your answer to the client"),
        [needed(N_("Enter the answer")), at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("The client reads it as you write it. Say what happens next and when."),
    )


@blueprint.route("/tt/pyynto/<int:request_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def answer(request_id: int) -> Result:
    """One request, and the answer to it."""
    actor, form = current_actor(), AnswerForm()
    found = client_request(db(), actor.county_id or 0, request_id, actor=actor, now=now()) or not_found()
    if form.validate_on_submit():
        words = form.answer.data or ""
        if answer_request(db(), found, answer=words, actor=actor, now=now()) is None:
            flash(_("The client reads your answer on the start page."), "success")
            return redirect(url_for("county_worklist.show"))
        form.refuse(None, _("The request has been answered or taken back meanwhile."))
    return render_template("county_desk/help_request.html", found=found, form=form)
