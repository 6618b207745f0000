"""Answers about a batch or a file, payment by payment; and reports that contradict themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clearing.payments.rules.answers import Answer, AwaitedPayment, Scope, Status


def one_by_one(answer: Answer, payments: Sequence[AwaitedPayment]) -> list[Answer]:
    """Return an answer about a batch or file as one answer for each of its payments, if sum and count agree.

    A booking may also be of the payments that the bank has not refused.
    """
    if answer.scope is Scope.PAYMENT or answer.status is Status.UNCLEAR:
        return [answer]
    left = [payment for payment in payments if payment.state != "returned"]
    named = next((some for some in (payments, left) if some and _agrees(answer, some)), None)
    if named is None:
        return [answer]
    return [
        replace(
            answer,
            scope=Scope.PAYMENT,
            identifier=payment.end_to_end_id,
            amount_cents=None if answer.amount_cents is None else payment.sum_cents,
        )
        for payment in named
    ]


def _agrees(answer: Answer, payments: Sequence[AwaitedPayment]) -> bool:
    if answer.amount_cents is None:
        return not answer.is_booking
    total = sum(payment.sum_cents for payment in payments)
    return answer.amount_cents == total and answer.count in (None, len(payments))


def contradicts_itself(answers: Sequence[Answer]) -> bool:
    """One report refuses a payment, and also accepts or completes it: neither is believed."""
    said = {answer.status for answer in answers if not answer.is_booking}
    return Status.RETURNED in said and bool(said & {Status.ACCEPTED, Status.CONFIRMED})
