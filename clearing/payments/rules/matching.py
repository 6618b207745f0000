"""What the bank's answer means for a payment (rulebook: Settlement and payout; Balance and ledger)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from clearing.payments.rules.answers import Answer, AwaitedPayment, Booking, Status
from clearing.payments.rules.verdicts import Mismatch, Verdict

LATEST_AFTER = timedelta(days=62)
"""A booking later than this after both today and the execution day is not believed."""


def judge(payment: AwaitedPayment, answer: Answer, today: date) -> Verdict | Mismatch:
    """An answer counts when account, direction, amount, currency and day agree, and nothing outranks it.

    A booking outranks every message. A second booking, or one that nothing explains, is for a person.
    """
    if mismatch := _mismatch(payment, answer, today):
        return mismatch
    if answer.status is Status.UNCLEAR:
        return Mismatch.STATUS_UNCLEAR
    if answer.is_booking:
        return _debit(payment, answer) if answer.status is Status.CONFIRMED else _credit(payment, answer)
    return _refusal(payment, answer) if answer.status is Status.RETURNED else _good_news(payment, answer)


def proves_sent(payment: AwaitedPayment, answer: Answer) -> bool:
    """Whether an answer shows that the bank has a payment that this book has not sent: a restored copy's.

    A refusal shows it too. The sum must be the payment's, and the account of a booking the payer's.
    """
    if payment.sent_on is not None or answer.status is Status.UNCLEAR:
        return False
    if answer.is_booking and answer.account != payment.payer_iban:
        return False
    return answer.amount_cents in (None, payment.sum_cents)


def with_booking(payment: AwaitedPayment, answer: Answer) -> AwaitedPayment:
    """Return the payment with what a believed answer adds to what is known of it."""
    if answer.status is Status.ACCEPTED:
        return replace(payment, accepted_on=payment.accepted_on or answer.day)
    if not answer.is_booking:
        return payment
    booking = Booking(answer.day, answer.references, answer.kind)
    if answer.status is Status.CONFIRMED:
        return replace(payment, debit=payment.debit or booking)
    return replace(payment, credit=payment.credit or booking)


def _debit(payment: AwaitedPayment, answer: Answer) -> Verdict | Mismatch:
    if payment.debit is not None:
        return Verdict.KNOWN if payment.debit.is_same(answer) else Mismatch.SECOND_DEBIT
    if payment.state == "returned":
        return Verdict.KNOWN if _before_credit(payment, answer) else Mismatch.PAID_AFTER_RETURN
    return Verdict.KNOWN if payment.state == "confirmed" else Verdict.CONFIRM


def _credit(payment: AwaitedPayment, answer: Answer) -> Verdict | Mismatch:
    if payment.credit is not None:
        return Verdict.KNOWN if payment.credit.is_same(answer) else Mismatch.SECOND_CREDIT
    if payment.state == "confirmed":
        return Mismatch.SECOND_PERSON if answer.references else Mismatch.NO_REFERENCE
    return Verdict.KNOWN if payment.state == "returned" else Verdict.RETURN


def _refusal(payment: AwaitedPayment, answer: Answer) -> Verdict | Mismatch:
    if answer.says_duplicate:
        return Mismatch.DUPLICATE
    if payment.state == "returned":
        return Verdict.KNOWN
    if payment.state == "confirmed":
        return Mismatch.REFUSED_AFTER_BOOKING
    older = answer.day is not None and payment.accepted_on is not None and answer.day < payment.accepted_on
    return Mismatch.OLDER if older else Verdict.RETURN


def _good_news(payment: AwaitedPayment, answer: Answer) -> Verdict | Mismatch:
    """An acceptance is a step; a completed settlement confirms. After a return both are for a person."""
    if payment.state == "confirmed":
        return Verdict.KNOWN
    if payment.state == "returned":
        return Verdict.KNOWN if _before_return(payment, answer) else Mismatch.PAID_AFTER_RETURN
    if answer.status is Status.CONFIRMED:
        return Verdict.CONFIRM
    return Verdict.ACCEPT if payment.accepted_on is None else Verdict.KNOWN


def _before_credit(payment: AwaitedPayment, answer: Answer) -> bool:
    """The money came back by a booking, and this debit is the earlier half of it."""
    if payment.credit is None:
        return False
    return answer.day is None or payment.credit.day is None or answer.day <= payment.credit.day


def _before_return(payment: AwaitedPayment, answer: Answer) -> bool:
    """An acceptance is made before a refusal; a completed settlement only before money that came back."""
    if answer.status is Status.CONFIRMED:
        return _before_credit(payment, answer)
    return answer.day is None or payment.answered_on is None or answer.day <= payment.answered_on


def _mismatch(payment: AwaitedPayment, answer: Answer, today: date) -> Mismatch | None:
    if not payment.by_bank:
        return Mismatch.OTHER_RAIL
    if payment.sent_on is None:
        return Mismatch.NOT_SENT
    if answer.is_booking and answer.account != payment.payer_iban:
        return Mismatch.OTHER_ACCOUNT
    if answer.directions_differ or (answer.is_reversal and answer.status is Status.CONFIRMED):
        return Mismatch.DIRECTION
    if answer.amount_cents is None and answer.is_booking:
        return Mismatch.NO_AMOUNT
    if answer.amount_cents not in (None, payment.sum_cents):
        return Mismatch.AMOUNT_DIFFERS
    if answer.amount_cents is not None and answer.currency != "EUR":
        return Mismatch.NOT_EURO
    if answer.day is not None and answer.day < payment.sent_on:
        return Mismatch.TOO_EARLY
    latest = max(today, payment.execution_day or today) + LATEST_AFTER
    return Mismatch.IN_FUTURE if answer.day is not None and answer.day > latest else None
