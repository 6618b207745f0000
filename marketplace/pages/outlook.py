"""/seuranta: the money week by week, compared with the plan."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import today
from foundation.web.identity import allow
from foundation.web.pages import Page
from marketplace.load.funding_views import FundingView
from marketplace.pages.acting_client import acting, my_views
from marketplace.rules.outlook import weekly_course

blueprint = Blueprint("marketplace_outlook", __name__, template_folder="../templates")


@blueprint.get("/seuranta")
@allow(*CLIENT_ROLES)
def show_outlook() -> Page:
    """Show one voucher's money week by week, with links to the others."""
    person = acting()
    views = my_views(person)
    usable = [view for view in views if view.is_usable(today())] or views
    view = _picked(usable)
    course = None if view is None else _course(view, today())
    return render_template("marketplace/outlook.html", person=person, views=usable, view=view, course=course)


def _picked(views: list[FundingView]) -> FundingView | None:
    picked = request.args.get("seteli", "")
    return next((view for view in views if str(view.funding.facts.id) == picked), views[0] if views else None)


def _course(view: FundingView, day: date) -> dict[str, list[object]]:
    """Return the labels of the weeks, the money left at the end of each, and the plan."""
    weeks = weekly_course(
        view.funding.balance.granted_cents, view.funding.facts.window, view.spent, view.plans, day
    )
    return {
        "labels": [f"{week.last_day.day}.{week.last_day.month}." for week in weeks],
        "left": [week.left_cents for week in weeks],
        "plan": [week.planned_left_cents for week in weeks],
    }
