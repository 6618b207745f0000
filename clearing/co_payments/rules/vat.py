"""The VAT inside the sums of an invoice. Prices include it; social and health care mostly has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from foundation.vocabulary.money import Money, half_up_division


class TaxedLine(Protocol):
    """A line with a sum that includes VAT."""

    @property
    def cents(self) -> Money:
        """Its sum with VAT."""

    @property
    def vat_percent_hundredths(self) -> int:
        """The rate, in hundredths of a per cent."""


@dataclass(frozen=True, slots=True)
class VatPart:
    """The sums of one rate: `cents` with VAT, `vat_cents` inside it."""

    percent_hundredths: int
    cents: Money
    vat_cents: Money

    @property
    def net_cents(self) -> Money:
        """The sum without VAT."""
        return Money(self.cents - self.vat_cents)


def vat_parts(lines: Iterable[TaxedLine]) -> list[VatPart]:
    """Return the sums by rate, the lowest first. The VAT is rounded once for each rate, half up.

    Source: the Finnish VAT Act (1501/1993), section 209 e: tax by rate; social welfare is exempt (37 §).
    """
    sums: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        sums[line.vat_percent_hundredths] += line.cents
    return [VatPart(rate, Money(sums[rate]), vat_inside(sums[rate], rate)) for rate in sorted(sums)]


def vat_inside(cents: int, percent_hundredths: int) -> Money:
    """Return the VAT inside a sum, rounded half away from zero."""
    inside = half_up_division(abs(cents) * percent_hundredths, 10_000 + percent_hundredths)
    return Money(inside if cents >= 0 else -inside)
