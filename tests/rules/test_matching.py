"""What the bank's answer does to a payment, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clearing.payments.rules.answers import (
    DUPLICATE_CODES,
    Answer,
    AwaitedPayment,
    Booking,
    Scope,
    Status,
)
from clearing.payments.rules.batches import one_by_one
from clearing.payments.rules.matching import judge, with_booking
from clearing.payments.rules.verdicts import Mismatch, Verdict

TODAY = date(2026, 11, 24)
IBAN = "FI2112345600000785"
PAYMENT = AwaitedPayment(
    1, 17, 1, 9, "OMA12R17P1", 10_450, "sent", date(2026, 11, 20), date(2026, 11, 23), payer_iban=IBAN
)
ANSWER = Answer(
    *("camt.053", Scope.PAYMENT, "OMA12R17P1", Status.CONFIRMED, 10_450, "EUR", date(2026, 11, 23), "B1", ""),
    account=IBAN,
)
RETURN = replace(ANSWER, status=Status.RETURNED, bank_reference="B2")
LATER = date(2026, 11, 24)
REFUSAL = replace(RETURN, kind="pain.002", reason="AG01", bank_reference="", account="", amount_cents=None)
DONE = replace(REFUSAL, status=Status.CONFIRMED, reason="")
ACCEPTED = replace(DONE, status=Status.ACCEPTED)
DEBIT = Booking(date(2026, 11, 23), frozenset({"B1"}), "camt.053")
CREDIT = replace(DEBIT, references=frozenset({"B2"}))
CONFIRMED = replace(PAYMENT, state="confirmed")
BOOKED = replace(CONFIRMED, debit=DEBIT)
REFUSED = replace(PAYMENT, state="returned", answered_on=date(2026, 11, 23))
CAME_BACK = replace(REFUSED, credit=CREDIT)


@pytest.mark.parametrize(
    ("payment", "answer", "verdict"),
    [
        (PAYMENT, ANSWER, Verdict.CONFIRM),
        (PAYMENT, RETURN, Verdict.RETURN),
        (PAYMENT, REFUSAL, Verdict.RETURN),
        (PAYMENT, DONE, Verdict.CONFIRM),
        (PAYMENT, ACCEPTED, Verdict.ACCEPT),
        (replace(PAYMENT, accepted_on=LATER), ACCEPTED, Verdict.KNOWN),
        (CONFIRMED, ANSWER, Verdict.KNOWN),
        (BOOKED, ANSWER, Verdict.KNOWN),
        (BOOKED, ACCEPTED, Verdict.KNOWN),
        (BOOKED, replace(ANSWER, kind="camt.054", bank_reference="X"), Verdict.KNOWN),
        (BOOKED, replace(ANSWER, bank_reference=""), Verdict.KNOWN),
        (REFUSED, REFUSAL, Verdict.KNOWN),
        (REFUSED, ACCEPTED, Verdict.KNOWN),
        (CAME_BACK, RETURN, Verdict.KNOWN),
        (CAME_BACK, ANSWER, Verdict.KNOWN),
        (CAME_BACK, DONE, Verdict.KNOWN),
    ],
)
def test_a_good_answer(payment: AwaitedPayment, answer: Answer, verdict: Verdict) -> None:
    assert judge(payment, answer, TODAY) is verdict


@pytest.mark.parametrize(
    ("payment", "answer", "mismatch"),
    [
        *((PAYMENT, replace(REFUSAL, reason=code), Mismatch.DUPLICATE) for code in sorted(DUPLICATE_CODES)),
        *((BOOKED, replace(REFUSAL, reason=code), Mismatch.DUPLICATE) for code in sorted(DUPLICATE_CODES)),
        (PAYMENT, replace(REFUSAL, reason="NARR", text="DUPLICATE REFERENCE"), Mismatch.DUPLICATE),
        (BOOKED, REFUSAL, Mismatch.REFUSED_AFTER_BOOKING),
        (CONFIRMED, REFUSAL, Mismatch.REFUSED_AFTER_BOOKING),
        (replace(PAYMENT, accepted_on=LATER), REFUSAL, Mismatch.OLDER),
        (REFUSED, ANSWER, Mismatch.PAID_AFTER_RETURN),
        (REFUSED, DONE, Mismatch.PAID_AFTER_RETURN),
        (REFUSED, replace(ACCEPTED, day=LATER), Mismatch.PAID_AFTER_RETURN),
        (CAME_BACK, replace(ANSWER, day=LATER), Mismatch.PAID_AFTER_RETURN),
        (BOOKED, replace(ANSWER, bank_reference="B9"), Mismatch.SECOND_DEBIT),
        (BOOKED, replace(ANSWER, bank_reference="B9", day=LATER), Mismatch.SECOND_DEBIT),
        (CAME_BACK, replace(RETURN, bank_reference="B9", day=LATER), Mismatch.SECOND_CREDIT),
        (BOOKED, RETURN, Mismatch.SECOND_PERSON),
        (BOOKED, replace(RETURN, bank_reference=""), Mismatch.NO_REFERENCE),
        (BOOKED, replace(RETURN, amount_cents=None), Mismatch.NO_AMOUNT),
        (PAYMENT, replace(ANSWER, account="FI9099000000000176"), Mismatch.OTHER_ACCOUNT),
        (PAYMENT, replace(RETURN, account="FI4299000000000028"), Mismatch.OTHER_ACCOUNT),
        (PAYMENT, replace(ANSWER, account=""), Mismatch.OTHER_ACCOUNT),
        (PAYMENT, replace(ANSWER, is_reversal=True), Mismatch.DIRECTION),
        (PAYMENT, replace(ANSWER, directions_differ=True), Mismatch.DIRECTION),
        (PAYMENT, replace(DONE, status=Status.UNCLEAR), Mismatch.STATUS_UNCLEAR),
    ],
)
def test_what_is_outranked_or_unclear_moves_nothing(
    payment: AwaitedPayment, answer: Answer, mismatch: Mismatch
) -> None:
    assert judge(payment, answer, TODAY) is mismatch


def test_a_reversed_debit_is_a_return() -> None:
    assert judge(PAYMENT, replace(RETURN, is_reversal=True), TODAY) is Verdict.RETURN
    assert judge(BOOKED, replace(RETURN, is_reversal=True), TODAY) is Mismatch.SECOND_PERSON


def test_what_is_believed_is_remembered() -> None:
    assert with_booking(PAYMENT, ANSWER).debit == DEBIT
    assert with_booking(PAYMENT, RETURN).credit == CREDIT
    assert with_booking(PAYMENT, ACCEPTED).accepted_on == ACCEPTED.day
    assert with_booking(BOOKED, replace(ANSWER, bank_reference="")) == BOOKED


@pytest.mark.parametrize(
    ("answer", "mismatch"),
    [
        (replace(ANSWER, amount_cents=10_449), Mismatch.AMOUNT_DIFFERS),
        (replace(ANSWER, amount_cents=10_451), Mismatch.AMOUNT_DIFFERS),
        (replace(ANSWER, amount_cents=None), Mismatch.NO_AMOUNT),
        (DONE, Verdict.CONFIRM),
        (replace(ANSWER, currency="SEK"), Mismatch.NOT_EURO),
        (replace(ANSWER, currency=""), Mismatch.NOT_EURO),
        (replace(ANSWER, day=date(2026, 11, 20)), Verdict.CONFIRM),
        (replace(ANSWER, day=date(2026, 11, 19)), Mismatch.TOO_EARLY),
        (replace(ANSWER, day=date(2027, 1, 25)), Verdict.CONFIRM),
        (replace(ANSWER, day=date(2027, 1, 26)), Mismatch.IN_FUTURE),
        (replace(ANSWER, day=None), Verdict.CONFIRM),
    ],
)
def test_an_answer_that_does_not_agree_moves_nothing(answer: Answer, mismatch: Mismatch | Verdict) -> None:
    assert judge(PAYMENT, answer, TODAY) is mismatch


def test_an_answer_to_what_was_not_sent() -> None:
    assert judge(replace(PAYMENT, state="prepared", sent_on=None), ANSWER, TODAY) is Mismatch.NOT_SENT


PAYMENTS = [PAYMENT, replace(PAYMENT, id=2, end_to_end_id="OMA12R17P2", sum_cents=50)]
BATCH = replace(RETURN, scope=Scope.BATCH, identifier="OMA12R17B1", amount_cents=10_500)
EACH = [
    replace(BATCH, scope=Scope.PAYMENT, identifier="OMA12R17P1", amount_cents=10_450),
    replace(BATCH, scope=Scope.PAYMENT, identifier="OMA12R17P2", amount_cents=50),
]


@pytest.mark.parametrize(
    ("answer", "payments", "expected"),
    [
        (BATCH, PAYMENTS, EACH),
        (replace(BATCH, scope=Scope.MESSAGE), PAYMENTS, EACH),
        (
            replace(BATCH, amount_cents=None, kind="pain.002"),
            PAYMENTS,
            [replace(one, amount_cents=None, kind="pain.002") for one in EACH],
        ),
        (replace(BATCH, amount_cents=None), PAYMENTS, [replace(BATCH, amount_cents=None)]),
        (replace(BATCH, count=2), PAYMENTS, [replace(one, count=2) for one in EACH]),
        (replace(BATCH, count=3), PAYMENTS, [replace(BATCH, count=3)]),
        (
            replace(BATCH, amount_cents=50, count=1),
            [replace(PAYMENTS[0], state="returned"), PAYMENTS[1]],
            [replace(EACH[1], count=1)],
        ),
        (replace(BATCH, amount_cents=10_499), PAYMENTS, [replace(BATCH, amount_cents=10_499)]),
        (BATCH, [], [BATCH]),
        (RETURN, PAYMENTS, [RETURN]),
        (replace(RETURN, amount_cents=10_500), PAYMENTS, [replace(RETURN, amount_cents=10_500)]),
    ],
)
def test_an_answer_about_a_batch_applies_to_each_of_its_payments(
    answer: Answer, payments: list[AwaitedPayment], expected: list[Answer]
) -> None:
    assert one_by_one(answer, payments) == expected


def test_a_payment_without_an_execution_day_is_measured_from_today() -> None:
    waiting = replace(PAYMENT, execution_day=None)
    assert judge(waiting, replace(ANSWER, day=date(2027, 1, 25)), TODAY) is Verdict.CONFIRM
    assert judge(waiting, replace(ANSWER, day=date(2027, 1, 26)), TODAY) is Mismatch.IN_FUTURE


def test_a_late_execution_day_moves_the_last_day_believed() -> None:
    later = replace(PAYMENT, execution_day=date(2026, 11, 25))
    assert judge(later, replace(ANSWER, day=date(2027, 1, 26)), TODAY) is Verdict.CONFIRM
    assert judge(later, replace(ANSWER, day=date(2027, 1, 27)), TODAY) is Mismatch.IN_FUTURE
