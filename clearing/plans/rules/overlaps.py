"""Planned visits at the same minute as others (R-28)."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import timedelta

from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.rules.plan_faults import LONGEST_MINUTES

_LONGEST = timedelta(minutes=LONGEST_MINUTES)


def first_overlap(visits: Iterable[PlannedVisit], others: Iterable[PlannedVisit]) -> PlannedVisit | None:
    """Return the first of these visits that shares a minute with one of the others.

    Visits without times share none with any.
    """
    times = sorted((other.start, other.end) for other in others if other.start and other.end)
    for visit in visits:
        if visit.start is None or visit.end is None:
            continue
        begin = bisect_right(times, (visit.start - _LONGEST, visit.start))
        for start, end in times[begin:]:
            if start >= visit.end:
                break
            if end > visit.start:
                return visit
    return None
