"""The sums of an invoice of which some lines are left: in EN 16931 the rules BR-CO-10 to BR-CO-17."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from provider_portal.rules.invoice_amounts import InvoiceLine

_NUMBER = re.compile(r"^[+-]?\d{1,15}(\.\d{1,12})?$", re.ASCII)
Rate = tuple[str, Fraction]
"""A VAT category and its rate in percent."""


@dataclass(frozen=True, slots=True)
class InvoiceSums:
    """Sums in euros without VAT: of the lines, of the extra charges on the whole, and by VAT rate."""

    lines: Fraction
    extras: Fraction
    by_rate: Mapping[Rate, Fraction]

    @property
    def net(self) -> Fraction:
        """The sum without VAT."""
        return self.lines + self.extras

    def vat_of(self, rate: Rate) -> Fraction:
        """Return the VAT of a rate, rounded to a cent (half up)."""
        return Fraction(_cents(self.by_rate[rate] * rate[1] / 100), 100)

    @property
    def vat(self) -> Fraction:
        """The VAT of all rates."""
        return sum(map(self.vat_of, self.by_rate), Fraction(0))


def sums_of(lines: Iterable[InvoiceLine]) -> InvoiceSums:
    """Return the sums of the lines; an amount that cannot be read counts nothing."""
    of_lines = extras = Fraction(0)
    by_rate: defaultdict[Rate, Fraction] = defaultdict(Fraction)
    for line in lines:
        amount = number(line.total)
        by_rate[rate_of(line.vat_category, line.vat_percent)] += amount
        if line.place:
            of_lines += amount
        else:
            extras += amount
    return InvoiceSums(of_lines, extras, by_rate)


def rate_of(category: str, percent: str) -> Rate:
    """Return the rate of a line or of a breakdown, so that both can be compared."""
    return category, number(percent)


def number(text: str) -> Fraction:
    """Return a number with a dot; 0 if the text is none."""
    return Fraction(text) if _NUMBER.match(text) else Fraction(0)


def euros(amount: Fraction) -> str:
    """Return the amount with two decimals and a dot, rounded half up."""
    hundredths = abs(_cents(amount))
    return f"{'-' if amount < 0 and hundredths else ''}{hundredths // 100}.{hundredths % 100:02d}"


def _cents(amount: Fraction) -> int:
    half_up = int(abs(amount) * 100 + Fraction(1, 2))
    return -half_up if amount < 0 else half_up
