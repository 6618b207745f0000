"""The early warnings about a voucher that is not used, and about its end."""

from collections.abc import Collection
from datetime import date

from clearing.upkeep.facts.course import Ending, Idle
from clearing.upkeep.facts.thresholds import THRESHOLDS, Thresholds
from foundation.vocabulary.dates import ONE_DAY, DateWindow


def is_not_started(idle: Idle, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 4: nothing is held, and nothing was charged in 42 days; or nothing was chosen in 21 days."""
    return idle.days > (limits.not_started_days if idle.is_chosen else limits.not_chosen_days)


def ending_stage(ending: Ending, limits: Thresholds = THRESHOLDS) -> int | None:
    """Alert 11: the funding ends in 60, 30 or 14 days and there is no new decision.

    Return the shortest of these terms that has been reached; None before the first.
    """
    stages = (limits.ending_first_days, limits.ending_second_days, limits.ending_last_days)
    return min((stage for stage in stages if ending.days_left <= stage), default=None)


def idle_since(
    first_day: date,
    last_charged: date | None,
    away: Collection[DateWindow],
    day: date,
    *,
    is_chosen: bool = True,
) -> Idle:
    """Return since when a funding has not been used, and for how many days, without days away."""
    since = first_day if last_charged is None else last_charged
    begins = since.toordinal() + (last_charged is not None)
    days = [date.fromordinal(number) for number in range(begins, (day + ONE_DAY).toordinal())]
    present = [each for each in days if not any(each in window for window in away)]
    return Idle(since, len(present), last_charged is not None, is_chosen)
