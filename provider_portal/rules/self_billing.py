"""When a county makes an invoice in a provider's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from foundation.vocabulary.refusals import Refusal


class InvoiceRefusalCode(StrEnum):
    """Why there is no invoice of a settlement. The codes are public."""

    NOT_APPROVED = "settlement_not_approved"
    NOT_AGREED = "self_billing_not_agreed"
    AGREED_LATER = "self_billing_agreed_later"
    NO_LINES = "settlement_without_charges"


def why_no_invoice(
    *, approved_on: date | None, agreed_days: Iterable[tuple[date, date | None]], line_count: int
) -> Refusal | None:
    """An invoice is made of an approved settlement with charges, after the seller's agreement.

    The agreement is there before the invoice (VAT Directive 2006/112/EC, article 224).

    Args:
        approved_on: The day on which the run was approved; None: it is not.
        agreed_days: First and last day of each agreement of the provider; no last day: until further notice.
    """
    days = list(agreed_days)
    if approved_on is None:
        return Refusal(InvoiceRefusalCode.NOT_APPROVED)
    if not line_count:
        return Refusal(InvoiceRefusalCode.NO_LINES)
    if any(first <= approved_on and (last is None or approved_on <= last) for first, last in days):
        return None
    later = any(last is None for _first, last in days)
    return Refusal(InvoiceRefusalCode.AGREED_LATER if later else InvoiceRefusalCode.NOT_AGREED)
