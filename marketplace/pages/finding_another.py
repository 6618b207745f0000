"""/oma/valinta/…/toinen: the provider of a choice stops; who could help instead."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import now, today
from foundation.web.identity import allow
from foundation.web.pages import Page, not_found
from foundation.web.transaction import db
from marketplace.load.finding_another import alternatives_to
from marketplace.pages.acting_client import Acting, acting, my_views
from marketplace.pages.filters import add_filters

blueprint = Blueprint("marketplace_finding", __name__, template_folder="../templates")
add_filters(blueprint)

WEEKS = 4
"""Visits without anybody to give them are counted for so many weeks."""


@blueprint.get("/oma/valinta/<int:choice_id>/toinen")
@allow(*CLIENT_ROLES)
def show(choice_id: int) -> Page:
    """Show which visits nobody gives, up to three who could, and how to end the choice instead."""
    person = acting()
    view = next((view for view in my_views(person) if choice_id in view.stops), None) or not_found()
    choice = next(choice for choice in view.choices if choice.id == choice_id)
    return render_template(
        "marketplace/find_another.html",
        person=person,
        view=view,
        choice=choice,
        stop=view.stops[choice_id],
        visits=_visits_to_give(person, choice_id),
        others=alternatives_to(db(), view.funding, choice.provider_id, choice.service, today()),
    )


def _visits_to_give(person: Acting, choice_id: int) -> int:
    """Return the number of visits of the next weeks that nobody gives."""
    window = DateWindow(today(), today() + timedelta(weeks=WEEKS))
    visits = person.data.visits(window, now())
    return sum(visit.choice.id == choice_id and visit.needs_another for visit in visits)
