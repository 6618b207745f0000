"""When nothing is found: which one condition to drop, and what that would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EASIEST_TO_DROP = (
    "q",
    "free_within_days",
    "time",
    "within_km",
    "max_price",
    "language",
    "home_visits",
    "remote",
    "municipality",
    "communication",
    "access",
    "service",
)
"""Conditions from the least personal to the most personal; equally helpful ones are listed in this order."""

NO_CONDITION = (None, "", ())
"""Values of a condition that does not matter; 0 (free today, free of charge) and False do matter."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One condition to drop, and how many offerings are found without it."""

    drop: str
    gives: int


def conditions_in_use(conditions: Mapping[str, object]) -> list[str]:
    """Return the names of the conditions that matter, easiest to drop first."""
    return [name for name in EASIEST_TO_DROP if conditions.get(name) not in NO_CONDITION]


def best_relaxations(counts: Mapping[str, int], most: int = 3) -> Sequence[Relaxation]:
    """Return the conditions to drop, the most helpful first; none if dropping one is not enough."""
    helping = [Relaxation(name, counts[name]) for name in EASIEST_TO_DROP if counts.get(name, 0) > 0]
    return sorted(helping, key=lambda relaxation: -relaxation.gives)[:most]
