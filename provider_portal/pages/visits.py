"""/t/kaynnit: the visits that clients have planned, a week as a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, render_template, request

from foundation.vocabulary.dates import DateWindow, parse_iso_day
from foundation.vocabulary.labels import StateLabel
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Paging, read_page_number
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.pages import Page
from foundation.web.transaction import db
from marketplace.load.visit_list import ListedVisit
from marketplace.rules.visit_list import VisitState, week_around
from provider_portal.disclosure.visits import planned_visits

ON_A_PAGE = 50
FARTHEST_WEEKS = 104
blueprint = Blueprint("provider_visits_pages", __name__, template_folder="../templates")

STATES = {
    VisitState.PLANNED: StateLabel(N_("Planned"), "plain"),
    VisitState.CANCELLED: StateLabel(N_("Visit cancelled"), "wait"),
    VisitState.CHARGED: StateLabel(N_("Charge sent"), "good"),
    VisitState.UNBILLED: StateLabel(N_("Not charged"), "wait"),
}


@blueprint.get("/t/kaynnit")
@allow(*PROVIDER_ROLES)
def show() -> Page:
    """Show the planned visits of a week, by day and in order of their time."""
    window, paging = _window(), read_page_number(ON_A_PAGE)
    return render_template(
        "provider_portal/visits.html", window=window, states=STATES, **_week(window, paging)
    )


def _week(window: DateWindow, paging: Paging) -> dict[str, object]:
    page = {"first": paging.offset, "count": paging.page_size}
    visits, total = planned_visits(
        db(), current_provider_id(), window, **page, actor=current_actor(), now=now()
    )
    return {
        "days": by_day(visits),
        "loose": [visit for visit in visits if visit.start is None],
        "paging": paging.of(total),
        "previous": window.first - timedelta(weeks=1),
        "following": window.first + timedelta(weeks=1),
    }


def _window() -> DateWindow:
    """Return the week of the day in the address, else this week."""
    day = parse_iso_day(request.args.get("viikko", "")) or today()
    is_near = abs((day - today()).days) <= FARTHEST_WEEKS * 7
    return week_around(day if is_near else today())


def by_day(visits: Sequence[ListedVisit]) -> list[tuple[date, list[ListedVisit]]]:
    """Return the visits with times by their day."""
    timed = [visit for visit in visits if visit.start is not None]
    return [(day, list(found)) for day, found in groupby(timed, key=lambda visit: visit.day)]
