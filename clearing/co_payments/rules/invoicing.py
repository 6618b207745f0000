"""When an invoice may be made, and what may be marked as paid."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from clearing.co_payments.facts.invoices import Invoice
from foundation.vocabulary.identifiers import ReferenceNumber, finnish_reference
from foundation.vocabulary.refusals import Refusal

USUAL_DAYS = 14
SHORTEST_DAYS, LONGEST_DAYS = 7, 90
"""How long a client has time to pay, in days from the day of the invoice."""


class CoPaymentRefusal(StrEnum):
    """Why something about an invoice is not done. The codes are public."""

    NOTHING_OWED = "nothing_owed"
    NOTHING_TO_CREDIT = "nothing_to_credit"
    ACCOUNT_MISSING = "account_not_confirmed"
    DUE_TOO_SOON = "due_too_soon"
    DUE_TOO_LATE = "due_too_late"
    NOTHING_OPEN = "nothing_open"
    PAID_TOO_MUCH = "paid_too_much"
    PAID_NOTHING = "paid_nothing"
    PAID_IN_FUTURE = "paid_in_future"
    PAID_TOO_EARLY = "paid_too_early"
    RECEIPT_UNKNOWN = "receipt_unknown"
    TOTAL_CHANGED = "total_changed"
    NOTHING_RETURNED = "nothing_returned"
    INVOICE_UNKNOWN = "invoice_unknown"


def due_day_refusal(due_on: date, today: date) -> Refusal | None:
    """A client has between 7 and 90 days to pay."""
    if due_on < today + timedelta(days=SHORTEST_DAYS):
        return Refusal(CoPaymentRefusal.DUE_TOO_SOON, "due_on")
    if due_on > today + timedelta(days=LONGEST_DAYS):
        return Refusal(CoPaymentRefusal.DUE_TOO_LATE, "due_on")
    return None


def receipt_refusal(invoice: Invoice, cents: int, paid_on: date, today: date) -> Refusal | None:
    """Money is marked for what is open, on a day that has come and not before the invoice was made."""
    if invoice.open_cents <= 0:
        return Refusal(CoPaymentRefusal.NOTHING_OPEN)
    if cents <= 0:
        return Refusal(CoPaymentRefusal.PAID_NOTHING, "amount")
    if cents > invoice.open_cents:
        return Refusal(CoPaymentRefusal.PAID_TOO_MUCH, "amount")
    if paid_on > today:
        return Refusal(CoPaymentRefusal.PAID_IN_FUTURE, "paid_on")
    if paid_on < invoice.made_on:
        return Refusal(CoPaymentRefusal.PAID_TOO_EARLY, "paid_on")
    return None


def reference_of(provider_id: int, number: int) -> ReferenceNumber:
    """Return the Finnish reference of a provider's invoice; it names no person.

    The number has six digits after the provider's own, so no two invoices of a provider have the same.
    """
    return finnish_reference(f"{provider_id}{number:06d}")
