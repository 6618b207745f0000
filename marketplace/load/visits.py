"""Planned visits of choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.plans.facts.plan import VisitId
from clearing.plans.facts.visits import PlannedVisit, PricedVisit
from clearing.plans.load.funding_plans import funding_plans
from clearing.plans.rules.cancelling import CancellationTerms, cancellation_terms
from clearing.plans.rules.pricing import Setting, priced
from clearing.plans.rules.replanning import visits_to_charge


@dataclass(frozen=True, slots=True)
class VisitsToCharge:
    """The visits of a choice that may still be charged, and by what they are priced.

    `late_days` are the days after a visit on which it may be charged.
    """

    visits: tuple[PlannedVisit, ...]
    setting: Setting
    late_days: int

    def with_id(self, visit_id: VisitId) -> PlannedVisit | None:
        """Return the visit with this id."""
        return next((visit for visit in self.visits if visit.id == visit_id), None)

    def cancelling(self, visit_id: VisitId) -> CancellationTerms | None:
        """Return what cancelling a visit would mean; None if it can no longer be charged."""
        visit = self.with_id(visit_id)
        return None if visit is None else cancellation_terms(visit, self.setting, self.late_days)


def visits_to_charge_of(
    session: Session, funding_id: int, choice_id: int, day: date
) -> VisitsToCharge | None:
    """Return the visits of a choice that may still be charged, past ones of the late days too.

    None if the choice ended before the late days.
    """
    funding = fundings(session, [funding_id], lock=False)[funding_id]
    found = funding_plans(session, funding, day)
    for chosen in found.plans:
        if chosen.plan.choice_id == choice_id:
            visits = visits_to_charge(chosen, funding, day, found.late_days)
            return VisitsToCharge(visits, chosen.setting, found.late_days)
    return None


def priced_visits_of(session: Session, funding_id: int, choice_id: int, day: date) -> tuple[PricedVisit, ...]:
    """Return the same visits with what each costs whom."""
    found = visits_to_charge_of(session, funding_id, choice_id, day)
    return () if found is None else priced(found.visits, found.setting)
