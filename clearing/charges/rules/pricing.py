"""What a charge costs: its own price rules beside those of every use (R-01, R-03, R-19)."""

from clearing.charges.facts.charge import Charge
from clearing.charges.rules.cancellations import cancelled_visit
from clearing.eligibility.facts.calendar import Parts
from clearing.eligibility.facts.use import Cost, Line, Rates
from clearing.eligibility.rules.cancelling import cancelled_visit_limit
from clearing.eligibility.rules.costs import cost_of_line
from clearing.eligibility.rules.prices import differs_by_class, line_sum, no_time_class
from clearing.plans.rules.fees import fee_price
from clearing.reasons import AMOUNT_MISMATCH, FIELD_MISSING, PRICE_OVER_LIST, Finding, report
from foundation.vocabulary.money import Money
from foundation.vocabulary.units import HOUR

_HUNDREDTHS = 100


def times_needed(charge: Charge, rates: Rates, classes_of_day: frozenset[str]) -> Finding | None:
    """Without times, an hour unit whose price or value differs by class on that day needs them (R-01)."""
    if charge.unit != HOUR or charge.start is not None:
        return None
    if differs_by_class(rates.list_prices, classes_of_day) or differs_by_class(
        rates.unit_values, classes_of_day
    ):
        return report(FIELD_MISSING, "start", name="start")
    return None


def listed_price(charge: Charge, parts: Parts, rates: Rates) -> Money | None:
    """Return the price of a charge without a unit price: by the list of that day; None if it has none.

    A cancelled visit costs as much of it as the offering's rule allows. If that is nothing, it is the full
    price, so that R-35 reports why nothing may be charged.
    """
    if charge.quantity is None:
        return None
    full = line_sum(parts, rates.list_prices, charge.quantity)
    if full is None or charge.cancellation is None:
        return full
    if (fee := charge.cancellation.fee) is not None:
        return fee_price(fee, full) or full
    whole_hours = charge.cancellation.notice_hundredths // _HUNDREDTHS
    return cancelled_visit_limit(rates.cancellation, whole_hours, full) or full


def listed_total_mismatch(charge: Charge, price_cents: int | None) -> Finding | None:
    """Without a unit price: a given total ≠ the price by the list (R-03)."""
    if charge.total_cents is None or price_cents is None or not charge.is_priced_by_list:
        return None
    if charge.total_cents == price_cents:
        return None
    return report(AMOUNT_MISMATCH, total_cents=charge.total_cents, price_cents=price_cents)


def price_over_list(rates: Rates, line: Line) -> Finding | None:
    """Price above the provider's public list price of that service day (R-19).

    Compared in money for the whole line; a quantity that is not positive says nothing of a price.
    """
    quantity, price = line.quantity, line.price_cents
    if quantity is None or price is None or quantity <= 0:
        return None
    limit = line_sum(line.parts, rates.list_prices, quantity)
    if limit is None or price <= limit:
        return None
    return report(PRICE_OVER_LIST, price_cents=price, limit_cents=limit)


def cost_of_charge(charge: Charge, line: Line, rates: Rates, classes_of_day: frozenset[str]) -> Cost:
    """Return the county's share of a charge, and why it may not cost so (R-18 to R-22, R-35).

    Missing times and a hole in the county's tables silence the other rules.
    """
    if needed := times_needed(charge, rates, classes_of_day):
        return Cost(None, (needed,))
    cost = cost_of_line(rates, line)
    if no_time_class(rates, line):
        return cost._replace(price_cents=line.price_cents)
    own = (
        price_over_list(rates, line),
        listed_total_mismatch(charge, line.price_cents),
        cancelled_visit(charge.cancellation, rates, line),
    )
    return Cost(cost.county_pays_cents, (*cost.findings, *filter(None, own)), line.price_cents)
