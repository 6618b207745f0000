"""The money split: what the county pays, what is left for the client, the VAT inside (R-22)."""

from functools import lru_cache

from clearing.charges.facts.outcomes import Split
from clearing.charges.rules.case import Case
from clearing.charges.rules.pricing import line_sum
from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.rules.vat import vat_inside, vat_rate_hundredths
from clearing.reasons import CO_PAYMENT_NOT_ALLOWED, Told, tell
from foundation.vocabulary.money import Money


def county_share(case: Case) -> int | None:
    """Return min(price, Σ over time classes of quantity in the class × its unit value), before what is left.

    No unit value, or a commitment: the price. None where it cannot be told.
    """
    price, quantity = case.price_cents, case.charge.quantity
    if price is None or quantity is None or quantity <= 0 or not case.parts:
        return None
    if not case.standing.unit_values:
        return price
    value = line_sum(case.parts, case.standing.unit_values, quantity)
    assert value is not None  # a class without a value has told R-21
    return min(price, value)


_EXEMPT = VatKind.EXEMPT


def split_of(case: Case, county_pays_cents: int) -> Split:
    """Return the split of a charge when the county pays so many cents."""
    day = case.charge.service_day
    kind = case.book.services.get(case.charge.service or "", _EXEMPT)
    rate = vat_rate_hundredths(kind, day) if day else 0
    return _split(Money(case.price_cents or 0), county_pays_cents, rate)


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


def co_payment_not_allowed(case: Case) -> Told | None:
    """A co-payment would fall on a free-of-charge service, by the rounded sums of the line (R-22)."""
    if not case.standing.terms.free_of_charge or case.price_cents is None or case.county_share_cents is None:
        return None
    co_payment = case.price_cents - case.county_share_cents
    return None if co_payment <= 0 else tell(CO_PAYMENT_NOT_ALLOWED, co_payment_cents=co_payment)
