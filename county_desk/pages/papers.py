"""/tt/paperit: new papers of providers, which the county accepts or rejects."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from clearing.eligibility.load.providers import papers_of
from clearing.eligibility.rules.paper_cover import days_without
from county_desk.pages.worded_form import WordedForm
from county_desk.rules.renewal_texts import RENEWAL_REFUSALS, RENEWAL_STATES
from foundation.vocabulary.labels import PAPERS
from foundation.vocabulary.roles import CASEWORK_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.files import saved_download
from foundation.web.forms import ChoiceField, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.actions.renew_paper import decide_paper
from marketplace.load.renewals import renewal_file, renewal_of_county, renewals_of_county
from marketplace.rules.attachments import ENDINGS
from marketplace.rules.renewing import Renewal, RenewalState

blueprint = Blueprint("county_papers", __name__, template_folder="../templates")
NEWEST = 25


class PaperVerdictForm(WordedForm):
    """Whether the paper is in order."""

    decision = ChoiceField(
        N_("Is the paper in order?"),
        [needed(N_("Choose one"))],
        choices=[("accept", N_("Yes, accept it")), ("reject", N_("No, do not accept it"))],
    )
    why = TextAreaField(
        N_("What is wrong?"),
        [at_most(500, N_("Enter at most %(length)s characters"))],
        hint=N_("Only if you do not accept it. The provider reads it."),
    )


@blueprint.get("/tt/paperit")
@allow(*CASEWORK_ROLES)
def list_all() -> Page:
    """List the papers that wait, the longest wait first, and those decided lately."""
    return render_template(
        "county_desk/papers.html",
        waiting=renewals_of_county(db(), _county_id(), waits=True, count=None),
        decided=renewals_of_county(db(), _county_id(), waits=False, count=NEWEST),
        states=RENEWAL_STATES,
        kinds=PAPERS,
    )


@blueprint.route("/tt/paperit/<int:renewal_id>", methods=["GET", "POST"])
@allow(*CASEWORK_ROLES)
def decide(renewal_id: int) -> Result:
    """Show a new paper beside those of the register, and accept or reject it."""
    found, form = _renewal(renewal_id), PaperVerdictForm()
    if form.validate_on_submit() and _decided(found, form):
        return redirect(url_for(".list_all"), 303)
    return _page(found, form)


@blueprint.get("/tt/paperit/liite/<int:renewal_id>")
@allow(*CASEWORK_ROLES)
def download(renewal_id: int) -> Response:
    """Save a paper under the program's own name."""
    found = _renewal(renewal_id)
    name = f"{found.kind.value.replace('_', '-')}-{found.id}.{ENDINGS[found.media_type]}"
    return saved_download(renewal_file(db(), found.id), name, found.media_type)


def _page(found: Renewal, form: PaperVerdictForm) -> Page:
    papers = papers_of(db(), [found.provider_id])[found.provider_id]
    return render_template(
        "county_desk/paper.html",
        form=form,
        renewal=found,
        papers=[paper for paper in papers if paper.kind is found.kind],
        gap=days_without(papers, found.paper, today()),
        waits=found.state is RenewalState.WAITING,
        states=RENEWAL_STATES,
        kinds=PAPERS,
    )


def _county_id() -> int:
    return current_actor().county_id or 0


def _renewal(renewal_id: int) -> Renewal:
    return renewal_of_county(db(), _county_id(), renewal_id) or not_found()


def _decided(found: Renewal, form: PaperVerdictForm) -> bool:
    is_accepted = form.decision.data == "accept"
    refusal = decide_paper(
        db(),
        _county_id(),
        found.id,
        is_accepted=is_accepted,
        why=form.why.data or "",
        actor=current_actor(),
        now=now(),
        address=shell().settings.public_url or request.url_root,
    )
    if refusal is not None:
        field = refusal.field if refusal.field in form.data else None
        form.refuse(field, _(RENEWAL_REFUSALS[refusal.code]))
        return False
    flash(_("The paper is accepted.") if is_accepted else _("The provider reads the reason."), "success")
    return True
