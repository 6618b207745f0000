"""What the answer to a check says: every code, and nothing of what is left of the voucher."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.facts.book import Book
from clearing.charges.rules.check_answers import DETAILS, book_for_check, without_balance
from clearing.reasons import CUT_TO_BALANCE, OVER_AMOUNT, OVER_QUANTITY, PRICE_OVER_LIST, Finding, Reason
from foundation.vocabulary.money import Money

MONEY = (Money(9_000), Money(7_200), Money(1_800), Money(500))


def an_answer(*findings: Finding) -> ChargeAnswer:
    return ChargeAnswer(None, "R-1", "refused", findings, *MONEY)


@pytest.mark.parametrize("reason", [OVER_AMOUNT, OVER_QUANTITY, CUT_TO_BALANCE])
def test_the_sums_of_a_reason_about_the_balance_are_left_out(reason: Reason) -> None:
    other = Finding(PRICE_OVER_LIST, "unit_price", {"price": "36.00"})
    answer = without_balance(an_answer(Finding(reason, "quantity", {"left": "3.00"}), other))
    shown, kept = answer.findings
    assert (shown.code, shown.field, shown.values) == (reason.code, "quantity", {})
    assert shown.reason == replace(reason, detail=DETAILS[reason.code])
    assert kept is other


def test_money_stays_unless_it_says_what_is_left() -> None:
    over = without_balance(an_answer(Finding(OVER_AMOUNT, None, {})))
    assert (over.price_cents, over.county_pays_cents, over.co_payment_cents, over.held_cents) == MONEY
    cut = without_balance(an_answer(Finding(PRICE_OVER_LIST, None, {}), Finding(CUT_TO_BALANCE, None, {})))
    assert cut == replace(cut, price_cents=MONEY[0], reference="R-1", outcome="refused")
    assert (cut.county_pays_cents, cut.co_payment_cents, cut.held_cents) == (None, None, None)


def test_an_answer_without_reasons_stays() -> None:
    assert without_balance(an_answer()) == an_answer()


def test_a_check_compares_with_no_visit_at_another_provider() -> None:
    book = Book(date(2026, 11, 20), {}, {}, {}, {}, visits={(1, "HOME_CARE"): ()})
    assert book_for_check(book) == replace(book, visits={})
