"""A plan of visits in one cell of a file.

`6/week`, `40/month`, `total 20`, or `mon,thu 17:00-19:00 + sat/2 10:00-14:00` (every second Saturday).
"""

from __future__ import annotations

import re
from datetime import date

from clearing.plans.facts.plan import LoosePattern, TimedPattern, TotalPattern, VisitPlan
from foundation.vocabulary.dates import PeriodKind
from foundation.vocabulary.money import Quantity, parse_hundredths
from marketplace.rules.day_coverage import MINUTES_A_DAY, minute_of
from marketplace.rules.wishes import Wish, quantity_per_week

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBER = r"(\d{1,6}(?:[.,]\d{1,2})?)"
_LOOSE = re.compile(rf"{_NUMBER}\s*/\s*(week|month)")
_TOTAL = re.compile(rf"total\s+{_NUMBER}")
_TIMED = re.compile(r"([a-z]{3}(?:,[a-z]{3})*)(?:/([124]))?\s+(\d{1,2}:\d{2})-(\d{1,2}:\d{2})")
_NEW = 0


def read_plan(text: str, unit: str, first_day: date, last_day: date) -> Wish | None:
    """Return the plan that the cell says, from the first to the last day; None if it cannot be read.

    A visit that ends at its start or before ends on the next day.
    """
    words = " ".join(text.casefold().split())
    if found := _LOOSE.fullmatch(words):
        return _loose(found, unit, first_day)
    if found := _TOTAL.fullmatch(words):
        quantity = _quantity(found[1])
        pattern = TotalPattern(quantity, first_day, last_day)
        return Wish(first_day, None, quantity, None, total=pattern) if quantity else None
    patterns = [_timed(part.strip(), first_day) for part in words.split("+")]
    timed = tuple(pattern for pattern in patterns if pattern is not None)
    if len(timed) < len(patterns):
        return None
    weekly = quantity_per_week(VisitPlan(_NEW, unit, timed))
    return Wish(first_day, None, None, weekly, timed=timed)


def _loose(found: re.Match[str], unit: str, first_day: date) -> Wish | None:
    quantity = _quantity(found[1])
    if not quantity:
        return None
    pattern = LoosePattern(quantity, PeriodKind(found[2]), first_day)
    return Wish(first_day, None, None, quantity_per_week(VisitPlan(_NEW, unit, loose=pattern)), loose=pattern)


def _timed(text: str, first_day: date) -> TimedPattern | None:
    found = _TIMED.fullmatch(text)
    if found is None:
        return None
    days, every, starts, ends = (
        found[1].split(","),
        int(found[2] or 1),
        minute_of(found[3]),
        minute_of(found[4]),
    )
    if not set(days) <= set(DAYS) or starts is None or ends is None or starts == MINUTES_A_DAY:
        return None
    length = ends - starts if ends > starts else ends - starts + MINUTES_A_DAY
    return TimedPattern(frozenset(map(DAYS.index, days)), starts, length, first_day, every_weeks=every)


def _quantity(text: str) -> Quantity:
    return Quantity(parse_hundredths(text.replace(",", ".")) or 0)
