"""Every visit of a plan in a window of days."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from clearing.eligibility.facts.calendar import DayKind, Parts
from clearing.eligibility.rules.civil_days import day_kind
from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import Change, PartOfWeek, TimedPattern, VisitId, VisitPlan
from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.rules.loose_visits import LooseVisit, loose_visits, total_visits
from clearing.plans.rules.plan_visits import NO_TIME
from clearing.plans.rules.timed_visits import WEEK_DAYS, days_of, has_day, times_on
from foundation.vocabulary.dates import ONE_DAY, DateWindow
from foundation.vocabulary.money import Quantity, half_up_division
from foundation.vocabulary.units import HOUR

_PARTS = {
    PartOfWeek.DAYTIME: (DayKind.WEEKDAY, 12 * 60),
    PartOfWeek.EVENING: (DayKind.WEEKDAY, 19 * 60),
    PartOfWeek.NIGHT: (DayKind.WEEKDAY, 2 * 60),
    PartOfWeek.SATURDAY: (DayKind.SATURDAY, 12 * 60),
    PartOfWeek.SUNDAY: (DayKind.SUNDAY_OR_HOLIDAY, 12 * 60),
}
"""The kind of day and the minute whose time class a part of the week has."""
_ONE_VISIT = Quantity(100)


def visits_of(plan: VisitPlan, calendar: TimeClasses, window: DateWindow) -> tuple[PlannedVisit, ...]:
    """Return the visits of a plan whose day is in a window, in order of day, start and number.

    Pauses leave visits out, an extra visit or one moved into a pause as well; so does the last day of the
    choice. A visit over midnight belongs to the day on which it starts.
    """
    changes = {(change.day, change.number): change for change in plan.changes}
    found = [*_timed(plan, calendar, window, changes), *_loose(plan, calendar, window)]
    found += _extras(plan, calendar, changes.values())
    first, last = window.first, min(window.last, plan.last_day or window.last)
    is_paused = plan.is_paused if plan.pauses else _never
    given = [visit for visit in found if first <= visit.day <= last and not is_paused(visit.day)]
    given.sort(key=_order)
    return tuple(given)


def late_cancelled_visits(
    plan: VisitPlan, calendar: TimeClasses, window: DateWindow
) -> tuple[PlannedVisit, ...]:
    """Return the visits in a window that were cancelled late and may still be charged, with their fees.

    Days away that were entered later do not change what the client read when cancelling.
    """
    fees = {
        (change.day, change.number): change.fee
        for change in plan.changes
        if change.is_cancelled and change.fee is not None and change.fee.is_charged
    }
    if not fees:
        return ()
    restored = tuple(replace(change, is_cancelled=False) for change in plan.changes)
    visits = visits_of(replace(plan, changes=restored, pauses=()), calendar, window)
    return tuple(replace(visit, fee=fees[visit.id[1:]]) for visit in visits if visit.id[1:] in fees)


def _never(_day: date) -> bool:
    return False


def _order(visit: PlannedVisit) -> tuple[date, float, date, int]:
    return visit.day, visit.start.timestamp() if visit.start else 0.0, visit.id.day, visit.id.number


_Changes = dict[tuple[date, int], Change]


def _timed(
    plan: VisitPlan, calendar: TimeClasses, window: DateWindow, changes: _Changes
) -> Iterator[PlannedVisit]:
    for number, pattern in enumerate(plan.timed, start=1):
        outside = {day for day, of in changes if of == number and day not in window and has_day(pattern, day)}
        length = pattern.length_minutes
        for day in (*sorted(outside), *days_of(pattern, window)):
            change = changes.get((day, number))
            if change is None:
                visit_id = VisitId(plan.choice_id, day, number)
                yield _at(plan, calendar, visit_id, day, pattern.start_minute, length, pattern.quantity)
            elif not change.is_cancelled:
                yield _visit(plan, calendar, pattern, change)


def _visit(plan: VisitPlan, calendar: TimeClasses, pattern: TimedPattern, change: Change) -> PlannedVisit:
    day = change.to_day or change.day
    start = pattern.start_minute if change.start_minute is None else change.start_minute
    length = change.length_minutes or pattern.length_minutes
    quantity = change.quantity or pattern.quantity
    return _at(
        plan, calendar, VisitId(plan.choice_id, change.day, change.number), day, start, length, quantity
    )


def _at(
    plan: VisitPlan, calendar: TimeClasses, visit_id: VisitId, day: date, start_minute: int, length: int,
    quantity: Quantity | None,
) -> PlannedVisit:  # fmt: skip
    start, end, parts = calendar.at(day, start_minute, length)
    if plan.unit == HOUR:
        quantity = Quantity(half_up_division(length * 100, 60))
    return PlannedVisit(visit_id, day, start, end, quantity or _ONE_VISIT, parts)


def _extras(plan: VisitPlan, calendar: TimeClasses, changes: Iterable[Change]) -> Iterator[PlannedVisit]:
    for change in changes:
        if not change.is_extra or change.is_cancelled:
            continue
        visit_id, day = VisitId(plan.choice_id, change.day, change.number), change.to_day or change.day
        if change.start_minute is not None and change.length_minutes:
            minutes = (change.start_minute, change.length_minutes)
            yield _at(plan, calendar, visit_id, day, *minutes, change.quantity)
        else:
            quantity = change.quantity or _ONE_VISIT
            yield PlannedVisit(visit_id, day, None, None, quantity, calendar.at_noon(day))


def _loose(plan: VisitPlan, calendar: TimeClasses, window: DateWindow) -> Iterator[PlannedVisit]:
    if plan.loose is not None:
        for found in loose_visits(plan, plan.loose, window.last):
            yield _without_times(plan, found, typical_parts(calendar, found.day, plan.loose.part))
    if plan.total is not None:
        for found in total_visits(plan, plan.total):
            yield _without_times(plan, found, typical_parts(calendar, found.day, PartOfWeek.DAYTIME))


def _without_times(plan: VisitPlan, found: LooseVisit, parts: Parts) -> PlannedVisit:
    visit_id = VisitId(plan.choice_id, found.first_day, NO_TIME)
    return PlannedVisit(visit_id, found.day, None, None, found.quantity, parts)


def typical_parts(calendar: TimeClasses, day: date, part: PartOfWeek | None) -> Parts:
    """Return the time class of a part of the week, on its first such day of the seven days from a day on."""
    if part is None:
        return calendar.at_noon(day)
    kind, minute = _PARTS[part]
    days = [day + number * ONE_DAY for number in range(WEEK_DAYS)]
    typical = next((each for each in days if day_kind(each) is kind), day)
    start: datetime = times_on(typical, minute, 1)[0]
    return calendar.of_visit(start, start + timedelta(minutes=1), typical)
