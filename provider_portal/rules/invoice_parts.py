"""The parts of a self-billed invoice: charges that it bills, its lines and its sums. Money is in cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clearing.eligibility.facts.kinds import VatExemption
from foundation.vocabulary.money import Money, Quantity


class InvoiceKind(StrEnum):
    """UNTDID 1001: a self-billed invoice, and a self-billed credit note."""

    INVOICE = "389"
    CREDIT_NOTE = "261"


@dataclass(frozen=True, slots=True)
class BilledCharge:
    """A charge or correction of a settlement. It names no client.

    `county_cents` is what the county pays, VAT included; 25.5 % is 2550. `corrects` is the reference of what
    a correction corrects. `exemption` is why there is no VAT (None: there is).
    """

    reference: str
    service: str
    name: str
    unit: str
    day: date
    quantity: Quantity
    county_cents: Money
    vat_hundredths: int
    exemption: VatExemption | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line: `net_cents` without VAT, for `quantity` units. A correction has both negative.

    A correction of money alone has no units: it is one piece (`in_pieces`).
    """

    charge: BilledCharge
    quantity: Quantity
    net_cents: Money
    in_pieces: bool


@dataclass(frozen=True, slots=True)
class VatSum:
    """The lines of one rate: their sum, and its VAT rounded half up. Rate 0 is exempt."""

    rate_hundredths: int
    net_cents: Money
    vat_cents: Money


@dataclass(frozen=True, slots=True)
class SelfBilledInvoice:
    """The amounts of an invoice, in whole cents; those of a credit note are turned to be positive.

    `rounding_cents` is what net and VAT miss of the gross sum: VAT is inside a price, and of some sums no net
    sum in whole cents has its VAT. `prepaid_cents` is what earlier settlements left, turned: less is paid
    if they left a debt.
    """

    kind: InvoiceKind
    lines: tuple[InvoiceLine, ...]
    vat: tuple[VatSum, ...]
    net_cents: Money
    vat_cents: Money
    rounding_cents: Money
    prepaid_cents: Money
    payable_cents: Money

    @property
    def exemptions(self) -> list[VatExemption]:
        """Why lines have no VAT, each reason once."""
        return sorted({line.charge.exemption for line in self.lines if line.charge.exemption})

    @property
    def gross_cents(self) -> Money:
        """The sum with VAT."""
        return Money(self.net_cents + self.vat_cents)
