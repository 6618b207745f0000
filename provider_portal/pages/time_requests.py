"""/t/aikapyynnot: clients who ask for a free time; offer times or say no."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.formats import near_day_text
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    TextAreaField,
    TimeField,
    at_most,
    needed,
)
from foundation.web.hours import hours_text
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.ask_for_time import decline_time_request, offer_times
from marketplace.load.own_free_times import own_free_times
from marketplace.load.time_requests import TimeRequestEntry
from marketplace.rules.time_requests import LONGEST_WORDS, may_be_offered
from provider_portal.disclosure.time_requests import requests_for_times

blueprint = Blueprint("provider_times", __name__, template_folder="../templates")
OFFER, NO = "offer", "no"
MOST_SHOWN = 6
REFUSED = {
    "request_closed": N_("The request is no longer open."),
    "time_not_ahead": N_("Enter a day and a time that are ahead, within 90 days."),
    "too_many_times": N_("You can offer five times at most for one request."),
    "words_wrong": N_("Say why there is no free time."),
}


class OfferForm(Form):
    """Free times of the provider's hours, up to three others, or a no with words."""

    what = ChoiceField(N_("What do you answer?"), [needed(N_("Choose one"))])
    free = ChoicesField(N_("Your free times"), hint=N_("Choose those that you offer. The visit begins then."))
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
        """Return the free times that were chosen, and those entered with both day and clock."""
        pairs = ((self[f"day_{n}"].data, self[f"time_{n}"].data) for n in (1, 2, 3))
        typed = [datetime.combine(day, clock, HELSINKI) for day, clock in pairs if day and clock]
        chosen = [datetime.fromisoformat(text) for text in self.free.data or []]
        return [*chosen, *(each for each in typed if each not in chosen)]


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
    form.free.choices = _free_times(request)
    form.what.choices = [(OFFER, _("I offer times")), (NO, _("There is no free time"))]
    if form.validate_on_submit():
        refusal = _answer(request_id, form)
        if refusal is None:
            flash(_("The client can read your answer now."), "success")
            return redirect(url_for(".show_requests"))
        form.refuse(None, _(REFUSED[refusal.code]))
    return render_template("provider_portal/time_request.html", request_=request, form=form)


def _free_times(request: TimeRequestEntry) -> list[tuple[str, str]]:
    """Return when the first free times of the offering begin, as choices."""
    slots = own_free_times(db(), current_provider_id()).free.get(request.offering_id, ())
    starts = (
        (datetime.combine(slot.day, slot.starts, HELSINKI), hours_text(slot.starts, slot.ends))
        for slot in slots
    )
    ahead = [(start, hours) for start, hours in starts if may_be_offered(start, now())][:MOST_SHOWN]
    return [(start.isoformat(), f"{near_day_text(start.date())}, {hours}") for start, hours in ahead]


def _answer(request_id: int, form: OfferForm) -> Refusal | None:
    actor = current_actor()
    if form.what.data == NO:
        return decline_time_request(db(), request_id, words=form.words.data or "", actor=actor, now=now())
    return offer_times(db(), request_id, form.times(), actor=actor, now=now())
