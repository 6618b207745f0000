"""What one unit of an offering costs a client, and how many units the money left pays for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from clearing.eligibility.facts.provider import Price
from clearing.eligibility.facts.use import Line
from clearing.eligibility.rules.costs import unit_values_in_force
from clearing.eligibility.rules.prices import line_sum, prices_on
from clearing.grants.facts.funding import ANY_CLASS, Funding
from clearing.grants.rules.funding_terms import terms_on
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.units import HOUR

DIVISIBLE_UNITS = frozenset({HOUR, "km"})
"""Units that are bought in parts; the others only whole."""

ONE = Quantity(100)


@dataclass(frozen=True, slots=True)
class Share:
    """Who pays what of one unit in the time class shown; price = county_pays + you_pay."""

    price_cents: Money
    county_pays_cents: Money
    you_pay_cents: Money


class ShownPrice(NamedTuple):
    """The price of one unit, and the time class it is the price of (None: a hole in the calendar)."""

    time_class: str | None
    cents: Money


def one_unit(day: date, time_class: str | None, price_cents: Money | None) -> Line:
    """Return one unit of a service in a time class as a line to price."""
    return Line(day, ((time_class, 1),), ONE, price_cents)


def shown_price(prices: Iterable[Price], time_class: str | None, day: date) -> ShownPrice | None:
    """Return the unit price shown on a day: of the class, else the lowest of the others in its own class.

    A price for `any` class is one of the class. Without a class (a hole in the calendar) no price is known to
    be of the usual time, so the lowest is shown without a class.
    """
    in_force = prices_on(prices, day)
    if (cents := in_force.get(time_class or "", in_force.get(ANY_CLASS))) is not None:
        return ShownPrice(time_class, cents)
    if not in_force:
        return None
    cheapest = min(in_force, key=lambda name: in_force[name])
    return ShownPrice(cheapest if time_class else None, in_force[cheapest])


def typical_price(prices: Iterable[Price], time_class: str | None, day: date) -> Money | None:
    """Return the cents of the price shown on a day; None if no price is in force."""
    shown = shown_price(prices, time_class, day)
    return shown.cents if shown else None


def unit_value(funding: Funding, service: str, time_class: str | None, day: date) -> Money | None:
    """Return the most that the county pays per unit; None: up to the price, or no value is known."""
    values = unit_values_in_force(funding, service, terms_on(funding, day))
    return line_sum(((time_class, 1),), values, ONE)


def units_left(funding: Funding) -> Quantity | None:
    """Return the units that no charge has taken, held ones too; None if it is not granted in units."""
    if funding.free_quantity is None:
        return None
    return Quantity(funding.free_quantity + sum(choice.held_quantity for choice in funding.choices))


def units_money_gives(
    left_cents: Money, county_pays_cents: Money, unit: str, left: Quantity | None
) -> Quantity | None:
    """Return how many units the money left pays the county's share of, at most the units left.

    Whole units, except hours and kilometres, which go down to hundredths. None if the share is zero.
    """
    if county_pays_cents <= 0:
        return None
    units = left_cents * 100 // county_pays_cents
    units = units if left is None else min(units, left)
    return Quantity(units if unit in DIVISIBLE_UNITS else units // 100 * 100)
