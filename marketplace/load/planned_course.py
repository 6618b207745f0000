"""What the visits of a funding's choices plan to use, day by day."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.plans.load.funding_plans import funding_plans
from clearing.plans.rules.pricing import priced
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.weekly_course import PlannedDay


def planned_days(session: Session, funding: Funding, day: date) -> list[PlannedDay]:
    """Return the visits of the plans of a funding's choices, past ones too, at the prices of their days."""
    found = funding_plans(session, funding, day)
    window = DateWindow(funding.window.first, funding.window.last)
    return [
        PlannedDay(visit.visit.day, visit.county_pays_cents or Money(0), Quantity(visit.visit.quantity))
        for chosen in found.plans
        for visit in priced(visits_of(chosen.plan, chosen.setting.calendar, window), chosen.setting)
    ]
