"""An invoice's line, and its amounts with VAT.

Invoices state amounts without VAT (EN 16931, BT-131 and BT-146), a charge states what is paid. So VAT is
added, and an amount that is then not in whole cents is left out or rounded: never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

_NUMBER = re.compile(r"^[+-]?\d{1,15}(\.\d{1,12})?$")


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line as it is in the invoice, texts trimmed; "" where it says nothing.

    Days are `YYYY-MM-DD` and numbers have a dot, as far as the reader could make them so. `price` and `total`
    are without VAT; `gross_price` and `gross_total` with it, of a format that states both.
    """

    invoice: str
    line: str
    currency: str = "EUR"
    order: str = ""
    line_object: str = ""
    seller_item: str = ""
    buyer_item: str = ""
    item_name: str = ""
    first_day: str = ""
    last_day: str = ""
    quantity: str = ""
    unit: str = ""
    price: str = ""
    base_quantity: str = ""
    total: str = ""
    vat_percent: str = ""
    gross_price: str = ""
    gross_total: str = ""
    note: str = ""
    vat_category: str = ""
    place: int = 0
    """Which of the lines of its invoice it is, from 1; 0 if it is an extra charge on the whole."""
    own: Mapping[str, str] = field(default_factory=dict)


def unit_price(line: InvoiceLine) -> str:
    """Return the price of one unit with VAT; "" if it is not in whole cents, and the list's price counts.

    The price of an invoice is that of its base quantity (BT-149), which is one unlike stated.
    """
    if line.gross_price:
        return plain_number(line.gross_price)
    if not line.price:
        return ""
    price, base, vat = _number(line.price), _number(line.base_quantity or "1"), _vat(line)
    if price is None or base is None or base <= 0 or vat is None:
        return line.price if price is None else f"{line.price} / {line.base_quantity}"
    return _exact(price / base * vat)


def total(line: InvoiceLine) -> str:
    """Return the line's sum with VAT, rounded to a cent as the invoice's own VAT is (half up)."""
    if line.gross_total:
        return plain_number(line.gross_total)
    net, vat = _number(line.total), _vat(line)
    if net is None or vat is None:
        return line.total
    cents = net * vat * 100
    half_up = int(abs(cents) + Fraction(1, 2)) * (1 if cents >= 0 else -1)
    return _exact(Fraction(half_up, 100))


def _vat(line: InvoiceLine) -> Fraction | None:
    percent = _number(line.vat_percent or "0")
    return None if percent is None or not 0 <= percent <= 100 else 1 + percent / 100


def _number(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.match(text) else None


def plain_number(text: str) -> str:
    """Return a number without zeros that say nothing: `3.0000` is 3."""
    number = _number(text)
    return text if number is None else _exact(number) or text


def _exact(number: Fraction) -> str:
    """Return the number with a dot and at most two decimals; "" if it has more."""
    hundredths = number * 100
    if hundredths.denominator != 1:
        return ""
    sign, (whole, rest) = "-" if hundredths < 0 else "", divmod(abs(int(hundredths)), 100)
    return f"{sign}{whole}.{rest:02d}" if rest else f"{sign}{whole}"
