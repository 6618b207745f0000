"""Money in whole cents and quantities in hundredths, as integers. They are rounded half up, once."""

import re
from typing import NewType

Money = NewType("Money", int)
"""Whole cents."""

Quantity = NewType("Quantity", int)
"""Hundredths of a unit (hour, visit, day, km …)."""

NO_UNITS = Quantity(0)

LARGEST_SUM_CENTS = Money(2**63 - 1)
"""The largest sum that can be stored (PostgreSQL bigint)."""

CENTS_MATTER_BELOW = 100_00
"""Sums that are left, planned or estimated are said in whole euros from here up; in cents."""

_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,2})?")


def half_up_division(numerator: int, denominator: int) -> int:
    """Divide, and round half away from zero to an integer. The denominator is positive."""
    if numerator < 0:
        return -((-numerator * 2 + denominator) // (denominator * 2))
    return (numerator * 2 + denominator) // (denominator * 2)


def parse_hundredths(text: str) -> int | None:
    """Read the API's decimal string (`"103.25"` → 10325); None if it is not one.

    Source: rulebook, Numbers: `^-?\\d{1,9}(\\.\\d{1,2})?$` with ASCII digits only.
    """
    if not _DECIMAL.fullmatch(text):
        return None
    whole, _, decimals = text.partition(".")
    return int(whole + decimals.ljust(2, "0"))


def format_hundredths(hundredths: int) -> str:
    """Write cents or a quantity as the API's decimal string (10325 → `"103.25"`)."""
    whole, decimals = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{decimals:02d}"


def whole_euros(amount_cents: int) -> int:
    """Return a sum as it is said to clients: from 100 € up rounded toward zero to whole euros; in cents."""
    if abs(amount_cents) < CENTS_MATTER_BELOW:
        return amount_cents
    return abs(amount_cents) // 100 * (100 if amount_cents > 0 else -100)


def line_price(quantity: Quantity, unit_price_cents: Money) -> Money:
    """Return quantity × unit price, rounded half up to the cent (R-03)."""
    return Money(half_up_division(quantity * unit_price_cents, 100))
