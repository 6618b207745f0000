"""VAT at the rate of the service day; prices include it."""

from datetime import date

from clearing.eligibility.facts.kinds import VatKind
from foundation.vocabulary.money import Money, half_up_division

_GENERAL, _REDUCED = VatKind.GENERAL, VatKind.REDUCED
_GENERAL_255 = date(2024, 9, 1)
_REDUCED_135 = date(2026, 1, 1)


def vat_rate_hundredths(kind: VatKind, day: date) -> int:
    """Return the VAT rate of a service day in hundredths of a per cent (25.5 % = 2550).

    Source: Value Added Tax Act 1501/1993, sections 84 and 85: general 25.5 % from 1.9.2024 (before it
    24 %), reduced 13.5 % from 1.1.2026 (before it 14 %).
    """
    if kind == _GENERAL:
        return 2550 if day >= _GENERAL_255 else 2400
    if kind == _REDUCED:
        return 1350 if day >= _REDUCED_135 else 1400
    return 0


def vat_inside(price_cents: Money, rate_hundredths: int) -> Money:
    """Return the VAT inside a price, half up to the cent."""
    if not rate_hundredths:
        return Money(0)
    return Money(half_up_division(price_cents * rate_hundredths, 10_000 + rate_hundredths))
