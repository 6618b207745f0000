"""Prices and other cents by time class, and the price rules (R-18, R-20, R-21)."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from clearing.eligibility.facts.calendar import Parts
from clearing.eligibility.facts.use import Line, Rates
from clearing.grants.facts.funding import ANY_CLASS, ByClass
from clearing.reasons import NO_PRICE_ON_DAY, NO_TIME_CLASS, PRICE_OVER_CAP, Finding, report
from foundation.vocabulary.dates import in_force
from foundation.vocabulary.money import Money, half_up_division


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


def line_sum(parts: Parts, by_class: ByClass, quantity: int) -> Money | None:
    """Return Σ quantity in class × cents, half up once; None if a class has no cents.

    The quantity is shared among the classes by the minutes of the visit in each; there is at least one.
    """
    if len(parts) == 1:
        time_class, _ = parts[0]
        cents = by_class.get(time_class or "", by_class.get(ANY_CLASS))
        if cents is None or time_class is None:
            return None
        return Money(half_up_division(cents * quantity, 100))
    weighted = weights = 0
    for time_class, weight in parts:
        if time_class is None:
            return None
        cents = by_class.get(time_class)
        if cents is None and (cents := by_class.get(ANY_CLASS)) is None:
            return None
        weighted += cents * weight
        weights += weight
    return Money(half_up_division(weighted * quantity, weights * 100))


def differs_by_class(by_class: ByClass, classes: frozenset[str]) -> bool:
    """Return whether cents differ between the time classes of a day."""
    if by_class.keys() <= {ANY_CLASS}:
        return False
    return len({by_class.get(time_class, by_class.get(ANY_CLASS)) for time_class in classes}) > 1


def no_time_class(rates: Rates, line: Line) -> Finding | None:
    """The county's calendar or value table has a hole for a minute of the visit (R-21)."""
    values = rates.unit_values
    for time_class, _ in line.parts:
        if time_class is None or (values and time_class not in values and ANY_CLASS not in values):
            return report(NO_TIME_CLASS)
    return None


def no_price_on_day(rates: Rates, line: Line) -> Finding | None:
    """The provider has no price in force that day for the service (R-18).

    Or none for a time class the visit touches.
    """
    prices = rates.list_prices
    if ANY_CLASS in prices or (prices and prices.keys() >= dict(line.parts).keys()):
        return None
    return report(NO_PRICE_ON_DAY, service_day=line.day.isoformat())


def price_over_cap(rates: Rates, line: Line) -> Finding | None:
    """Unit price above the price cap (R-20).

    Compared in money for the whole line; a quantity that is not positive says nothing of a price.
    """
    quantity, price, caps = line.quantity, line.price_cents, rates.price_caps
    if not caps or quantity is None or price is None or quantity <= 0:
        return None
    limit = line_sum(line.parts, caps, quantity)
    if limit is None or price <= limit:
        return None
    return report(PRICE_OVER_CAP, price_cents=price, limit_cents=limit)
