"""What comes of a bank's answer: it counts, or it is listed for a person."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What an answer does to its payment. KNOWN moves nothing, but may add a booking to what is known."""

    CONFIRM = "confirm"
    RETURN = "return"
    ACCEPT = "accept"
    KNOWN = "known"


class Decision(StrEnum):
    """What a person decides about an answer that is open: the bank's word holds, or it does not."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does_not_hold"


class Mismatch(StrEnum):
    """Why an answer moves nothing and is listed for a person. The codes are public."""

    UNKNOWN = "payment_unknown"
    NOT_SENT = "payment_not_sent"
    OTHER_RAIL = "payment_by_stripe"
    NO_AMOUNT = "amount_missing"
    AMOUNT_DIFFERS = "amount_differs"
    NOT_EURO = "currency_not_euro"
    TOO_EARLY = "day_before_sent"
    IN_FUTURE = "day_in_future"
    OTHER_ACCOUNT = "other_account"
    DIRECTION = "direction_unclear"
    BATCH_DIFFERS = "batch_differs"
    BATCH_UNNAMED = "batch_unnamed"
    STATUS_UNCLEAR = "status_unclear"
    CONTRADICTS_ITSELF = "answer_contradicts_itself"
    DUPLICATE = "refused_as_duplicate"
    REFUSED_AFTER_BOOKING = "refused_after_booking"
    OLDER = "older_than_known"
    PAID_AFTER_RETURN = "paid_after_return"
    SECOND_DEBIT = "booked_twice"
    SECOND_CREDIT = "returned_twice"
    NO_REFERENCE = "bank_reference_missing"
    SECOND_PERSON = "second_person_needed"
    CLAIM_AMOUNT = "claim_amount_differs"
    CLAIM_PAID = "claim_paid_already"
    CLAIM_UNCLEAR = "claim_entry_unclear"


OPEN = frozenset({Mismatch.SECOND_PERSON, Mismatch.PAID_AFTER_RETURN})
"""Mismatches that another person than the one who uploaded the answer decides."""
