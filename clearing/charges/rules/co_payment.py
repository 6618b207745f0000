"""The money split: what the county pays, what is left for the client, the VAT inside (R-22)."""

from functools import lru_cache

from clearing.charges.facts.outcomes import Split
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.pricing import line_sum
from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.rules.vat import vat_inside, vat_rate_hundredths
from clearing.reasons import CO_PAYMENT_NOT_ALLOWED, Finding, report
from foundation.vocabulary.money import Money


def county_share(context: ChargeInContext) -> int | None:
    """Return min(price, Σ over time classes of quantity in the class × its unit value), before what is left.

    No unit value, or a commitment: the price. None where it cannot be told.
    """
    price, quantity = context.price_cents, context.charge.quantity
    if price is None or quantity is None or quantity <= 0 or not context.parts:
        return None
    if not context.terms_in_force.unit_values:
        return price
    value = line_sum(context.parts, context.terms_in_force.unit_values, quantity)
    assert value is not None  # a class without a value has told R-21
    return min(price, value)


_EXEMPT = VatKind.EXEMPT


def split_of(context: ChargeInContext, county_pays_cents: int) -> Split:
    """Return the split of a charge when the county pays so many cents."""
    day = context.charge.service_day
    kind = context.book.services.get(context.charge.service or "", _EXEMPT)
    rate = vat_rate_hundredths(kind, day) if day else 0
    return _split(Money(context.price_cents or 0), county_pays_cents, rate)


@lru_cache(maxsize=8192)
def _split(price: Money, county_pays_cents: int, rate: int) -> Split:
    """Return the split of a price; many charges have the same one."""
    return Split(
        price_cents=price,
        county_pays_cents=Money(county_pays_cents),
        co_payment_cents=Money(price - county_pays_cents),
        vat_cents=vat_inside(price, rate),
        vat_rate_hundredths=rate,
    )


def co_payment_not_allowed(context: ChargeInContext) -> Finding | None:
    """A co-payment would fall on a free-of-charge service, by the rounded sums of the line (R-22)."""
    if (
        not context.terms_in_force.terms.free_of_charge
        or context.price_cents is None
        or context.county_share_cents is None
    ):
        return None
    co_payment = context.price_cents - context.county_share_cents
    return None if co_payment <= 0 else report(CO_PAYMENT_NOT_ALLOWED, co_payment_cents=co_payment)
