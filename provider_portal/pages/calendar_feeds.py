"""/t/kalenteri: a secret address under which the calendar of a phone or computer reads a person's visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from foundation.database.row_context import context_of, set_context
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PEOPLE_OF_PROVIDERS, PROVIDER_WORKERS, Actor
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, Form, needed
from foundation.web.identity import allow, current_actor, public
from foundation.web.identity.actors import actor_in_role
from foundation.web.identity.guards import open_session
from foundation.web.languages import N_, _, current_language
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.listed_visit import ListedVisit
from provider_portal.actions.keep_calendar_feed import digest_of, make_feed, revoke_feed
from provider_portal.disclosure.calendars import visits_of_feed
from provider_portal.load.calendar_feeds import ReadFeed, feed_with_digest, own_feed
from provider_portal.pages.calendar_events import calendar_of
from provider_portal.write.calendar_feeds import note_reading

NO, YES = "no", "yes"
READING_NOTED_EVERY = timedelta(hours=1)
MOST_WRONG, WRONG_MINUTES = 60, 10
blueprint = Blueprint("provider_calendar", __name__, template_folder="../templates")


class FeedForm(Form):
    """What the calendar shows."""

    names = ChoiceField(
        N_("May the calendar show the names of clients?"),
        [needed(N_("Choose whether the calendar may show names"))],
        hint=N_("A calendar on the internet sends what it shows to its keeper, such as Google or Apple."),
    )

    def __init__(self) -> None:
        super().__init__()
        self.names.choices = [
            (NO, _("No: only the time and the service")),
            (YES, _("Yes: the names too, but not of clients whose address is protected")),
        ]


@blueprint.get("/t/kalenteri")
@allow(*PEOPLE_OF_PROVIDERS)
def show() -> Page:
    """Show whether the person's calendar has an address, or ask what it shows."""
    return _page(FeedForm())


@blueprint.post("/t/kalenteri")
@allow(*PEOPLE_OF_PROVIDERS)
def make() -> Result:
    """Make the address and show it, this once only."""
    form = FeedForm()
    if not form.validate_on_submit():
        return _page(form)
    wishes = {"role_grant_id": _role_grant_id(), "shows_names": form.names.data == YES}
    secret = make_feed(db(), **wishes, actor=current_actor(), now=now())
    if isinstance(secret, Refusal):
        flash(_("Your calendar has an address already. Revoke it first."), "error")
        return redirect(url_for(".show"), 303)
    language = current_language().value
    return _page(form, url_for(".read", secret=secret, lang=language, _external=True))


@blueprint.route("/t/kalenteri/mitatoi", methods=["GET", "POST"])
@allow(*PEOPLE_OF_PROVIDERS)
def revoke() -> Result:
    """Say what ends with the address, and revoke it."""
    if request.method == "GET":
        feed = own_feed(db(), _role_grant_id()) or not_found()
        return render_template("provider_portal/calendar_revoke.html", feed=feed)
    if revoke_feed(db(), role_grant_id=_role_grant_id(), actor=current_actor(), now=now()) is not None:
        not_found()
    flash(
        _("The address no longer works. The visits leave your calendar when it is next updated."), "success"
    )
    return redirect(url_for(".show"), 303)


@blueprint.get("/t/kalenteri/<secret>.ics")
@public
def read(secret: str) -> Response:
    """Answer a calendar program with the visits of the person whose address it is; 404 for any other."""
    found, actor = _found(secret)
    set_context(db(), context_of(actor))
    visits = visits_of_feed(db(), found.feed, actor=actor, now=now())
    _note_reading(found)
    answer = make_response(calendar_of(visits, found.feed.made_at, _page_for(actor)))
    answer.mimetype = "text/calendar"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)


def _found(secret: str) -> tuple[ReadFeed, Actor]:
    """Return the address and its person.

    What is right is answered also from where others guess: calendar services read for many people from few
    addresses.
    """
    found = feed_with_digest(db(), digest_of(secret))
    actor = None if found is None else actor_in_role(db(), found.role_grant_id, today())
    if found is None or actor is None:
        limit_guesses("calendar", wrong=MOST_WRONG, minutes=WRONG_MINUTES).was_wrong()
        not_found()
    return found, actor


def _note_reading(found: ReadFeed) -> None:
    read_at = found.feed.read_at
    if read_at is None or now() - read_at >= READING_NOTED_EVERY:
        note_reading(db(), found.feed.id, now=now())


def _page_for(actor: Actor) -> Callable[[ListedVisit], str]:
    """Return what gives the address of the page on which this person finds a visit."""
    is_worker = actor.role in PROVIDER_WORKERS

    def address_of(visit: ListedVisit) -> str:
        day = visit.day.isoformat()
        if is_worker:
            return url_for("provider_own_visits.show", alkaen=day, _external=True)
        return url_for("provider_visits_pages.show", viikko=day, _external=True)

    return address_of


def _role_grant_id() -> int:
    session = open_session()
    return not_found() if session is None else session.role_grant_id


def _page(form: FeedForm, address: str | None = None) -> Page:
    return render_template(
        "provider_portal/calendar.html",
        form=form,
        address=address,
        feed=own_feed(db(), _role_grant_id()),
        is_worker=current_actor().role in PROVIDER_WORKERS,
    )
