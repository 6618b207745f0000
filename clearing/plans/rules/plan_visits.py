"""Whether a plan has a visit, by its id."""

from clearing.plans.facts.plan import Change, VisitId, VisitPlan
from clearing.plans.rules.loose_visits import loose_visits, total_visits
from clearing.plans.rules.timed_visits import has_day
from foundation.vocabulary.dates import ONE_DAY

NO_TIME = 0
"""The number of the visits of a plan without times."""


def has_visit(plan: VisitPlan, visit: VisitId, *, with_cancelled: bool = False) -> bool:
    """Return whether a plan has a visit: of its patterns or extra, not cancelled, and not on a day away.

    With the cancelled ones, those too that the client was away from after they had been cancelled.
    """
    unchanged = Change(visit.day, visit.number)
    change = next((each for each in plan.changes if (each.day, each.number) == visit[1:]), unchanged)
    given_on = change.to_day or visit.day
    if plan.has_ended(given_on) or (change.is_cancelled and not with_cancelled):
        return False
    if plan.is_paused(given_on) and change.fee is None:
        return False
    if change.is_extra:
        return change is not unchanged
    return _has_in_patterns(plan, visit)


def _has_in_patterns(plan: VisitPlan, visit: VisitId) -> bool:
    if plan.timed:
        return 0 < visit.number <= len(plan.timed) and has_day(plan.timed[visit.number - 1], visit.day)
    if visit.number != NO_TIME:
        return False
    if plan.loose is not None:
        found = loose_visits(plan, plan.loose, visit.day + ONE_DAY)
        return any(each.first_day == visit.day for each in found)
    return plan.total is not None and any(
        each.first_day == visit.day for each in total_visits(plan, plan.total)
    )
