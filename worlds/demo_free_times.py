"""Free hours of the demo's providers: two of three give them by week, the others typed a day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clearing.plans.facts.free_times import FreeHours
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.refusals import not_refused
from marketplace.actions.keep_free_times import change_free_times
from worlds.providers import WrittenProvider
from worlds.world import World

WEEKS: Final = (
    ((1, 9, 12), (3, 17, 20)),
    ((0, 8, 12), (2, 8, 12), (4, 12, 16)),
    ((5, 10, 14), (6, 10, 14)),
    ((0, 16, 20), (1, 16, 20), (2, 16, 20), (3, 16, 20)),
)
"""Weekday (Monday is 0), first and last hour, of one provider after the other."""
CLOSED_IN_DAYS: Final = (33, 39)


def write_demo_free_times(world: World, providers: Iterable[WrittenProvider]) -> None:
    """Let providers give hours; some of them are closed over the holidays."""
    for number, provider in enumerate(providers):
        if number % 3 == 2 or not provider.offerings:
            continue
        offerings = frozenset(provider.offerings.values())
        hours = [
            FreeHours(weekday, first * 60, last * 60, world.today, None, 1 + number % 2, offerings)
            for weekday, first, last in WEEKS[number % len(WEEKS)]
        ]
        first_closed, last_closed = (world.day(days) for days in CLOSED_IN_DAYS)
        closed = [DateWindow(first_closed, last_closed)] if number % 2 else []
        key = {"actor": provider.owner, "now": world.now}
        not_refused(change_free_times(world.session, provider.id, add=hours, close=closed, **key))  # type: ignore[arg-type]
