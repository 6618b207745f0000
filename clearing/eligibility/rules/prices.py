"""Prices and other cents by time class."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from foundation.vocabulary.dates import in_force
from foundation.vocabulary.money import Money


class DatedPrice(Protocol):
    """A price per unit in a time class, from a day to a day or until further notice."""

    @property
    def time_class(self) -> str: ...
    @property
    def unit_price_cents(self) -> int: ...
    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date | None: ...


def prices_on(prices: Iterable[DatedPrice], day: date) -> dict[str, Money]:
    """Return the unit prices in force on a day, by time class."""
    return {
        price.time_class: Money(price.unit_price_cents)
        for price in prices
        if in_force(price.first_day, price.last_day, day)
    }
