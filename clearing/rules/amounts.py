"""What a charge must say about its own sums (R-02, R-03)."""

from clearing.facts import Book, Charge
from clearing.reasons import AMOUNT_MISMATCH, AMOUNT_NOT_POSITIVE, Told, tell
from foundation.vocabulary.money import LARGEST_SUM_CENTS, Money, line_price


def price_of(charge: Charge) -> Money | None:
    """Return quantity × unit price, half up to the cent; None where one cannot be read."""
    if charge.quantity is None or charge.unit_price_cents is None:
        return None
    return line_price(charge.quantity, charge.unit_price_cents)


def price_to_tell(charge: Charge) -> Money | None:
    """Return the price for a refusal; None too where it is larger than what the book holds."""
    price = price_of(charge)
    return None if price is None or abs(price) > LARGEST_SUM_CENTS else price


def quantity_not_positive(charge: Charge, _: Book) -> Told | None:
    """Quantity ≤ 0 (R-02)."""
    if charge.quantity is None or charge.quantity > 0:
        return None
    return tell(AMOUNT_NOT_POSITIVE)


def unit_price_not_positive(charge: Charge, _: Book) -> Told | None:
    """Unit price ≤ 0 (R-02)."""
    if charge.unit_price_cents is None or charge.unit_price_cents > 0:
        return None
    return tell(AMOUNT_NOT_POSITIVE, "unit_price")


def amount_mismatch(charge: Charge, _: Book) -> Told | None:
    """A given total ≠ quantity × unit price, rounded half up to the cent (R-03)."""
    if charge.total_cents is None:
        return None
    price = price_of(charge)
    if price is None or price == charge.total_cents:
        return None
    return tell(AMOUNT_MISMATCH, total_cents=charge.total_cents, price_cents=price)
