"""What a use costs whom: the rates of a day, the county's share, and a co-payment that may not be (R-22)."""

from collections.abc import Callable

from clearing.eligibility.facts.use import Cost, Line, Rates, Use
from clearing.eligibility.rules.prices import (
    line_sum,
    no_price_on_day,
    no_time_class,
    price_over_cap,
    prices_on,
)
from clearing.grants.facts.funding import NOTHING_BY_CLASS, ByClass, Funding, Terms
from clearing.grants.facts.kinds import FundingKind
from clearing.reasons import CO_PAYMENT_NOT_ALLOWED, Finding, report

LineRule = Callable[[Rates, Line], Finding | None]

_VOUCHER = FundingKind.VOUCHER


def unit_values_in_force(funding: Funding, service: str, terms: Terms) -> ByClass:
    """Return what the county pays per unit by time class; empty: up to the price, as for a commitment."""
    if funding.kind is not _VOUCHER:
        return NOTHING_BY_CLASS
    return terms.unit_values.get(service, NOTHING_BY_CLASS)


def list_prices_of(use: Use) -> ByClass:
    """Return the prices of the offering on the day of a use."""
    return prices_on(use.offering.prices, use.day) if use.offering else NOTHING_BY_CLASS


def rates_of(use: Use, terms: Terms) -> Rates:
    """Return what a unit of a use may cost by the terms in force on its day."""
    offering = use.offering
    return Rates(
        list_prices=list_prices_of(use),
        unit_values=unit_values_in_force(use.funding, use.service, terms),
        price_caps=terms.price_caps.get(use.service, NOTHING_BY_CLASS),
        free_of_charge=terms.free_of_charge,
        cancellation=offering.cancellation if offering else None,
    )


def county_share(rates: Rates, line: Line) -> int | None:
    """Return min(price, Σ over time classes of quantity in the class × its unit value), before what is left.

    Without unit values it is the price. None if it is not known.
    """
    price, quantity = line.price_cents, line.quantity
    if price is None or quantity is None or quantity <= 0 or not line.parts:
        return None
    if not rates.unit_values:
        return price
    value = line_sum(line.parts, rates.unit_values, quantity)
    return None if value is None else min(price, value)


def co_payment_not_allowed(rates: Rates, line: Line) -> Finding | None:
    """A co-payment would fall on a free-of-charge service, by the rounded sums of the line (R-22)."""
    if not rates.free_of_charge:
        return None
    price, share = line.price_cents, county_share(rates, line)
    if price is None or share is None or price <= share:
        return None
    return report(CO_PAYMENT_NOT_ALLOWED, co_payment_cents=price - share)


PRICE_RULES: tuple[LineRule, ...] = (no_price_on_day, price_over_cap, co_payment_not_allowed)


def cost_of_line(rates: Rates, line: Line) -> Cost:
    """Return what the county pays of a line, and why it may not be charged so (R-18, R-20 to R-22).

    A hole in the county's own tables silences the other rules: nobody knows what the line costs.
    """
    if hole := no_time_class(rates, line):
        return Cost(None, (hole,))
    findings = tuple([finding for rule in PRICE_RULES if (finding := rule(rates, line)) is not None])
    return Cost(county_share(rates, line), findings)
