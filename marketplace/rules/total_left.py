"""What a client has left in all: euros together, units of each kind together, and the first day that ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one funding, and the last day on which it can be used as planned.

    A funding granted in units has `units` and their `unit`, and no `cents`: its euros are a reserve.
    """

    cents: Money | None
    units: Quantity | None
    unit: str | None
    until: date


@dataclass(frozen=True, slots=True)
class TotalLeft:
    """The sum of several fundings: `cents` is None if none of them is granted in euros.

    `units` are by unit, in the order of the fundings. `first_end` is the earliest day on which one ends.
    """

    cents: Money | None
    units: tuple[tuple[str, Quantity], ...]
    fundings: int
    first_end: date


def total_left(parts: Iterable[Left]) -> TotalLeft | None:
    """Return what is left in all; None without fundings. Hours are never added to euros or kilometres."""
    parts = tuple(parts)
    if not parts:
        return None
    units: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        if part.unit is not None and part.units is not None:
            units[part.unit] += part.units
    sums = [part.cents for part in parts if part.cents is not None]
    return TotalLeft(
        cents=Money(sum(sums)) if sums else None,
        units=tuple((unit, Quantity(count)) for unit, count in units.items()),
        fundings=len(parts),
        first_end=min(part.until for part in parts),
    )
