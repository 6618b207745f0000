"""An invoice of own shares as it was made, with what has happened to it since."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clearing.co_payments.facts.returns import (
    NOT_HELD,
    NOTHING,
    UNDECIDED,
    Decided,
    Held,
    Return,
    ReturnState,
)
from foundation.vocabulary.identifiers import ReferenceNumber
from foundation.vocabulary.money import Money, Quantity


class InvoiceState(StrEnum):
    """Where an invoice is. The codes are public."""

    OPEN = "open"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"
    PAID_TOO_MUCH = "paid_too_much"
    RETURNED = "returned"


class Way(StrEnum):
    """How money came. The codes are public."""

    BANK = "bank"
    CASH = "cash"
    STRIPE = "stripe"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What an invoice or a credit note says of one charge."""

    charge_id: int
    funding_id: int
    service_day: date
    service: tuple[str, str, str, str]
    unit: str
    quantity: Quantity
    cents: Money
    vat_percent_hundredths: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came for an invoice; `undone_at`: it was marked by mistake."""

    id: int
    cents: Money
    paid_on: date
    way: str
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note of an invoice; its sum and its lines are below zero."""

    id: int
    number: int
    made_on: date
    sum_cents: Money
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice with its lines, credit notes and receipts.

    `to_credit_cents` is below zero while charges have been corrected and the credit note is not made yet: the
    client owes that much less already. `waits`: a charge of it is disputed or on hold. `returned_cents` went
    back to the payer's card. Of that `held` is not owed: the provider has not decided, or has waived it.
    `decided` is all that the provider has said, also of what is owed no more or did not go back after all.
    """

    id: int
    county_id: int
    provider_id: int
    client_id: int
    client_number: str | None
    client_name: str | None
    language: str
    number: int
    month: date
    sum_cents: Money
    reference: ReferenceNumber
    made_on: date
    due_on: date
    payee_name: str
    payee_business_id: str
    payee_phone: str
    payee_email: str
    iban: str
    bic: str
    lines: tuple[InvoiceLine, ...]
    credits: tuple[Credit, ...]
    receipts: tuple[Receipt, ...]
    to_credit_cents: Money
    waits: bool
    returns: tuple[Return, ...] = ()
    returned_cents: Money = NOTHING
    held: Held = NOT_HELD
    decided: Decided = UNDECIDED

    @property
    def credited_cents(self) -> Money:
        """What credit notes, made or still to be made, take off; zero or below."""
        return Money(sum(credit.sum_cents for credit in self.credits) + self.to_credit_cents)

    @property
    def paid_cents(self) -> Money:
        """What has come, without marks that were taken back."""
        return Money(sum(receipt.cents for receipt in self.receipts if receipt.undone_at is None))

    @property
    def open_cents(self) -> Money:
        """What is still to be paid; below zero: what is to be given back."""
        kept_cents = self.paid_cents - self.returned_cents
        return Money(self.sum_cents + self.credited_cents - kept_cents - self.held.cents)

    @property
    def undecided_cents(self) -> Money:
        """What went back and the provider has not said whether it is owed again."""
        return self.held.undecided_cents

    @property
    def waived_cents(self) -> Money:
        """What went back and the client would owe, had the provider not waived it."""
        return Money(self.held.cents - self.held.undecided_cents)

    @property
    def owed_again_cents(self) -> Money:
        """What is open because the provider has said that what went back is still owed."""
        return Money(max(0, min(self.open_cents, self.decided.owed_cents, self.returned_cents)))

    @property
    def disputed_cents(self) -> Money:
        """What the payer's bank may take back; it has not decided."""
        return Money(sum(one.cents for one in self.returns if one.state is ReturnState.OPEN))

    @property
    def funding_ids(self) -> frozenset[int]:
        """The fundings of its charges."""
        return frozenset(line.funding_id for line in self.lines)

    def state(self, today: date) -> InvoiceState:
        """Return where the invoice is on a day."""
        if self.open_cents < 0:
            return InvoiceState.PAID_TOO_MUCH
        if self.open_cents > 0:
            return InvoiceState.OVERDUE if self.due_on < today else InvoiceState.OPEN
        if self.undecided_cents:
            return InvoiceState.RETURNED
        return InvoiceState.PAID if self.paid_cents > self.returned_cents else InvoiceState.CREDITED
