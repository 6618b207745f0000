"""/kokeile: try a week before anything is chosen. Nothing is stored: the address holds the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from clearing.plans.facts.plan import VisitPlan
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import now, today
from foundation.web.formats import number_text
from foundation.web.identity import allow
from foundation.web.pages import Page, Result, read_id
from foundation.web.transaction import db
from marketplace.actions.try_week import TriedFunding, TriedWant, WantedPlan, try_week
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.pages.acting_client import Acting, acting, funding_for, usable_fundings
from marketplace.pages.choose_form import EVERY_WEEK, KEEP, TIMES
from marketplace.pages.trying_form import Helper, TryForm, is_kept, usual_visits
from marketplace.rules.week_entry import WeekVisit, week_of_plan, week_text

blueprint = Blueprint("marketplace_trying", __name__, template_folder="../templates")

MOST_HELPERS = 6


@dataclass(frozen=True, slots=True)
class DrawnVisit:
    """A visit of the picture of a week: whose it is, by the place of the helper on the page."""

    place: int
    name: str
    unit: str
    visit: WeekVisit


@blueprint.get("/kokeile")
@allow(*CLIENT_ROLES)
def show_week() -> Result:
    """Show the week that the address holds, and what it would mean."""
    person = acting()
    helpers = _helpers(person)
    form = TryForm(request.args, helpers, _first_day(), usual_visits(helpers))
    page = _shown(person, form, helpers)
    return (page, 422) if form.faults() else page


def _shown(person: Acting, form: TryForm, helpers: Sequence[Helper]) -> Page:
    plans = form.plans() if helpers and form.validate() else []
    first_day = form.starts_on.data or today()
    return render_template(
        "marketplace/try_week.html",
        person=person,
        form=form if helpers else None,
        tried=_try(plans, first_day),
        week=_week(plans),
        choose_url=lambda want: _choose_url(want, first_day),
        kept=[helper.key for helper in helpers if helper.choice is None],
    )


def _first_day() -> date:
    """Return the next Monday: a week is tried from its first day on."""
    return today() + timedelta(days=7 - today().weekday())


def _helpers(person: Acting) -> list[Helper]:
    """Return those who help now and by the week, then the offerings of the address; the first six."""
    fundings = usable_fundings(person)
    by_id = {funding.facts.id: funding for funding in fundings}
    living = [each for each in person.data.living_choices(fundings, today()) if each.quantity_per_week]
    requested = (*request.args.getlist("id"), *_named_in_visits())
    ids = [key for text in requested if (key := read_id(text)) is not None]
    entries = offerings_by_id(db(), [*ids, *[choice.offering_id for choice in living]])
    plans = person.data.plans([choice.id for choice in living])
    found = [
        Helper(entries[choice.offering_id], by_id[choice.funding_id], choice, plans[choice.id])
        for choice in reversed(living)
        if week_of_plan(plans[choice.id])
    ]
    chosen = {helper.entry.facts.id for helper in found}
    new = [entries[key] for key in dict.fromkeys(ids) if key in entries and key not in chosen]
    return (found + _new_helpers(new, fundings))[:MOST_HELPERS]


def _named_in_visits() -> list[str]:
    return [value for name, value in request.args.items() if name.endswith("-who")]


def _new_helpers(entries: Sequence[OfferingEntry], fundings: list[MyFunding]) -> list[Helper]:
    """Return the public offerings that one of the fundings pays for."""
    public = [entry for entry in entries if entry.facts.is_public(today())]
    paid = [(entry, funding_for(fundings, entry.facts.service)) for entry in public]
    return [Helper(entry, funding) for entry, funding in paid if funding is not None]


def _try(plans: Sequence[tuple[Helper, VisitPlan]], first_day: date) -> list[TriedFunding]:
    wants = [
        WantedPlan(helper.entry, helper.funding, helper.choice, plan, is_kept(helper, plan))
        for helper, plan in plans
    ]
    return try_week(db(), wants, first_day, now())


def _week(plans: Sequence[tuple[Helper, VisitPlan]]) -> list[tuple[int, list[DrawnVisit]]]:
    """Return the visits with a fixed time by weekday, in order of their start."""
    drawn = [
        DrawnVisit(place, helper.entry.provider.name, helper.entry.facts.unit, visit)
        for place, (helper, plan) in enumerate(plans)
        for visit in week_of_plan(plan)
        if visit.is_timed
    ]
    drawn.sort(key=lambda each: (each.visit.weekday or 0, each.visit.start_minute or 0))
    days = sorted({each.visit.weekday or 0 for each in drawn})
    return [(day, [each for each in drawn if each.visit.weekday == day]) for day in days]


def _choose_url(want: TriedWant, first_day: date) -> str:
    """Return the address of the check page for the tried plan of one helper."""
    plan, choice = want.want.plan, want.want.choice
    visits = week_of_plan(plan)
    values = {
        "offering": want.want.entry.facts.id,
        "funding": want.want.funding.facts.id,
        "replaces": choice.id if choice else KEEP,
        "how": TIMES if plan.timed else EVERY_WEEK,
        "amount": number_text(sum(visit.quantity for visit in visits)),
        "starts_on": f"{first_day.day}.{first_day.month}.{first_day.year}",
    }
    if plan.timed:
        values["visits"] = week_text(visits)
    return f"{url_for('marketplace_choosing.check')}?{urlencode(values)}"
