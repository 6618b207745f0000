"""How much money a grant is, and what an income-related value is."""

from collections.abc import Mapping

from clearing.grants.facts.decision import DecidedFunding, DecidedIncome
from clearing.grants.facts.funding import ANY_CLASS, ByClass
from foundation.vocabulary.dates import periods_touching
from foundation.vocabulary.money import Money, Quantity, half_up_division, line_price

MINUTES = 60
CENTS = 100
PERCENT_HUNDREDTHS = 100
USUAL_CLASS = "weekday"


def income_related_value(basis: DecidedIncome) -> Money:
    """value = max − (income − limit)/100 × percent/60, at least the floor and at most the maximum, half up.

    Income and limit are euros a month, values euros an hour: 25 − (900 − 528)/100 × 35/60 = 22.83.
    """
    whole = CENTS * PERCENT_HUNDREDTHS * MINUTES
    over_cents = max(0, basis.income_cents - basis.limit_cents)
    value = half_up_division(basis.max_value_cents * whole - over_cents * basis.percent_hundredths, whole)
    return Money(max(basis.floor_cents, value))


def unit_values_of(funding: DecidedFunding) -> Mapping[str, ByClass]:
    """The unit values by service, the income-related one among them."""
    if funding.income_related is None:
        return funding.unit_values
    value = income_related_value(funding.income_related)
    return {service: {ANY_CLASS: value} for service in funding.services}


def granted_money(funding: DecidedFunding) -> Money | None:
    """The amount; else quantity × the highest unit value (else the cap), or the period limit × its periods.

    None when neither can be computed. Source: rulebook, Granted money.
    """
    if funding.amount_cents is not None:
        return funding.amount_cents
    highest = _highest(unit_values_of(funding)) or _highest(funding.price_caps)
    if funding.quantity is not None and highest is not None:
        return line_price(funding.quantity, highest)
    if funding.per_period is None:
        return None
    periods = sum(1 for _ in periods_touching(funding.per_period.kind, funding.window))
    if funding.per_period.amount_cents is not None:
        return Money(funding.per_period.amount_cents * periods)
    if funding.per_period.quantity is not None and highest is not None:
        return Money(line_price(funding.per_period.quantity, highest) * periods)
    return None


def expected_money(funding: DecidedFunding) -> Money | None:
    """Return what the granted units cost at the value of a usual weekday; None if the grant is in euros.

    What is reserved counts every unit at the highest value, for example that of a Sunday.
    """
    if funding.amount_cents is not None or funding.quantity is None:
        return None
    return weekday_money(funding.quantity, unit_values_of(funding))


def weekday_money(quantity: Quantity, unit_values: Mapping[str, ByClass]) -> Money | None:
    """Return what units cost at the value of a usual weekday, of several services the dearest."""
    usual = [_usual(by_class) for by_class in unit_values.values() if by_class]
    return line_price(quantity, max(usual)) if usual else None


def _usual(values: ByClass) -> Money:
    return values.get(ANY_CLASS) or values.get(USUAL_CLASS) or min(values.values())


def _highest(values: Mapping[str, ByClass]) -> Money | None:
    return max((cents for by_class in values.values() for cents in by_class.values()), default=None)
