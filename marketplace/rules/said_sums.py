"""The sums of a voucher as its client reads them: whole euros that add up."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.vocabulary.money import CENTS_MATTER_BELOW, Money, whole_euros


@dataclass(frozen=True, slots=True)
class SaidSums:
    """What is left, and of it what is booked and what is free: `left = booked + free`."""

    left_cents: Money
    booked_cents: Money
    free_cents: Money


def said_sums(held_cents: Money, free_cents: Money) -> SaidSums:
    """Return the sums to show. If cents are left out, what is free is never shown larger than it is."""
    left = held_cents + free_cents
    if left < CENTS_MATTER_BELOW:
        return SaidSums(Money(left), held_cents, free_cents)
    said_left, said_free = whole_euros(left), free_cents // 100 * 100
    return SaidSums(Money(said_left), Money(said_left - said_free), Money(said_free))
