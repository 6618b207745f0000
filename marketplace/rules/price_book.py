"""The prices among which the rows of a price list are placed, before anything is stored."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from foundation.vocabulary.refusals import Refusal
from marketplace.rules.imported_prices import ONE_DAY, CurrentPrice, Placed, first_day_of, place

NEW: Final = 0
"""The id of a price that is not stored yet."""


@dataclass(frozen=True, slots=True)
class PriceBook:
    """The prices in force, among which the rows of a file are placed: by service id and time class id.

    Attributes:
        current: The prices of each key in order of first day. A new one has the id `NEW`.
        ended: The prices in force that end earlier now, by id.
    """

    current: defaultdict[tuple[int, int], list[CurrentPrice]]
    ended: dict[int, CurrentPrice] = field(default_factory=dict)

    def put(
        self,
        key: tuple[int, int],
        first_day: date,
        last_day: date | None,
        says: tuple[int | None, ...],
        *,
        locked_before: date | None,
    ) -> Placed | Refusal | None:
        """Place a price as `place` does, and remember it."""
        beside = self.current[key]
        placed = place(beside, first_day, last_day, says, locked_before=locked_before)
        if isinstance(placed, Placed):
            at = bisect_right(beside, first_day, key=first_day_of)
            if placed.closes is not None:
                beside[at - 1] = former = replace(placed.closes, last_day=first_day - ONE_DAY)
                if former.id != NEW:
                    self.ended[former.id] = former
            beside.insert(at, CurrentPrice(NEW, placed.first_day, placed.last_day, says))
        return placed

    def new_prices(self) -> Iterator[tuple[tuple[int, int], CurrentPrice]]:
        """Yield the new prices with their keys."""
        for key, prices in self.current.items():
            yield from ((key, price) for price in prices if price.id == NEW)
