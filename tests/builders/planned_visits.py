"""Plans of visits for the choices of tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from clearing.plans.facts.plan import LoosePattern, TimedPattern, VisitPlan
from clearing.plans.write.visit_plans import store_patterns
from foundation.database.tables.choices import Choice
from foundation.database.tables.plans import PlanPattern
from foundation.vocabulary.dates import PeriodKind
from foundation.vocabulary.money import Quantity


def plan_visits(
    session: Session, choice: Choice, *, weekdays: Iterable[int] = (0, 3), start: str = "17:00",
    minutes: int = 120, unit: str = "hour", first_day: date | None = None,
) -> VisitPlan:  # fmt: skip
    """Give a choice visits at a time on weekdays (Monday is 0), instead of the plan that it has."""
    hour, minute = start.split(":")
    pattern = TimedPattern(
        frozenset(weekdays), int(hour) * 60 + int(minute), minutes, first_day or choice.starts_on
    )
    return _store(session, choice, VisitPlan(choice.id, unit, timed=(pattern,)))


def plan_by_the_week(
    session: Session, choice: Choice, *, hours: int = 6, first_day: date | None = None
) -> VisitPlan:
    """Give a choice so many hours a week without times, instead of the plan that it has."""
    loose = LoosePattern(Quantity(hours * 100), PeriodKind.WEEK, first_day or choice.starts_on)
    return _store(session, choice, VisitPlan(choice.id, "hour", loose=loose))


def _store(session: Session, choice: Choice, plan: VisitPlan) -> VisitPlan:
    session.query(PlanPattern).filter_by(choice_id=choice.id).delete()
    store_patterns(session, plan, funding_id=choice.funding_id, county_id=choice.county_id)
    return plan
