"""Sums that a charge states (R-02, R-03), and how its price is split."""

from typing import NamedTuple

from clearing.charges.facts.charge import Charge
from clearing.charges.facts.outcomes import Split
from clearing.eligibility.rules.vat import vat_inside
from clearing.reasons import AMOUNT_MISMATCH, AMOUNT_NOT_POSITIVE, Finding, report
from foundation.vocabulary.money import LARGEST_SUM_CENTS, Money, Quantity, line_price


def price_of(charge: Charge) -> Money | None:
    """Return quantity × unit price, half up to the cent; None if one was not sent or could not be read."""
    if charge.quantity is None or charge.unit_price_cents is None:
        return None
    return line_price(charge.quantity, charge.unit_price_cents)


def price_to_tell(price_cents: int | None) -> Money | None:
    """Return the price that a refusal reports; None also if it is larger than the database holds."""
    return None if price_cents is None or abs(price_cents) > LARGEST_SUM_CENTS else Money(price_cents)


class Sums(NamedTuple):
    """What a charge says of its own sums; many charges say the same."""

    quantity: Quantity | None
    unit: str | None
    unit_price_cents: Money | None
    total_cents: Money | None
    minutes: int | None
    impossible_times: bool


def sums_of(charge: Charge) -> Sums:
    """Return what a charge says of its own sums."""
    return Sums(
        charge.quantity,
        charge.unit,
        charge.unit_price_cents,
        charge.total_cents,
        charge.minutes,
        charge.impossible_times,
    )


def quantity_not_positive(sums: Sums) -> Finding | None:
    """Quantity ≤ 0 (R-02)."""
    if sums.quantity is None or sums.quantity > 0:
        return None
    return report(AMOUNT_NOT_POSITIVE)


def unit_price_not_positive(sums: Sums) -> Finding | None:
    """Unit price ≤ 0 (R-02)."""
    if sums.unit_price_cents is None or sums.unit_price_cents > 0:
        return None
    return report(AMOUNT_NOT_POSITIVE, "unit_price")


def amount_mismatch(sums: Sums) -> Finding | None:
    """A given total ≠ quantity × unit price, rounded half up to the cent (R-03)."""
    if sums.total_cents is None or sums.quantity is None or sums.unit_price_cents is None:
        return None
    price = line_price(sums.quantity, sums.unit_price_cents)
    if price == sums.total_cents:
        return None
    return report(AMOUNT_MISMATCH, total_cents=sums.total_cents, price_cents=price)


def split_of(price_cents: int, county_pays_cents: int, vat_rate_hundredths: int) -> Split:
    """Return the split of a price when the county pays so many cents; 25.5 % VAT is 2550."""
    price = Money(price_cents)
    return Split(
        price_cents=price,
        county_pays_cents=Money(county_pays_cents),
        co_payment_cents=Money(price - county_pays_cents),
        vat_cents=vat_inside(price, vat_rate_hundredths),
        vat_rate_hundredths=vat_rate_hundredths,
    )
