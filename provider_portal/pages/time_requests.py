"""/t/aikapyynnot: clients who ask for a free time; offer times or say no."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, DayField, Form, TextAreaField, TimeField, at_most, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.ask_for_time import decline_time_request, offer_times
from marketplace.load.time_requests import TimeRequestEntry
from marketplace.rules.time_requests import LONGEST_WORDS
from provider_portal.disclosure.time_requests import requests_for_times

blueprint = Blueprint("provider_times", __name__, template_folder="../templates")
OFFER, NO = "offer", "no"
REFUSED = {
    "request_closed": N_("The request is no longer open."),
    "time_not_ahead": N_("Enter a day and a time that are ahead, within 90 days."),
    "too_many_times": N_("You can offer five times at most for one request."),
    "words_wrong": N_("Say why there is no free time."),
}


class OfferForm(Form):
    """Up to three times, or a no with words."""

    what = ChoiceField(N_("What do you answer?"), [needed(N_("Choose one"))])
    day_1 = DayField(N_("First time: day"))
    time_1 = TimeField(N_("First time: clock"))
    day_2 = DayField(N_("Second time: day"))
    time_2 = TimeField(N_("Second time: clock"))
    day_3 = DayField(N_("Third time: day"))
    time_3 = TimeField(N_("Third time: clock"))
    words = TextAreaField(
        N_("Message to the client, if you say no"),
        [at_most(LONGEST_WORDS, N_("At most %(length)s characters"))],
    )

    def times(self) -> list[datetime]:
        """Return the times that were entered with both day and clock."""
        pairs = ((self[f"day_{n}"].data, self[f"time_{n}"].data) for n in (1, 2, 3))
        return [datetime.combine(day, clock, HELSINKI) for day, clock in pairs if day and clock]


def _requests() -> list[TimeRequestEntry]:
    return requests_for_times(db(), current_provider_id(), today(), actor=current_actor(), now=now())


@blueprint.get("/t/aikapyynnot")
@allow(*PROVIDER_ROLES)
def show_requests() -> Page:
    """Show the requests that wait."""
    return render_template("provider_portal/time_requests.html", requests=_requests())


@blueprint.route("/t/aikapyynnot/<int:request_id>", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def answer(request_id: int) -> Result:
    """Offer times for a request, or say no."""
    request = next((each for each in _requests() if each.id == request_id), None) or not_found()
    form = OfferForm()
    form.what.choices = [(OFFER, _("I offer times")), (NO, _("There is no free time"))]
    if form.validate_on_submit():
        refusal = _answer(request_id, form)
        if refusal is None:
            flash(_("The client can read your answer now."), "success")
            return redirect(url_for(".show_requests"))
        form.refuse(None, _(REFUSED[refusal.code]))
    return render_template("provider_portal/time_request.html", request_=request, form=form)


def _answer(request_id: int, form: OfferForm) -> Refusal | None:
    actor = current_actor()
    if form.what.data == NO:
        return decline_time_request(db(), request_id, words=form.words.data or "", actor=actor, now=now())
    return offer_times(db(), request_id, form.times(), actor=actor, now=now())
