"""/seuranta: the money, or the units of a grant in units, week by week beside the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, render_template, request

from clearing.upkeep.load.alerts import AlertEntry
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import today
from foundation.web.formats import day_and_month_text
from foundation.web.identity import allow
from foundation.web.pages import Page
from marketplace.load.funding_views import FundingView
from marketplace.pages.acting_client import Acting, acting, my_views
from marketplace.rules.granted_units import spent_units
from marketplace.rules.weekly_course import PlannedUseByDay, weekly_course

blueprint = Blueprint("marketplace_outlook", __name__, template_folder="../templates")


@blueprint.app_template_global("noticed_about")
def noticed_about(person: Acting) -> list[AlertEntry]:
    """Return the early warnings about the client of a page."""
    return person.data.alerts()


@blueprint.get("/seuranta")
@allow(*CLIENT_ROLES)
def show_outlook() -> Page:
    """Show one voucher week by week, with links to the others."""
    person = acting()
    views = my_views(person)
    usable = [view for view in views if view.is_usable(today())] or views
    view = _picked(usable)
    course = None if view is None else _course(person, view, today())
    return render_template("marketplace/outlook.html", person=person, views=usable, view=view, course=course)


def _picked(views: list[FundingView]) -> FundingView | None:
    picked = request.args.get("seteli", "")
    return next((view for view in views if str(view.funding.facts.id) == picked), views[0] if views else None)


def _course(person: Acting, view: FundingView, day: date) -> dict[str, list[object]]:
    """Return the labels of the weeks, what is left at the end of each, and the plan."""
    visits = person.data.planned_days(view.funding, day) if view.plans else []
    granted, spent = _granted_and_spent(view)
    in_units = view.granted is not None
    amounts = [(each.day, each.quantity if in_units else each.cents) for each in visits]
    plans = [PlannedUseByDay(min(at for at, _amount in amounts), tuple(amounts))] if amounts else []
    weeks = weekly_course(granted, view.funding.facts.window, spent, plans, day)
    return {
        "labels": [day_and_month_text(week.last_day) for week in weeks],
        "left": [week.left for week in weeks],
        "plan": [week.planned_left for week in weeks],
    }


def _granted_and_spent(view: FundingView) -> tuple[int, Sequence[tuple[date, int]]]:
    if view.granted is None:
        return view.funding.balance.granted_cents, view.spent
    return view.granted.granted, spent_units(view.funding.facts)
