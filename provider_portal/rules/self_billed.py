"""The invoice that a county makes in a provider's name for one settlement: its sums and its lines.

Amounts are after EN 16931-1: net lines, VAT by rate on their sum, and what is left to pay. That is the
settlement with what earlier ones left: the line on the bank statement, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foundation.vocabulary.money import Money, Quantity, half_up_division
from provider_portal.rules.invoice_parts import (
    BilledCharge,
    InvoiceKind,
    InvoiceLine,
    SelfBilledInvoice,
    VatSum,
)


def invoice_of(charges: Sequence[BilledCharge], carried_cents: Money) -> SelfBilledInvoice:
    """Return the invoice of a settlement's charges and of what earlier settlements left.

    It is a credit note if nothing would be paid but the provider owes.
    """
    rates = sorted({charge.vat_hundredths for charge in charges}, reverse=True)
    sums = tuple(_vat_sum(charges, rate) for rate in rates)
    lines = {at: line for vat in sums for at, line in _lines(charges, vat)}
    gross = sum(charge.county_cents for charge in charges)
    is_credit = gross + carried_cents < 0
    sign = -1 if is_credit else 1
    net, tax = sum(vat.net_cents for vat in sums), sum(vat.vat_cents for vat in sums)
    return SelfBilledInvoice(
        kind=InvoiceKind.CREDIT_NOTE if is_credit else InvoiceKind.INVOICE,
        lines=tuple(_turned(lines[at], sign) for at in sorted(lines)),
        vat=tuple(
            VatSum(vat.rate_hundredths, Money(sign * vat.net_cents), Money(sign * vat.vat_cents))
            for vat in sums
        ),
        net_cents=Money(sign * net),
        vat_cents=Money(sign * tax),
        rounding_cents=Money(sign * (gross - net - tax)),
        prepaid_cents=Money(-sign * carried_cents),
        payable_cents=Money(sign * (gross + carried_cents)),
    )


def _vat_sum(charges: Iterable[BilledCharge], rate: int) -> VatSum:
    """Return net and VAT of a rate: of the nearest net sums the one that comes closest to the gross sum."""
    gross = sum(charge.county_cents for charge in charges if charge.vat_hundredths == rate)
    near = half_up_division(gross * 10_000, 10_000 + rate)
    net = min((near, near + 1, near - 1), key=lambda each: abs(gross - each - _vat_on(each, rate)))
    return VatSum(rate, Money(net), Money(_vat_on(net, rate)))


def _vat_on(net_cents: int, rate: int) -> int:
    return half_up_division(net_cents * rate, 10_000)


def _lines(charges: Sequence[BilledCharge], vat: VatSum) -> list[tuple[int, InvoiceLine]]:
    """Divide the net sum among the charges of its rate, by their places in the settlement.

    Each is within a cent or two of its own net sum, and none has the other sign: it could have no unit price.
    """
    places = [at for at, charge in enumerate(charges) if charge.vat_hundredths == vat.rate_hundredths]
    nets, before, gross = [], 0, 0
    for at in places:
        gross += charges[at].county_cents
        until = half_up_division(gross * 10_000, 10_000 + vat.rate_hundredths)
        nets.append(until - before)
        before = until
    if missing := vat.net_cents - before:
        largest = max(range(len(nets)), key=lambda number: abs(nets[number]))
        nets[largest] += missing
    return [(at, _line(charges[at], net)) for at, net in zip(places, nets, strict=True)]


def _line(charge: BilledCharge, net: int) -> InvoiceLine:
    if net and not charge.quantity:
        return InvoiceLine(charge, Quantity(100 if net > 0 else -100), Money(net), in_pieces=True)
    return InvoiceLine(charge, charge.quantity, Money(net), in_pieces=False)


def _turned(line: InvoiceLine, sign: int) -> InvoiceLine:
    quantity, net = Quantity(sign * line.quantity), Money(sign * line.net_cents)
    return InvoiceLine(line.charge, quantity, net, line.in_pieces)
