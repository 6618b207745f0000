"""A bank's answers as facts, and what its codes mean (ISO 20022 external code sets)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """What a bank says of a payment. Only CONFIRMED and RETURNED can move money."""

    CONFIRMED = "confirmed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    UNCLEAR = "unclear"


class Scope(StrEnum):
    """What the answer's identifier names. UNNAMED: a booking that names neither payment nor batch."""

    PAYMENT = "payment"
    BATCH = "batch"
    MESSAGE = "message"
    UNNAMED = "unnamed"


STATUSES: Mapping[str, Status] = {
    "RJCT": Status.RETURNED,
    **dict.fromkeys(("ACSC", "ACCC"), Status.CONFIRMED),
    **dict.fromkeys(("ACCP", "ACTC", "ACSP", "ACWC", "ACWP", "ACFC"), Status.ACCEPTED),
}
"""What a status code of pain.002 says. Any other code is unclear: it is listed for a person."""

NOT_DECIDED = frozenset({"", "PART", "PATC", "PDNG", "RCVD", "PRES"})
"""Status codes that say that nothing is decided, or that the lines below say it."""

DUPLICATE_CODES = frozenset({"AM05", "DU01", "DU02", "DU03", "DU04", "DU05", "DUPL"})
ACCOUNT_CODES = frozenset(
    {"AC01", "AC02", "AC03", "AC04", "AC05", "AC06", "AC07", "AC13", "AC14", "AC15", "BE04", "RC01"}
)
"""Reasons of a return that are about the payee's account: it is not paid to again."""

_DUPLICATE_TEXT = re.compile(
    r"duplic|doubl|twice|already (received|processed)|kaksoiskap|kahdesti|dubbl", re.I
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that the bank says.

    `amount_cents` None: not given; `currency` is as the bank wrote it; `code` is its status code, or DBIT or
    CRDT; `account` is the account of the statement; `count` is the number of payments of a batch.
    `creditor_reference` is the reference that the payer gave.
    """

    kind: str
    scope: Scope
    identifier: str
    status: Status
    amount_cents: int | None
    currency: str
    day: date | None
    bank_reference: str
    reason: str
    text: str = ""
    code: str = ""
    account: str = ""
    entry_reference: str = ""
    count: int | None = None
    is_reversal: bool = False
    directions_differ: bool = False
    creditor_reference: str = ""

    @property
    def is_booking(self) -> bool:
        """Whether the bank has booked it; a message (pain.002) only announces."""
        return self.kind != "pain.002"

    @property
    def says_duplicate(self) -> bool:
        """Whether the refusal is of a second delivery: it says nothing of the first."""
        return self.reason in DUPLICATE_CODES or _DUPLICATE_TEXT.search(self.text) is not None

    @property
    def references(self) -> frozenset[str]:
        """The bank's references of the booking: of its entry and of the transaction in it."""
        return frozenset({self.bank_reference, self.entry_reference} - {""})


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking of a payment that the bank has reported: its day, the bank's references and the message."""

    day: date | None
    references: frozenset[str]
    kind: str

    def is_same(self, answer: Answer) -> bool:
        """Return whether the answer reports this booking again.

        Banks report a booking twice: on the day (camt.054) and in the statement (camt.053), where the
        references may differ.
        """
        if self.references & answer.references:
            return True
        may_be_again = not self.references or not answer.references or self.kind != answer.kind
        return may_be_again and (self.day == answer.day or self.day is None)


@dataclass(frozen=True, slots=True)
class AwaitedPayment:
    """One of our payments. `state`: prepared, sent, confirmed or returned; `sum_cents` in whole cents.

    `debit` and `credit` are the bookings that the bank has reported, `accepted_on` the day of its acceptance.
    `by_bank`: it went in a bank file, and not by Stripe.
    """

    id: int
    run_id: int
    county_id: int
    provider_id: int
    end_to_end_id: str
    sum_cents: int
    state: str
    sent_on: date | None
    execution_day: date | None
    payer_iban: str = ""
    answered_on: date | None = None
    accepted_on: date | None = None
    debit: Booking | None = None
    credit: Booking | None = None
    by_bank: bool = True
