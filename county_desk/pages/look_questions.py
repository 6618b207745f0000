"""/tt/kysymys: a client asks why somebody used the client's data, and the county's answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.ask_why import LONGEST_WORDS, answer_why
from marketplace.disclosure.look_questions import question_to_answer

blueprint = Blueprint("county_look_questions", __name__, template_folder="../templates")


class AnswerForm(WordedForm):
    """The county's answer."""

    answer = TextAreaField(
        N_("Why was the data used?"),
        [needed(N_("Enter the answer")), at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("The client reads it as you write it."),
    )


@blueprint.route("/tt/kysymys/<int:question_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def answer(question_id: int) -> Result:
    """One question, and the answer to it."""
    actor, form, start = current_actor(), AnswerForm(), url_for("county_worklist.show")
    found = question_to_answer(db(), question_id, actor=actor, now=now()) or not_found()
    if form.validate_on_submit():
        if answer_why(db(), found, answer=form.answer.data or "", actor=actor, now=now()) is None:
            flash(_("The client reads your answer beside the look."), "success")
            return redirect(start)
        form.refuse(None, _("Somebody has answered the question meanwhile."))
    return render_template("marketplace/staff_look_question.html", start=start, found=found, form=form)
