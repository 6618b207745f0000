"""/seuranta: the money, or the units of a grant in units, week by week beside the plan."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import today
from foundation.web.identity import allow
from foundation.web.pages import Page
from marketplace.load.funding_views import FundingView
from marketplace.pages.acting_client import acting, my_views
from marketplace.rules.granted_units import spent_units
from marketplace.rules.weekly_course import EvenUse, WeekPoint, weekly_course

blueprint = Blueprint("marketplace_outlook", __name__, template_folder="../templates")


@blueprint.get("/seuranta")
@allow(*CLIENT_ROLES)
def show_outlook() -> Page:
    """Show one voucher week by week, with links to the others."""
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
    """Return the labels of the weeks, what is left at the end of each, and the plan."""
    weeks = _money_course(view, day) if view.granted is None else _units_course(view, day)
    return {
        "labels": [f"{week.last_day.day}.{week.last_day.month}." for week in weeks],
        "left": [week.left for week in weeks],
        "plan": [week.planned_left for week in weeks],
    }


def _money_course(view: FundingView, day: date) -> list[WeekPoint]:
    plans = [EvenUse(plan.first_day, plan.last_day, plan.planned_cents) for plan in view.plans]
    facts, granted = view.funding.facts, view.funding.balance.granted_cents
    return weekly_course(granted, facts.window, view.spent, plans, day)


def _units_course(view: FundingView, day: date) -> list[WeekPoint]:
    plans = [EvenUse(plan.first_day, plan.last_day, plan.planned_units) for plan in view.plans]
    facts, granted = view.funding.facts, view.granted.granted if view.granted else 0
    return weekly_course(granted, facts.window, spent_units(facts), plans, day)
