"""/t/kaynnit/<visit>/videolinkki: the address at which a client opens a remote visit."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.plans.facts.plan import VisitId
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.forms import Form, TextField, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.load.listed_visit import ListedVisit
from provider_portal.actions.give_video_link import give_video_link
from provider_portal.disclosure.visits import visit_to_charge
from provider_portal.labels import VISIT_REFUSALS

blueprint = Blueprint("provider_video_links", __name__, template_folder="../templates")


class VideoLinkForm(Form):
    """The address."""

    video_link = TextField(
        N_("Address of the video visit"),
        [needed(N_("Enter the address of the video visit"))],
        hint=N_("It begins with https://. The client, and those who help the client, see it in the program."),
    )


@blueprint.route("/t/kaynnit/<visit_id>/videolinkki", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def give(visit_id: str) -> Result:
    """Ask for the address of a remote visit, and show it to its client."""
    visit = _own(visit_id)
    form = VideoLinkForm(data={"video_link": visit.video_link})
    is_taken_away = "remove" in request.form
    if not is_taken_away and not form.validate_on_submit():
        return render_template("provider_portal/video_link.html", visit=visit, form=form)
    address = None if is_taken_away else form.video_link.data
    refusal = give_video_link(db(), visit=visit, address=address, actor=current_actor(), now=now())
    if refusal is not None:
        form.refuse("video_link", _(VISIT_REFUSALS[refusal.code]))
        return render_template("provider_portal/video_link.html", visit=visit, form=form)
    given = N_("The client now sees the video link.")
    flash(_(N_("The video link is gone.") if is_taken_away else given), "success")
    return redirect(url_for("provider_visits_pages.show", viikko=visit.day.isoformat()))


def _own(text: str) -> ListedVisit:
    visit_id = VisitId.parse(text) or not_found()
    visit = visit_to_charge(db(), current_provider_id(), visit_id, now=now()) or not_found()
    return visit if visit.choice.remote and visit.start is not None else not_found()
