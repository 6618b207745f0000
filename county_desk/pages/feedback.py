"""/tt/palaute: clients' feedback on providers, and whether it is shown."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.roles import Role
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, HiddenField, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.give_feedback import decide_feedback
from marketplace.disclosure.feedback import feedback_to_decide, one_to_decide
from marketplace.load.feedback import FeedbackEntry, count_waiting_feedback
from marketplace.rules.feedback import LONGEST_WORDS, WHY_MISSING, Decision, possible_decisions

blueprint = Blueprint("county_feedback", __name__, template_folder="../templates")
ON_A_PAGE = 30
DECISIONS = {
    Decision.PUBLISH_ANSWER: N_("Publish the answer"),
    Decision.RETURN_ANSWER: N_("Return the answer to the provider"),
    Decision.PUBLISH: N_("Publish the feedback"),
    Decision.RETURN: N_("Return the feedback to the client to be changed"),
    Decision.HIDE: N_("Do not show the feedback"),
}
STATES = {
    "waiting": N_("Waits for the county"),
    "published": N_("Published"),
    "returned": N_("Returned"),
    "hidden": N_("Not shown"),
}


class DecisionForm(WordedForm):
    """A decision, and the reason if something is not shown. `revision` is what the page showed."""

    decision = ChoiceField(N_("What do you decide?"), [needed(N_("Choose what you decide"))])
    why = TextAreaField(
        N_("Reason"),
        [at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("Needed if you do not publish. The writer reads it as you write it."),
    )
    revision = HiddenField("")


@blueprint.app_template_filter("feedback_state")
def feedback_state(state: str) -> str:
    """Return the label of the state of a feedback or an answer."""
    return _(STATES[state])


@blueprint.app_template_global("waiting_feedback")
def waiting_feedback() -> int:
    """Return how many feedbacks or answers wait for the reader's county."""
    return count_waiting_feedback(db(), current_actor().county_id or 0)


@blueprint.get("/tt/palaute")
@allow(Role.WORKER)
def list_all() -> Page:
    """Show the feedback of the county, what waits first."""
    paging = read_page_number(ON_A_PAGE)
    window = {"first": paging.offset, "count": paging.page_size + 1}
    entries = feedback_to_decide(db(), **window, actor=current_actor(), now=now())
    page = {"entries": entries[:ON_A_PAGE], "page": paging.page, "more": len(entries) > ON_A_PAGE}
    return render_template("county_desk/feedback.html", **page)


@blueprint.route("/tt/palaute/<int:feedback_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def decide(feedback_id: int) -> Result:
    """Show one feedback, and decide about it or about the answer."""
    form = DecisionForm()
    found = one_to_decide(db(), feedback_id, actor=current_actor(), now=now()) or not_found()
    possible = possible_decisions(found.state, found.answer_state)
    form.decision.choices = [(each.value, _(DECISIONS[each])) for each in possible]
    if form.validate_on_submit() and _decided(form, found):
        flash(_("The decision is stored."), "success")
        return redirect(url_for(".list_all"))
    form.revision.data = str(found.revision)
    return render_template("county_desk/feedback_one.html", entry=found, form=form, possible=possible)


def _decided(form: DecisionForm, found: FeedbackEntry) -> bool:
    refusal = decide_feedback(
        db(),
        found.id,
        Decision(form.decision.data),
        revision=read_id(form.revision.data or "") or 0,
        why=form.why.data or "",
        actor=current_actor(),
        now=now(),
    )
    if refusal == WHY_MISSING:
        form.refuse("why", _("Enter the reason"))
    elif refusal is not None:
        form.refuse(None, _("The feedback has changed meanwhile. Read it again."))
    return refusal is None
