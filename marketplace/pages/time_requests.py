"""/ajat and /tarjonta/…/kysy-aikaa: ask a provider for a free time, and accept one that is offered."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import Form, TextAreaField, at_most
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.ask_for_time import accept_time, ask_for_time, withdraw_time_request
from marketplace.load.offerings import OfferingEntry
from marketplace.pages.acting_client import Acting, acting
from marketplace.pages.public_offerings import public_offering
from marketplace.rules.time_requests import EXPIRES_AFTER, LONGEST_WORDS

blueprint = Blueprint("marketplace_times", __name__, template_folder="../templates")
SHOWN = 20


class TimeForm(Form):
    """Which time would suit."""

    words = TextAreaField(
        N_("Which time suits you?"),
        [at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("For example: on Tuesdays in the evening. Do not write about your health."),
    )


@blueprint.route("/tarjonta/<int:offering_id>/kysy-aikaa", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def ask(offering_id: int) -> Result:
    """Ask the provider of an offering for a free time."""
    entry, person, form = public_offering(offering_id), acting(), TimeForm()
    if not person.may_choose or not person.data.sees_service(entry.facts.service):
        not_found()
    if form.validate_on_submit():
        if _ask(person, entry, form):
            flash(_("The provider has your question."), "success")
            return redirect(url_for(".show_requests"))
        form.refuse(None, _("You have already asked this provider. Wait for the answer."))
    return render_template(
        "marketplace/ask_time.html", person=person, entry=entry, form=form, last_day=today() + EXPIRES_AFTER
    )


def _ask(person: Acting, entry: OfferingEntry, form: TimeForm) -> bool:
    words, actor = form.words.data or "", current_actor()
    asked = ask_for_time(db(), person.client, entry, words=words, actor=actor, now=now())
    return not isinstance(asked, Refusal)


@blueprint.get("/ajat")
@allow(*CLIENT_ROLES)
def show_requests() -> Page:
    """Show what was asked, and the times that are offered."""
    person = acting()
    requests = person.data.requests.for_times(count=SHOWN)
    return render_template("marketplace/times.html", person=person, requests=requests, now=now())


def _choosing() -> Acting:
    """Return the client of the page; 404 without the right to choose for the client."""
    person = acting()
    return person if person.may_choose else not_found()


@blueprint.post("/ajat/<int:offered_id>/valitse")
@allow(*CLIENT_ROLES)
def accept(offered_id: int) -> Result:
    """Accept an offered time, and go on to choose from that day."""
    person = _choosing()
    requests = person.data.requests.for_times(count=SHOWN)
    if offered_id not in {time.id for each in requests for time in each.times}:
        not_found()
    accepted = accept_time(db(), person.client, offered_id, actor=current_actor(), now=now())
    if isinstance(accepted, Refusal):
        flash(_("The time is no longer free. Ask again."), "error")
        return redirect(url_for(".show_requests"))
    starts_at = next(each.starts_at for each in accepted.times if each.id == offered_id)
    flash(_("You took the time. Now make the choice."), "success")
    first_day = helsinki_day(starts_at).isoformat()
    return redirect(url_for("marketplace_choosing.ask", offering=accepted.offering_id, alkaa=first_day))


@blueprint.post("/ajat/pyynto/<int:request_id>/peru")
@allow(*CLIENT_ROLES)
def withdraw(request_id: int) -> Result:
    """Take a question back, also when no offered time suits."""
    person = acting()
    done = withdraw_time_request(db(), person.client, request_id, actor=current_actor(), now=now())
    if done is not None:
        not_found()
    flash(_("You have taken your message back."), "success")
    return redirect(url_for(".show_requests"))
