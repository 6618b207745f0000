"""Planned visits of choices."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.plans.facts.visits import PlannedVisit, PricedVisit
from clearing.plans.load.funding_plans import funding_plans
from clearing.plans.rules.pricing import priced
from clearing.plans.rules.replanning import visits_to_charge


def visits_to_charge_of(
    session: Session, funding_id: int, choice_id: int, day: date
) -> tuple[PlannedVisit, ...]:
    """Return the visits of a choice that may still be charged, past ones of the late days too."""
    return tuple([visit.visit for visit in priced_visits_of(session, funding_id, choice_id, day)])


def priced_visits_of(session: Session, funding_id: int, choice_id: int, day: date) -> tuple[PricedVisit, ...]:
    """Return the same visits with what each costs whom."""
    funding = fundings(session, [funding_id], lock=False)[funding_id]
    found = funding_plans(session, funding, day)
    for chosen in found.plans:
        if chosen.plan.choice_id == choice_id:
            return priced(visits_to_charge(chosen, funding, day, found.late_days), chosen.setting)
    return ()
