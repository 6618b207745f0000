"""What is wrong with a plan itself, every fault with its field; not what it costs or whether it fits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import FIRST_EXTRA_NUMBER, Change, TimedPattern, VisitPlan
from clearing.plans.rules.timed_visits import has_day
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import DateWindow

LONGEST_MINUTES = 36 * 60
"""A visit lasts under 36 hours (R-06)."""
INTERVALS = (1, 2, 4)
_DAY_MINUTES = 24 * 60
_CYCLE = timedelta(weeks=8)
_TOUCHED = timedelta(days=2)
_NO_CLASSES = TimeClasses.of(())


class PlanFault(NamedTuple):
    """A fault of a plan: its code, which is public, and the field."""

    code: str
    field: str


def plan_faults(plan: VisitPlan) -> tuple[PlanFault, ...]:
    """Return every fault of a plan. Overlaps are looked for only if its times are possible."""
    faults = (*_kinds(plan), *_timed(plan), *_loose(plan), *_pauses(plan), *_changes(plan))
    return faults or tuple(dict.fromkeys(_overlaps(plan)))


def _kinds(plan: VisitPlan) -> Iterator[PlanFault]:
    if sum((bool(plan.timed), plan.loose is not None, plan.total is not None)) != 1:
        yield PlanFault("one_kind_of_plan", "plan")


def _timed(plan: VisitPlan) -> Iterator[PlanFault]:
    for number, pattern in enumerate(plan.timed):
        for code, field, is_wrong in _checks(pattern):
            if is_wrong:
                yield PlanFault(code, f"plan.timed.{number}.{field}")


def _checks(pattern: TimedPattern) -> tuple[tuple[str, str, bool], ...]:
    last_day = pattern.last_day
    return (
        ("weekdays_missing", "weekdays", not pattern.weekdays),
        ("weekday_unknown", "weekdays", not pattern.weekdays <= set(range(7))),
        ("time_unknown", "start", not 0 <= pattern.start_minute < _DAY_MINUTES),
        ("length_not_possible", "length", not 0 < pattern.length_minutes < LONGEST_MINUTES),
        ("interval_unknown", "every_weeks", pattern.every_weeks not in INTERVALS),
        ("ends_before_start", "to", last_day is not None and last_day < pattern.first_day),
        ("amount_not_positive", "quantity", pattern.quantity is not None and pattern.quantity <= 0),
    )


def _loose(plan: VisitPlan) -> Iterator[PlanFault]:
    for name, pattern in (("loose", plan.loose), ("total", plan.total)):
        if pattern is None:
            continue
        if pattern.quantity <= 0:
            yield PlanFault("amount_not_positive", f"plan.{name}.quantity")
        if pattern.last_day is not None and pattern.last_day < pattern.first_day:
            yield PlanFault("ends_before_start", f"plan.{name}.to")


def _pauses(plan: VisitPlan) -> Iterator[PlanFault]:
    for number, pause in enumerate(plan.pauses):
        if pause.last < pause.first:
            yield PlanFault("ends_before_start", f"plan.pauses.{number}.to")


def _changes(plan: VisitPlan) -> Iterator[PlanFault]:
    seen: set[tuple[object, int]] = set()
    for place, change in enumerate(plan.changes):
        field = f"plan.changes.{place}"
        if (change.day, change.number) in seen:
            yield PlanFault("visit_changed_twice", field)
        seen.add((change.day, change.number))
        if not change.is_extra and not _is_planned(plan, change):
            yield PlanFault("visit_unknown", f"{field}.day")
        if change.start_minute is not None and not 0 <= change.start_minute < _DAY_MINUTES:
            yield PlanFault("time_unknown", f"{field}.start")
        if change.length_minutes is not None and not 0 < change.length_minutes < LONGEST_MINUTES:
            yield PlanFault("length_not_possible", f"{field}.length")
        if change.quantity is not None and change.quantity <= 0:
            yield PlanFault("amount_not_positive", f"{field}.quantity")


def _is_planned(plan: VisitPlan, change: Change) -> bool:
    if not 1 <= change.number <= min(len(plan.timed), FIRST_EXTRA_NUMBER - 1):
        return False
    return has_day(plan.timed[change.number - 1], change.day)


def _overlaps(plan: VisitPlan) -> Iterator[PlanFault]:
    """Yield visits that begin before another one ends: a charge of the second would wait (R-27).

    Patterns repeat within four weeks, so eight weeks from the first day of each show all of them.
    """
    open_plan, fields = replace(plan, pauses=()), _fields(plan)
    for window in _windows(plan):
        ends: datetime | None = None
        for visit in visits_of(open_plan, _NO_CLASSES, window):
            if visit.start is None or visit.end is None:
                continue
            if ends is not None and visit.start < ends:
                usual = f"plan.timed.{visit.id.number - 1}.start"
                yield PlanFault("visits_overlap", fields.get((visit.id.day, visit.id.number), usual))
            ends = visit.end if ends is None else max(ends, visit.end)


def _windows(plan: VisitPlan) -> Iterator[DateWindow]:
    for pattern in plan.timed:
        yield DateWindow(pattern.first_day - _TOUCHED, pattern.first_day + _CYCLE)
    for change in plan.changes:
        day = change.to_day or change.day
        yield DateWindow(day - _TOUCHED, day + _TOUCHED)


def _fields(plan: VisitPlan) -> dict[tuple[date, int], str]:
    return {(each.day, each.number): f"plan.changes.{place}" for place, each in enumerate(plan.changes)}
