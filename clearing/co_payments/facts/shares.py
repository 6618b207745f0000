"""A client's own share of one charge: what it is now, and what has been invoiced of it."""

from dataclasses import dataclass
from datetime import date

from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class OwnShare:
    """The own share of a charge with all its corrections, and what invoices and credit notes say of it.

    `owed_cents` and `quantity` are of what is accepted. `waits`: the charge is on hold or its dispute is
    open, so nothing of it is invoiced or credited before that is decided. `turns` counts its lines so far;
    `invoice_id` is the last invoice, not credit note, that has it. `service` is the service's code and its
    names in Finnish, Swedish and English.
    """

    charge_id: int
    provider_id: int
    provider: str
    client_id: int
    client_number: str | None
    client_name: str | None
    county_id: int
    funding_id: int
    service_day: date
    service: tuple[str, str, str, str]
    unit: str
    quantity: Quantity
    owed_cents: Money
    invoiced_cents: Money
    invoiced_quantity: Quantity
    vat_percent_hundredths: int
    waits: bool
    turns: int
    invoice_id: int | None

    @property
    def open_cents(self) -> Money:
        """What is not invoiced yet; below zero: what is to be credited."""
        return Money(0 if self.waits else self.owed_cents - self.invoiced_cents)

    @property
    def month(self) -> date:
        """The first day of the month of the service."""
        return self.service_day.replace(day=1)


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to write: its sum and its units are what it changes."""

    charge_id: int
    turn: int
    cents: Money
    quantity: Quantity
    vat_percent_hundredths: int
