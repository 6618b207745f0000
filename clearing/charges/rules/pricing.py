"""What a charge costs: its own price rules beside those of every use (R-01, R-19)."""

from clearing.charges.facts.charge import Charge
from clearing.charges.rules.cancellations import cancelled_visit
from clearing.eligibility.facts.use import Cost, Line, Rates
from clearing.eligibility.rules.costs import cost_of_line
from clearing.eligibility.rules.prices import differs_by_class, line_sum, no_time_class
from clearing.reasons import FIELD_MISSING, PRICE_OVER_LIST, Finding, report
from foundation.vocabulary.units import HOUR


def times_needed(charge: Charge, rates: Rates, classes_of_day: frozenset[str]) -> Finding | None:
    """Without times, an hour unit whose price or value differs by class on that day needs them (R-01)."""
    if charge.unit != HOUR or charge.start is not None:
        return None
    if differs_by_class(rates.list_prices, classes_of_day) or differs_by_class(
        rates.unit_values, classes_of_day
    ):
        return report(FIELD_MISSING, "start", name="start")
    return None


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
        return cost
    own = (price_over_list(rates, line), cancelled_visit(charge.cancellation, rates, line))
    return Cost(cost.county_pays_cents, (*cost.findings, *filter(None, own)))
