"""/t/palaute: published feedback on the provider, and its answers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import read_page_number
from foundation.web.clock import now
from foundation.web.forms import Form, HiddenField, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.give_feedback import answer_feedback
from marketplace.load.feedback import published_by_id, published_feedback, voices_of
from marketplace.rules.feedback import LONGEST_WORDS, may_answer

blueprint = Blueprint("provider_feedback", __name__, template_folder="../templates")
ON_A_PAGE = 20


class AnswerForm(Form):
    """The provider's answer. `revision` is what the page showed."""

    answer = TextAreaField(
        N_("Your answer"),
        [needed(N_("Enter the answer")), at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("Everybody can read it after the county. Do not write who the client is."),
    )
    revision = HiddenField("")


@blueprint.get("/t/palaute")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show the published feedback, the newest first."""
    paging, provider_id = read_page_number(ON_A_PAGE), current_actor().provider_id or 0
    voices = voices_of(db(), provider_id)
    entries = published_feedback(db(), provider_id, first=paging.offset, count=paging.page_size)
    page = {"entries": entries, "voices": voices, "paging": paging.of(voices.total)}
    return render_template("provider_portal/feedback.html", **page, may_answer=may_answer)


@blueprint.route("/t/palaute/<int:feedback_id>", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def answer(feedback_id: int) -> Result:
    """Show one published feedback, and answer it."""
    actor, form = current_actor(), AnswerForm()
    found = published_by_id(db(), actor.provider_id or 0, feedback_id) or not_found()
    if form.validate_on_submit():
        revision, words = read_id(form.revision.data or "") or 0, form.answer.data or ""
        if answer_feedback(db(), found.id, revision=revision, answer=words, actor=actor, now=now()) is None:
            flash(_("The county reads your answer before it is shown."), "success")
            return redirect(url_for(".list_all"))
        form.refuse(None, _("The feedback has changed meanwhile. Read it again."))
    form.revision.data = str(found.revision)
    open_ = may_answer("published", found.answer_state)
    return render_template("provider_portal/feedback_answer.html", entry=found, form=form, open=open_)
