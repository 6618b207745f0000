"""The money split of a charge as it is stored and answered, with the VAT inside."""

from clearing.charges.facts.outcomes import Split
from clearing.eligibility.rules.vat import vat_inside
from foundation.vocabulary.money import Money


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
