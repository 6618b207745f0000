"""The course of a funding: its plan of visits beside what was charged, without days away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clearing.plans.facts.plan import VisitPlan
from clearing.plans.facts.visits import PricedVisit, UsedVisit
from clearing.plans.rules.holding import stops_charging
from clearing.upkeep.facts.course import RECENT_DAYS, Course, Rhythm
from foundation.vocabulary.dates import ONE_DAY, DateWindow, PeriodKind

_DAYS_OF_PERIOD = {PeriodKind.WEEK: 7.0, PeriodKind.MONTH: 365.25 / 12}
_ONE_UNIT = 100


@dataclass(frozen=True, slots=True)
class CourseOfChoice:
    """A choice: its plan, all its visits, those that wait for a charge, and what was used."""

    choice_id: int
    provider_id: int
    first_day: date
    plan: VisitPlan
    visits: Sequence[PricedVisit]
    waiting: Sequence[PricedVisit]
    used: Sequence[UsedVisit]
    is_live: bool

    @property
    def is_ring_fenced(self) -> bool:
        """Whether it is so much in all: it is used when the client likes, and is no part of the course."""
        return self.plan.total is not None

    def is_active(self, day: date) -> bool:
        """Return whether visits may be planned on a day."""
        return day >= self.first_day and not self.plan.has_ended(day) and not self.plan.is_paused(day)


@dataclass(frozen=True, slots=True)
class Spending:
    """What a funding grants without ring-fenced choices, and what was charged on which days.

    In cents; in hundredths of a unit if `in_units`, as for a funding that is granted in units.
    """

    granted: int
    charged: Sequence[tuple[date, int]]
    in_units: bool


def course_of(
    choices: Iterable[CourseOfChoice], spending: Spending, window: DateWindow, day: date
) -> Course | None:
    """Return the course of a funding as of a day; None without a plan until then."""
    own = [choice for choice in choices if not choice.is_ring_fenced]
    first_day = max(window.first, min((choice.first_day for choice in own), default=date.max))
    if first_day > min(day, window.last):
        return None
    active = [each for each in _days(first_day, window.last) if any(choice.is_active(each) for choice in own)]
    visits = [
        visit
        for choice in own
        for visit in choice.visits
        if visit.visit.day in window and not stops_charging(visit)
    ]
    past = [visit for visit in visits if visit.visit.day <= day]
    recent_from = day - timedelta(days=RECENT_DAYS - 1)
    recent_days = sum(recent_from <= each <= day for each in active)
    recent = sum(amount for of_day, amount in spending.charged if recent_from <= of_day <= day)
    amount = _units_of if spending.in_units else _cents_of
    return Course(
        day=day,
        first_day=first_day,
        last_day=window.last,
        granted=spending.granted,
        charged=sum(amount_of_day for of_day, amount_of_day in spending.charged if of_day <= day),
        held=sum(amount(visit) for choice in own for visit in choice.waiting if visit.visit.day <= day),
        planned=sum(amount(visit) for visit in past),
        visits=len(past),
        per_day=sum(amount(visit) for visit in visits) / max(1, len(active)),
        recent_per_day=recent / max(1, recent_days),
        recent_days=recent_days,
        days_left=sum(each > day for each in active),
    )


def rhythm_of(choice: CourseOfChoice, day: date) -> Rhythm | None:
    """Return how often a choice's visits are planned and since when there was none; None without visits."""
    if not choice.is_live or choice.is_ring_fenced or not choice.is_active(day):
        return None
    used = [each.day for each in choice.used if each.day <= day]
    since = max(used, default=choice.first_day - ONE_DAY)
    days_since = sum(choice.is_active(each) for each in _days(since + ONE_DAY, day))
    if choice.plan.loose is not None:
        units = choice.plan.loose.quantity / _ONE_UNIT
        return Rhythm(False, _DAYS_OF_PERIOD[choice.plan.loose.per] / units, days_since)
    visits = [visit for visit in choice.visits if not stops_charging(visit)]
    if not visits:
        return None
    last = visits[-1].visit.day
    active = sum(choice.is_active(each) for each in _days(choice.first_day, last))
    return Rhythm(True, active / len(visits), days_since)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _cents_of(visit: PricedVisit) -> int:
    return visit.county_pays_cents or 0


def _units_of(visit: PricedVisit) -> int:
    return visit.visit.quantity
