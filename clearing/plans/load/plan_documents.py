"""Read the visit plans in the document of a funding. No database is needed.

The arrays are read by position; their SQL is the view `funding_laid_out`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from clearing.plans.facts.plan import (
    CancellationFee,
    Change,
    LoosePattern,
    PartOfWeek,
    TimedPattern,
    TotalPattern,
    VisitPlan,
)
from foundation.vocabulary.dates import ONE_DAY, DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity

UNIT_OF_OFFERING = ""
"""Stands for the unit of a plan: that of its offering, which the document does not have."""


def read_plans(document: Sequence[Any]) -> dict[int, VisitPlan]:
    """Return the plans of a funding's choices by choice id.

    Their unit and the days on which the client is away from all help are not in them.
    """
    patterns, changes, pauses = document[14:]
    if not patterns:
        return {}
    plans: dict[int, VisitPlan] = {}
    for key, *pattern in patterns:
        plans[key] = _with_pattern(plans.get(key) or VisitPlan(key, UNIT_OF_OFFERING), *pattern)
    of_choice: defaultdict[int, list[Change]] = defaultdict(list)
    for key, *change in changes or ():
        of_choice[key].append(_change(*change))
    away: defaultdict[int, list[DateWindow]] = defaultdict(list)
    for key, first, after in pauses or ():
        away[key].append(DateWindow(_day(first), date.max if after is None else _day(after) - ONE_DAY))
    return {
        key: replace(plan, changes=tuple(of_choice[key]), pauses=tuple(away[key]))
        if key in of_choice or key in away
        else plan
        for key, plan in plans.items()
    }


def _with_pattern(
    plan: VisitPlan, kind: str, weekdays: int | None, start: Any, length: Any, every: Any,
    quantity: Quantity | None, per: Any, part: Any, first: str, last: str | None,
) -> VisitPlan:  # fmt: skip
    days = _day(first), None if last is None else _day(last)
    if kind == "timed":
        pattern = TimedPattern(_weekdays(weekdays or 0), start, length, *days, every or 1, quantity)
        return replace(plan, timed=(*plan.timed, pattern))
    given = quantity or Quantity(0)
    if kind == "loose":
        of_week = None if part is None else PartOfWeek(part)
        return replace(plan, loose=LoosePattern(given, PeriodKind(per), *days, of_week))
    assert last is not None
    return replace(plan, total=TotalPattern(given, _day(first), _day(last)))


def _change(
    day: str, number: int, is_cancelled: bool, to_day: str | None, start: int | None, length: int | None,
    quantity: Quantity | None, share: int | None = None, cents: Money | None = None,
    hundredths: Quantity | None = None,
) -> Change:  # fmt: skip
    moved = None if to_day is None else _day(to_day)
    fee = None if share is None or hundredths is None else CancellationFee(share, cents, hundredths)
    return Change(_day(day), number, is_cancelled, moved, start, length, quantity, fee)


@lru_cache(maxsize=128)
def _weekdays(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)


_day = lru_cache(maxsize=4096)(date.fromisoformat)
