"""What one unit at a provider's price costs a county and a client, by the rules that decide charges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from clearing.eligibility.facts.use import Line, Rates
from clearing.eligibility.rules.costs import cost_of_line
from clearing.eligibility.rules.prices import no_price_on_day
from clearing.grants.facts.funding import ANY_CLASS, NOTHING_BY_CLASS, ByClass
from clearing.reasons import CO_PAYMENT_NOT_ALLOWED, PRICE_OVER_CAP, Finding

ONE_UNIT: Final = 100


@dataclass(frozen=True, slots=True)
class PayingTerms:
    """What a county, or the voucher of one client, pays per unit on the first day of the price."""

    unit_values: ByClass
    price_caps: ByClass
    free_of_charge: bool = False


NO_TERMS: Final = PayingTerms(NOTHING_BY_CLASS, NOTHING_BY_CLASS)


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one unit of a time class costs whom, in cents; `most_cents` is the most that may be charged.

    The shares are None if the county pays up to the price, or its table has no value for the class.
    """

    time_class: str
    county_pays_cents: int | None
    client_pays_cents: int | None
    most_cents: int | None = None


def has_no_price(name: str, day: date, by_class: ByClass) -> bool:
    """Return whether a visit in a time class could not be charged for want of a price (R-18)."""
    return no_price_on_day(_rates(by_class, NO_TERMS), _line(name, day, None)) is not None


def unit_cost(name: str, day: date, by_class: ByClass, terms: PayingTerms) -> UnitCost:
    """Return what a unit costs whom at these prices, by the rules of charges (R-18, R-20 to R-22)."""
    price = by_class.get(name, by_class.get(ANY_CLASS))
    cost = cost_of_line(_rates(by_class, terms), _line(name, day, price))
    share = cost.county_pays_cents
    client = None if share is None or price is None else price - share
    return UnitCost(name, share, client, _most(cost.findings, share))


def _most(findings: Iterable[Finding], share: int | None) -> int | None:
    """Return the most that a unit may cost, if the price is more: its cap, or what the county pays of it."""
    for finding in findings:
        if finding.reason is PRICE_OVER_CAP:
            return int(dict(finding.values)["limit_cents"])
        if finding.reason is CO_PAYMENT_NOT_ALLOWED:
            return share
    return None


def extra_cents(
    touched: Sequence[str], day: date, before: ByClass, after: ByClass, terms: PayingTerms
) -> int | None:
    """Return how much more a client would pay of a unit, at most; None if the price is not allowed."""
    most = 0
    for name in touched:
        new = unit_cost(name, day, after, terms)
        if new.most_cents is not None:
            return None
        old = unit_cost(name, day, before, terms)
        most = max(most, (new.client_pays_cents or 0) - (old.client_pays_cents or 0))
    return most


def _rates(by_class: ByClass, terms: PayingTerms) -> Rates:
    return Rates(by_class, terms.unit_values, terms.price_caps, terms.free_of_charge, None)


def _line(name: str, day: date, price_cents: int | None) -> Line:
    return Line(day, ((name, 1),), ONE_UNIT, price_cents)
