"""/kaynnit: the client's planned visits of a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, render_template, request

from foundation.vocabulary.dates import DateWindow, parse_iso_day
from foundation.vocabulary.labels import StateLabel
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow
from foundation.web.pages import Page
from marketplace.load.listed_visit import ListedVisit
from marketplace.pages.acting_client import Acting, acting
from marketplace.rules.visit_list import VisitState, week_around
from marketplace.rules.weeks import WEEK

blueprint = Blueprint("marketplace_visits", __name__, template_folder="../templates")

FARTHEST_WEEKS = 104
NEXT_VISITS, NEXT_DAYS = 3, 14

STATES = {
    VisitState.PLANNED: StateLabel(N_("To come"), "plain"),
    VisitState.CANCELLED: StateLabel(N_("Visit cancelled"), "wait"),
    VisitState.CHARGED: StateLabel(N_("Visit done"), "good"),
    VisitState.UNBILLED: StateLabel(N_("Not charged yet"), "plain"),
}


@blueprint.get("/kaynnit")
@allow(*CLIENT_ROLES)
def show_week() -> Page:
    """Show the visits of a week, and the weeks before and after it."""
    person, window = acting(), _window()
    visits = person.data.visits(window, now())
    return render_template(
        "marketplace/visits.html",
        person=person,
        window=window,
        days=by_day(visits),
        loose=[visit for visit in visits if visit.start is None],
        states=STATES,
        previous=_other_week(window, -1),
        following=_other_week(window, 1),
    )


def _window() -> DateWindow:
    """Return the week of the day in the address, else this week."""
    day = parse_iso_day(request.args.get("viikko", "")) or today()
    is_near = abs((day - today()).days) <= FARTHEST_WEEKS * WEEK
    return week_around(day if is_near else today())


def _other_week(window: DateWindow, weeks: int) -> date | None:
    day = window.first + timedelta(weeks=weeks)
    return day if abs((day - today()).days) <= FARTHEST_WEEKS * WEEK else None


def by_day(visits: Sequence[ListedVisit]) -> list[tuple[date, list[ListedVisit]]]:
    """Return the visits with times by their day."""
    timed = [visit for visit in visits if visit.start is not None]
    return [(day, list(found)) for day, found in groupby(timed, key=lambda visit: visit.day)]


@blueprint.app_template_global("next_visits_of")
def next_visits(person: Acting) -> list[ListedVisit]:
    """Return the next three visits to come in the next two weeks."""
    window = DateWindow(today(), today() + timedelta(days=NEXT_DAYS))
    visits = person.data.visits(window, now())
    coming = [visit for visit in visits if visit.state is VisitState.PLANNED and visit.start is not None]
    return coming[:NEXT_VISITS]
