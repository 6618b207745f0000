"""Visits of plans without times: one for each week or month, on the first day of it that is not paused."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from clearing.plans.facts.plan import LoosePattern, TotalPattern, VisitPlan
from clearing.plans.rules.timed_visits import WEEK_DAYS
from foundation.vocabulary.dates import ONE_DAY, DateWindow, PeriodKind, periods_touching
from foundation.vocabulary.money import Quantity, half_up_division
from foundation.vocabulary.units import HOUR

DIVISIBLE_UNITS = frozenset({HOUR, "km"})
"""Units that are given in parts; the others only whole."""
_WHOLE = 100


class LooseVisit(NamedTuple):
    """A quantity that a plan without times gives from a day on."""

    day: date
    first_day: date
    quantity: Quantity


def loose_visits(plan: VisitPlan, pattern: LoosePattern, last_day: date) -> Iterator[LooseVisit]:
    """Yield the visits of a loose pattern until a day. Days away take their part of the week or month.

    So do the days of a month before the first day of the pattern, and after the last day of the plan
    (docs/decisions/0162). A week is whole: it begins on the pattern's own day.
    """
    ends = min(pattern.last_day or date.max, plan.last_day or date.max)
    for block in _blocks(pattern.first_day, min(ends, last_day), pattern.per):
        if pattern.per is PeriodKind.WEEK:
            yield from _visit_in(plan, block, pattern.quantity)
        else:
            part = DateWindow(block.first, min(block.last, ends))
            yield from _visit_in(plan, part, _part_of_month(plan, pattern, part))


def _part_of_month(plan: VisitPlan, pattern: LoosePattern, part: DateWindow) -> Quantity:
    """Return the quantity of the days of a month that are in a plan; whole units if not divisible."""
    whole = next(periods_touching(pattern.per, part))
    step = 1 if plan.unit in DIVISIBLE_UNITS or part == whole else _WHOLE
    return Quantity(half_up_division(pattern.quantity * part.days(), whole.days() * step) * step)


def total_visits(plan: VisitPlan, pattern: TotalPattern) -> Iterator[LooseVisit]:
    """Yield the visits of a total: spread evenly over the weeks that are not paused altogether."""
    blocks = [
        block
        for block in _blocks(pattern.first_day, pattern.last_day, PeriodKind.WEEK)
        if _present(plan, block)
    ]
    blocks = blocks or list(_blocks(pattern.first_day, pattern.last_day, PeriodKind.WEEK))[:1]
    step = 1 if plan.unit in DIVISIBLE_UNITS else _WHOLE
    before = 0
    for number, block in enumerate(blocks, start=1):
        until = pattern.quantity if number == len(blocks) else pattern.quantity * number // len(blocks)
        until = until if number == len(blocks) else until // step * step
        if until > before:
            day = next(iter(_present(plan, block)), block.first)
            yield LooseVisit(day, block.first, Quantity(until - before))
        before = until


def _blocks(first_day: date, last_day: date, per: PeriodKind) -> Iterator[DateWindow]:
    """Yield weeks of seven days from the first day on, or calendar months; the last may end later."""
    if last_day < first_day:  # a choice that was ended before it began
        return
    if per is not PeriodKind.WEEK:
        for period in periods_touching(per, DateWindow(first_day, last_day)):
            yield DateWindow(max(first_day, period.first), period.last)
        return
    day = first_day
    while day <= last_day:
        yield DateWindow(day, day + timedelta(days=WEEK_DAYS - 1))
        day += timedelta(days=WEEK_DAYS)


def _visit_in(plan: VisitPlan, block: DateWindow, quantity: Quantity) -> Iterator[LooseVisit]:
    present = _present(plan, block)
    given = half_up_division(quantity * len(present), block.days())
    if plan.unit not in DIVISIBLE_UNITS and len(present) < block.days():
        given = given // _WHOLE * _WHOLE
    if given > 0:
        yield LooseVisit(present[0], block.first, Quantity(given))


def _present(plan: VisitPlan, block: DateWindow) -> list[date]:
    days = [block.first + number * ONE_DAY for number in range(block.days())]
    return [day for day in days if not plan.is_paused(day)]
