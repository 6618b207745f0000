"""What the bank's answer means for a payment (rulebook: Settlement and payout; Balance and ledger)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

LATEST_AFTER = timedelta(days=62)
"""A booking later than this after both today and the execution day is not believed."""


class Status(StrEnum):
    """What became of a payment. Anything that is not final (accepted, pending) is no answer yet."""

    CONFIRMED = "confirmed"
    RETURNED = "returned"


class Scope(StrEnum):
    """What the answer's identifier names: a bank may refuse one payment, a batch or the whole file."""

    PAYMENT = "payment"
    BATCH = "batch"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that the bank says. `amount_cents` None: not said; `currency` is as the bank wrote it."""

    kind: str
    scope: Scope
    identifier: str
    status: Status
    amount_cents: int | None
    currency: str
    day: date | None
    bank_reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class AwaitedPayment:
    """One of our payments. `state`: prepared, sent, confirmed or returned; `sum_cents` in whole cents."""

    id: int
    run_id: int
    county_id: int
    provider_id: int
    end_to_end_id: str
    sum_cents: int
    state: str
    sent_on: date | None
    execution_day: date | None


class Verdict(StrEnum):
    """What an answer does to its payment."""

    CONFIRM = "confirm"
    RETURN = "return"
    RETURN_CONFIRMED = "return_confirmed"
    KNOWN = "known"


class Mismatch(StrEnum):
    """Why an answer is not believed; it is listed for a person and moves nothing. The codes are public."""

    UNKNOWN = "payment_unknown"
    NOT_SENT = "payment_not_sent"
    NO_AMOUNT = "amount_missing"
    AMOUNT_DIFFERS = "amount_differs"
    NOT_EURO = "currency_not_euro"
    TOO_EARLY = "day_before_sent"
    IN_FUTURE = "day_in_future"


def one_by_one(answer: Answer, payments: Sequence[AwaitedPayment]) -> list[Answer]:
    """Return an answer about a batch or file as one answer for each of its payments, if the sums agree."""
    if answer.scope is Scope.PAYMENT or not payments:
        return [answer]
    if answer.amount_cents not in (None, sum(payment.sum_cents for payment in payments)):
        return [answer]
    return [
        replace(
            answer,
            scope=Scope.PAYMENT,
            identifier=payment.end_to_end_id,
            amount_cents=None if answer.amount_cents is None else payment.sum_cents,
        )
        for payment in payments
    ]


def judge(payment: AwaitedPayment, answer: Answer, today: date) -> Verdict | Mismatch:
    """An answer counts when payment, amount, currency and day agree; a return is final, in any order.

    A confirmation that arrives after the return of the same payment is the earlier fact: it changes nothing.
    """
    if mismatch := _mismatch(payment, answer, today):
        return mismatch
    if payment.state == "returned" or payment.state == answer.status:
        return Verdict.KNOWN
    if answer.status is Status.CONFIRMED:
        return Verdict.CONFIRM
    return Verdict.RETURN_CONFIRMED if payment.state == "confirmed" else Verdict.RETURN


def _mismatch(payment: AwaitedPayment, answer: Answer, today: date) -> Mismatch | None:
    if payment.sent_on is None:
        return Mismatch.NOT_SENT
    if answer.amount_cents is None and answer.kind != "pain.002":
        return Mismatch.NO_AMOUNT
    if answer.amount_cents not in (None, payment.sum_cents):
        return Mismatch.AMOUNT_DIFFERS
    if answer.amount_cents is not None and answer.currency != "EUR":
        return Mismatch.NOT_EURO
    if answer.day is not None and answer.day < payment.sent_on:
        return Mismatch.TOO_EARLY
    latest = max(today, payment.execution_day or today) + LATEST_AFTER
    return Mismatch.IN_FUTURE if answer.day is not None and answer.day > latest else None
