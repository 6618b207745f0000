"""What one unit of an offering costs me, and how far my money goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clearing.eligibility.facts.provider import Price
from clearing.eligibility.rules.prices import prices_on
from clearing.grants.facts.funding import ANY_CLASS, Funding
from clearing.grants.facts.kinds import FundingKind
from clearing.grants.rules.funding_terms import terms_on
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.units import HOUR

DIVISIBLE_UNITS = frozenset({HOUR, "km"})
"""Units that are bought in parts; the others only whole."""


@dataclass(frozen=True, slots=True)
class Share:
    """Who pays what of one unit in the time class asked for; price = county_pays + you_pay."""

    price_cents: Money
    county_pays_cents: Money
    you_pay_cents: Money


def in_class(by_class: Mapping[str, Money], time_class: str) -> Money | None:
    """The sum of a time class, else of ``any``; None when neither is there."""
    return by_class.get(time_class, by_class.get(ANY_CLASS))


def typical_price(prices: tuple[Price, ...], time_class: str, day: date) -> Money | None:
    """The price per unit on a day: of the class asked for, else of ``any``, else the lowest of the others."""
    today = prices_on(prices, day)
    found = in_class(today, time_class)
    return min(today.values(), default=None) if found is None else found


def unit_value(funding: Funding, service: str, time_class: str, day: date) -> Money | None:
    """What the county pays per unit at most; None: up to the agreed price (rulebook, The money split)."""
    if funding.kind is FundingKind.COMMITMENT:
        return None
    return in_class(terms_on(funding, day).unit_values.get(service, {}), time_class)


def share_of_unit(funding: Funding, service: str, price_cents: Money, time_class: str, day: date) -> Share:
    """Split one unit's price; a service outside the funding is all mine to pay."""
    if service not in funding.services:
        return Share(price_cents, Money(0), price_cents)
    value = unit_value(funding, service, time_class, day)
    county = price_cents if value is None else Money(min(price_cents, value))
    return Share(price_cents, county, Money(price_cents - county))


def units_used(funding: Funding) -> Quantity:
    """Units that accepted and settled charges have taken."""
    return Quantity(sum(charge.quantity for charge in funding.earlier if charge.state != "on_hold"))


def units_left(funding: Funding, day: date) -> Quantity | None:
    """Units left of the limit for the whole window; None without a limit."""
    limit = terms_on(funding, day).quantity_limit
    return None if limit is None else Quantity(max(0, limit - units_used(funding)))


def units_money_gives(
    free_cents: Money, county_pays_cents: Money, unit: str, left: Quantity | None
) -> Quantity | None:
    """How many units the free money pays the county's share of, at most the units left; None: not known.

    Whole units, except hours and kilometres, which go down to hundredths.
    """
    if county_pays_cents <= 0:
        return None
    units = free_cents * 100 // county_pays_cents
    units = units if left is None else min(units, left)
    return Quantity(units if unit in DIVISIBLE_UNITS else units // 100 * 100)
