"""Which changes of a plan are reported to its client: another last day, or a larger own share."""

from dataclasses import dataclass
from datetime import date, timedelta

from foundation.vocabulary.money import Money

LONGEST_MOVE = timedelta(weeks=1)
_GROWTH_PERCENT = 10


@dataclass(frozen=True, slots=True)
class PlanReach:
    """How far the hold of a choice reaches, and the client's own share of a unit; None: not known."""

    lasts_until: date | None
    own_unit_cents: Money | None


def must_be_reported(before: PlanReach, after: PlanReach) -> bool:
    """Return whether the end day moves by over a week, or the own share of a unit grows over 10 %."""
    if before.lasts_until is None:
        return False
    if after.lasts_until is not None and abs(after.lasts_until - before.lasts_until) > LONGEST_MOVE:
        return True
    if before.own_unit_cents is None or after.own_unit_cents is None:
        return False
    grown = after.own_unit_cents - before.own_unit_cents
    return grown > 0 and grown * 100 > before.own_unit_cents * _GROWTH_PERCENT
