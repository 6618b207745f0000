"""Prices by time class: the list price of the day and the price cap (R-18, R-19, R-20)."""

from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.eligibility.facts.calendar import Parts
from clearing.grants.facts.funding import ANY_CLASS, ByClass
from clearing.reasons import NO_PRICE_ON_DAY, PRICE_OVER_CAP, PRICE_OVER_LIST, Finding, report
from foundation.vocabulary.money import Money, half_up_division


def line_sum(parts: Parts, by_class: ByClass, quantity: int) -> Money | None:
    """Return Σ quantity in class × cents, half up once; None where a class has no cents.

    The quantity is shared among the classes by the minutes of the visit in each; there is at least one.
    """
    if len(parts) == 1:
        cents = by_class.get(parts[0][0] or "", by_class.get(ANY_CLASS))
        return (
            None if cents is None or parts[0][0] is None else Money(half_up_division(cents * quantity, 100))
        )
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


def no_price_on_day(context: ChargeInContext) -> Finding | None:
    """The provider has no price in force that day for the service (R-18).

    Or none for a time class the visit touches.
    """
    day, prices = context.charge.service_day, context.terms_in_force.list_prices
    if day is None or ANY_CLASS in prices:
        return None
    if prices and prices.keys() >= dict(context.parts).keys():
        return None
    return report(NO_PRICE_ON_DAY, service_day=day.isoformat())


def price_over_list(context: ChargeInContext) -> Finding | None:
    """Price above the provider's public list price of that service day (R-19).

    Compared in money for the whole line; a quantity that is not positive says nothing of a price.
    """
    quantity, price = context.charge.quantity, context.price_cents
    if quantity is None or price is None or quantity <= 0:
        return None
    limit = line_sum(context.parts, context.terms_in_force.list_prices, quantity)
    if limit is None or price <= limit:
        return None
    return report(PRICE_OVER_LIST, price_cents=price, limit_cents=limit)


def price_over_cap(context: ChargeInContext) -> Finding | None:
    """Unit price above the price cap (R-20).

    Compared in money for the whole line; a quantity that is not positive says nothing of a price.
    """
    quantity, price, service = context.charge.quantity, context.price_cents, context.charge.service
    if quantity is None or price is None or service is None or quantity <= 0:
        return None
    if not (caps := context.terms_in_force.terms.price_caps.get(service)):
        return None
    limit = line_sum(context.parts, caps, quantity)
    if limit is None or price <= limit:
        return None
    return report(PRICE_OVER_CAP, price_cents=price, limit_cents=limit)
