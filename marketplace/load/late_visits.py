"""The visits that days away would leave out when it is too late to cancel them free of charge (R-35)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.load.funding_plans import FundingPlans, plans_of_fundings
from clearing.plans.rules.cancelling import CancellationTerms
from clearing.plans.rules.cancelling import cancellation_terms as terms_of
from clearing.plans.rules.replanning import ChosenPlan, visits_to_charge
from foundation.vocabulary.dates import DateWindow, helsinki_day

Away = tuple[date, date | None]
"""The first and the last day away; None until further notice."""


@dataclass(frozen=True, slots=True)
class LateVisit:
    """A planned visit of a choice that costs its fee if it is cancelled now, and what that means."""

    choice_id: int
    provider_id: int
    chosen: ChosenPlan
    visit: PlannedVisit
    terms: CancellationTerms


def late_visits(
    session: Session,
    funding_ids: Collection[int],
    away: Away,
    now: datetime,
    *,
    choice_id: int | None = None,
) -> tuple[LateVisit, ...]:
    """Return the visits to come in days away that are no longer free to cancel, in order of their start.

    Args:
        choice_id: Only the visits of this choice.
    """
    days = DateWindow(away[0], away[1] or date.max)
    found = list(fundings(session, funding_ids, lock=False).values()) if funding_ids else []
    plans = plans_of_fundings(session, found, helsinki_day(now)) if found else {}
    late = [
        each for key in plans for each in _late(plans[key], days, now) if choice_id in (None, each.choice_id)
    ]
    return tuple(sorted(late, key=lambda each: (each.visit.start or now, each.choice_id)))


def _late(plans: FundingPlans, days: DateWindow, now: datetime) -> Iterator[LateVisit]:
    for chosen in plans.plans:
        rule, setting = chosen.setting.offering.cancellation, chosen.setting
        if rule is None:
            continue
        for visit in visits_to_charge(chosen, setting.funding, helsinki_day(now), plans.late_days):
            if visit.start is None or visit.start <= now or visit.day not in days:
                continue
            terms = terms_of(visit, setting, plans.late_days)
            if terms.is_free(now):
                break  # later visits are free to cancel as well
            yield LateVisit(chosen.plan.choice_id, setting.provider.id, chosen, visit, terms)
