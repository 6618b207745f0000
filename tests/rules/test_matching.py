"""What the bank's answer does to a payment, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clearing.payments.rules.matching import (
    Answer,
    AwaitedPayment,
    Mismatch,
    Scope,
    Status,
    Verdict,
    judge,
    one_by_one,
)

TODAY = date(2026, 11, 24)
PAYMENT = AwaitedPayment(1, 17, 1, 9, "OMA12R17P1", 10_450, "sent", date(2026, 11, 20), date(2026, 11, 23))
ANSWER = Answer(
    "camt.053", Scope.PAYMENT, "OMA12R17P1", Status.CONFIRMED, 10_450, "EUR", date(2026, 11, 23), "B1", ""
)
RETURN = replace(ANSWER, status=Status.RETURNED)


@pytest.mark.parametrize(
    ("state", "answer", "verdict"),
    [
        ("sent", ANSWER, Verdict.CONFIRM),
        ("sent", RETURN, Verdict.RETURN),
        ("confirmed", ANSWER, Verdict.KNOWN),
        ("confirmed", RETURN, Verdict.RETURN_CONFIRMED),
        ("returned", RETURN, Verdict.KNOWN),
        ("returned", ANSWER, Verdict.KNOWN),
    ],
)
def test_a_good_answer(state: str, answer: Answer, verdict: Verdict) -> None:
    assert judge(replace(PAYMENT, state=state), answer, TODAY) is verdict


@pytest.mark.parametrize(
    ("answer", "mismatch"),
    [
        (replace(ANSWER, amount_cents=10_449), Mismatch.AMOUNT_DIFFERS),
        (replace(ANSWER, amount_cents=10_451), Mismatch.AMOUNT_DIFFERS),
        (replace(ANSWER, amount_cents=None), Mismatch.NO_AMOUNT),
        (replace(ANSWER, amount_cents=None, kind="pain.002"), Verdict.CONFIRM),
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


@pytest.mark.parametrize("order", ["confirmed first", "returned first"])
def test_any_order_ends_the_same(order: str) -> None:
    answers = [ANSWER, RETURN] if order == "confirmed first" else [RETURN, ANSWER]
    state = "sent"
    for answer in answers * 3:
        verdict = judge(replace(PAYMENT, state=state), answer, TODAY)
        state = state if verdict is Verdict.KNOWN else str(answer.status)
    assert state == "returned"


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
            replace(BATCH, amount_cents=None),
            PAYMENTS,
            [replace(answer, amount_cents=None) for answer in EACH],
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
