"""/t/yritys/paperit: the company's papers, and a new one in place of one that ends."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from clearing.eligibility.facts.kinds import PaperKind
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.labels import PAPERS
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS, PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.files import saved_download
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.renew_paper import send_paper, withdraw_paper
from marketplace.load.renewals import (
    paper_statuses,
    renewal_file,
    renewal_of_provider,
    renewals_of_provider,
)
from marketplace.rules.attachments import ENDINGS
from marketplace.rules.renewing import PaperStatus
from provider_portal.load.today import PAPERS_SHOWN
from provider_portal.pages.application_forms import FAULTS, PaperForm
from provider_portal.pages.labels import PAPER_STATES, PAPER_VALIDITY

blueprint = Blueprint("provider_papers", __name__, template_folder="../templates")
SLUGS = {
    "rekisteri": PaperKind.REGISTER_ENTRY,
    "vakuutus": PaperKind.INSURANCE,
    "ennakkopera": PaperKind.PREPAYMENT_REGISTER,
}
"""The last part of a paper's address."""


@blueprint.get("/t/yritys/paperit")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show each paper, what waits for a county, and what was sent before."""
    provider_id = current_provider_id()
    slugs = {kind: slug for slug, kind in SLUGS.items()}
    statuses = paper_statuses(db(), provider_id, today=today())
    return render_template(
        "provider_portal/papers.html",
        papers=[(slugs[each.kind], each, validity(each, today())) for each in statuses],
        sent=renewals_of_provider(db(), provider_id),
        states=PAPER_STATES,
        validity=PAPER_VALIDITY,
        kinds=PAPERS,
    )


def validity(status: PaperStatus, day: date) -> str:
    """Return whether a paper is `valid`, `ending` soon, or `missing`."""
    if status.paper is None or (status.until is not None and status.until < day):
        return "missing"
    return "ending" if status.until is not None and status.until <= day + PAPERS_SHOWN else "valid"


@blueprint.route("/t/yritys/paperit/<slug>", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def renew(slug: str) -> Result:
    """Send a new paper to the counties."""
    kind = SLUGS.get(slug) or not_found()
    found = paper_statuses(db(), current_provider_id(), today=today())
    (status,) = [each for each in found if each.kind is kind]
    until = status.until
    form = PaperForm(data={"first_day": max(until + ONE_DAY, today()) if until else today()})
    if form.validate_on_submit() and _sent(kind, form):
        return redirect(url_for(".list_all"), 303)
    return render_template("provider_portal/paper_renewal.html", form=form, status=status, kinds=PAPERS)


def _sent(kind: PaperKind, form: PaperForm) -> bool:
    days = (form.first_day.data or today(), form.last_day.data)
    content = bytes(form.file.data.read())  # type: ignore[union-attr]
    key, actor = current_provider_id(), current_actor()
    outcome = send_paper(db(), key, kind, days, content, actor=actor, now=now())
    if isinstance(outcome, Refusal):
        form.refuse(outcome.field if outcome.field in form.data else None, _(FAULTS[outcome.code]))
        return False
    flash(_("The paper was sent. The county looks at it."), "success")
    return True


@blueprint.post("/t/yritys/paperit/<int:renewal_id>/peru")
@allow(*PROVIDER_OWNERS)
def withdraw(renewal_id: int) -> Result:
    """Withdraw a paper that waits for the county."""
    renewal_of_provider(db(), current_provider_id(), renewal_id) or not_found()
    refusal = withdraw_paper(db(), current_provider_id(), renewal_id, actor=current_actor(), now=now())
    if refusal is None:
        flash(_("The paper was withdrawn."), "success")
    else:
        flash(_("The county has decided on this paper already."), "error")
    return redirect(url_for(".list_all"), 303)


@blueprint.get("/t/yritys/paperit/liite/<int:renewal_id>")
@allow(*PROVIDER_OWNERS)
def download(renewal_id: int) -> Response:
    """Save a paper that the company has sent."""
    found = renewal_of_provider(db(), current_provider_id(), renewal_id) or not_found()
    name = f"{found.kind.value.replace('_', '-')}-{found.id}.{ENDINGS[found.media_type]}"
    return saved_download(renewal_file(db(), found.id), name, found.media_type)
