"""When nothing is found: which one condition to drop, and what that would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EASIEST_TO_DROP = (
    "q",
    "free_within_days",
    "within_km",
    "max_price",
    "language",
    "remote",
    "municipality",
    "access",
    "service",
)
"""From the wish that is least about me to the one that is most; ties in what is found are broken by it."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One condition to drop and how many offerings there would be then."""

    drop: str
    gives: int


def conditions_in_use(conditions: Mapping[str, object]) -> list[str]:
    """The conditions that were asked for, easiest to drop first."""
    return [name for name in EASIEST_TO_DROP if conditions.get(name) not in (None, "", (), [], False)]


def best_relaxations(counts: Mapping[str, int], most: int = 3) -> Sequence[Relaxation]:
    """The droppings that help, the most helpful first; none when dropping one is not enough."""
    helping = [Relaxation(name, counts[name]) for name in EASIEST_TO_DROP if counts.get(name, 0) > 0]
    return sorted(helping, key=lambda relaxation: -relaxation.gives)[:most]
