"""Hours of the week as a provider gives them: everything that is wrong in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from clearing.plans.facts.free_times import FreeHours
from clearing.plans.rules.free_times import SHORTEST_MINUTES
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.refusals import Refusal

MOST_HOURS: Final = 200
MOST_CLOSED: Final = 100
MOST_AT_ONCE: Final = 50


def wrong_in_free_times(
    hours: Sequence[FreeHours], closed: Sequence[DateWindow], own_offerings: Collection[int]
) -> tuple[Refusal, ...]:
    """Return every field that is wrong, named `hours.0.to` or `closed.0.from`.

    Args:
        own_offerings: The ids of the provider's own offerings.
    """
    if len(hours) > MOST_HOURS:
        return (Refusal("too_many_hours", "hours"),)
    if len(closed) > MOST_CLOSED:
        return (Refusal("too_many_closed", "closed"),)
    return (*_wrong_hours(hours, own_offerings), *_wrong_closed(closed))


def _wrong_hours(hours: Sequence[FreeHours], own_offerings: Collection[int]) -> Iterator[Refusal]:
    for number, each in enumerate(hours):
        found = list(_wrong(each, own_offerings))
        if not found and any(_overlap(each, other) for other in hours[:number]):
            found = [Refusal("hours_overlap", "from")]
        yield from (Refusal(refusal.code, f"hours.{number}.{refusal.field}") for refusal in found)


def _wrong(hours: FreeHours, own_offerings: Collection[int]) -> Iterator[Refusal]:
    if hours.end_minute - hours.start_minute < SHORTEST_MINUTES:
        yield Refusal("hours_too_short", "to")
    if hours.last_day is not None and hours.last_day < hours.first_day:
        yield Refusal("ends_before_start", "until")
    if not 1 <= hours.at_once <= MOST_AT_ONCE:
        yield Refusal("at_once_impossible", "at_once")
    if not hours.offering_ids:
        yield Refusal("offering_missing", "offerings")
    elif not hours.offering_ids <= set(own_offerings):
        yield Refusal("offering_unknown", "offerings")


def _overlap(hours: FreeHours, other: FreeHours) -> bool:
    """Return whether an offering would be free twice in one minute of a day."""
    ends = hours.last_day is not None and hours.last_day < other.first_day
    begins = other.last_day is not None and other.last_day < hours.first_day
    return (
        hours.weekday == other.weekday
        and bool(hours.offering_ids & other.offering_ids)
        and hours.start_minute < other.end_minute
        and other.start_minute < hours.end_minute
        and not ends
        and not begins
    )


def _wrong_closed(closed: Sequence[DateWindow]) -> Iterator[Refusal]:
    for number, window in enumerate(closed):
        if window.last < window.first:
            yield Refusal("ends_before_start", f"closed.{number}.to")
        elif any(window.first <= other.last and other.first <= window.last for other in closed[:number]):
            yield Refusal("closed_days_overlap", f"closed.{number}.from")
