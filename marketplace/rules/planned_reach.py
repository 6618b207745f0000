"""Until when a funding lasts by the visits that are planned, in place of an even pace.

The holds of all choices are planned together, visit by visit: what stops one of them is when the money or the
units end, and what no plan holds is what stays unused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from clearing.plans.facts.visits import Limit
from foundation.vocabulary.money import Money
from marketplace.rules.outlook import Outlook


@dataclass(frozen=True, slots=True)
class PlanReach:
    """The last day that the hold of a choice reaches, and what stops it (None: nothing)."""

    lasts_until: date | None
    stopped_by: Limit | None


def as_planned(outlook: Outlook, reaches: Sequence[PlanReach], free_cents: Money) -> Outlook:
    """Return the outlook by the plans of the choices in force; as it is if one has not been planned yet."""
    if not reaches or any(reach.lasts_until is None for reach in reaches):
        return outlook
    ends = {limit: _first_day(reaches, limit) for limit in (Limit.MONEY, Limit.UNITS)}
    known = [day for day in ends.values() if day is not None]
    day = min([*known, outlook.window.last])
    units_end_first = ends[Limit.UNITS] == day and ends[Limit.MONEY] != day
    return replace(outlook, lasts_until=day, units_end_first=units_end_first, planned_left_cents=free_cents)


def _first_day(reaches: Sequence[PlanReach], limit: Limit) -> date | None:
    days = [reach.lasts_until for reach in reaches if reach.stopped_by is limit and reach.lasts_until]
    return min(days, default=None)
