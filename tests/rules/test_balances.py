"""R-25: one cent under, equal, over; holds before free; cutting to what is left."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.facts.outcomes import Accepted, Refused
from clearing.grants.facts.kinds import FundingKind, Overrun
from foundation.vocabulary.money import Money
from tests.rules.facts_builder import (
    CHOICE,
    OFFERING,
    OTHER_PROVIDER,
    PROVIDER,
    book,
    choice,
    county,
    decide,
    decide_one,
    funding,
    offering,
    prices,
    provider,
    sent,
    verdict,
    verdicts,
)

OK, OVER, CUT = "accepted", "refused: over_amount", "accepted: cut_to_balance"

# free, held by the own choice, held by another choice; the county's share is 72.00
BALANCES = [
    (7201, 0, 0, OK),
    (7200, 0, 0, OK),
    (7199, 0, 0, OVER),
    (0, 7200, 0, OK),
    (0, 7199, 0, OVER),
    (0, 7201, 0, OK),
    (3600, 3600, 0, OK),
    (3600, 3599, 0, OVER),
    (0, 0, 7200, OVER),
    (7199, 0, 7200, OVER),
    (0, 0, 0, OVER),
]


def with_balance(free: int, held: int, others: int = 0, **changes: Any) -> Any:
    """Return a voucher with so much free, held by the provider's own choice, and held by another's."""
    choices = (
        choice(held_cents=Money(held)),
        choice(id=CHOICE + 1, provider_id=OTHER_PROVIDER, held_cents=Money(others)),
    )
    return funding(free_cents=Money(free), choices=choices, **changes)


@pytest.mark.parametrize(("free", "held", "others", "expected"), BALANCES)
def test_over_amount(free: int, held: int, others: int, expected: str) -> None:
    assert verdict(decide_one(book(with_balance(free, held, others)))) == expected


DRAWS = [
    (10_000, 0, (0, 7200)),
    (10_000, 5000, (5000, 2200)),
    (10_000, 7200, (7200, 0)),
    (10_000, 9000, (7200, 0)),
    (2200, 5000, (5000, 2200)),
]


@pytest.mark.parametrize(("free", "held", "drawn"), DRAWS)
def test_the_own_hold_is_drawn_before_free(free: int, held: int, drawn: tuple[int, int]) -> None:
    outcome = decide_one(book(with_balance(free, held)))
    assert isinstance(outcome, Accepted)
    assert (outcome.from_held_cents, outcome.from_free_cents) == drawn
    assert outcome.choice_id == CHOICE


# free, held, free of charge, kind → outcome, county pays, co-payment
CUTS = [
    (7200, 0, False, FundingKind.VOUCHER, OK, (7200, 800)),
    (7199, 0, False, FundingKind.VOUCHER, CUT, (7199, 801)),
    (1, 0, False, FundingKind.VOUCHER, CUT, (1, 7999)),
    (0, 1, False, FundingKind.VOUCHER, CUT, (1, 7999)),
    (1000, 2000, False, FundingKind.VOUCHER, CUT, (3000, 5000)),
    (0, 0, False, FundingKind.VOUCHER, OVER, None),
    (7199, 0, True, FundingKind.VOUCHER, "refused: co_payment_not_allowed", None),
    (7199, 0, False, FundingKind.COMMITMENT, OVER, None),
]


@pytest.mark.parametrize(("free", "held", "free_of_charge", "kind", "expected", "shares"), CUTS)
def test_cut_to_balance(
    free: int, held: int, free_of_charge: bool, kind: FundingKind, expected: str, shares: Any
) -> None:
    facts = with_balance(free, held, kind=kind, overrun=Overrun.CUT, free_of_charge=free_of_charge)
    outcome = decide_one(book(facts))
    assert verdict(outcome) == expected
    got = (
        (outcome.split.county_pays_cents, outcome.split.co_payment_cents)
        if isinstance(outcome, Accepted)
        else None
    )
    assert got == shares


def test_a_free_service_is_not_cut() -> None:
    facts = with_balance(7199, 0, overrun=Overrun.CUT, free_of_charge=True)
    assert verdict(decide_one(book(facts), unit_price="36.00")) == OVER


QUIET = [
    ({"service_day": "2026-12-01"}, "refused: service_day_in_future"),
    ({"client": "C-9"}, "refused: client_mismatch"),
    ({"unit_price": "40.01"}, "refused: price_over_list"),
]


@pytest.mark.parametrize(("changes", "expected"), QUIET)
def test_the_balance_is_checked_only_if_nothing_else_refuses(changes: Any, expected: str) -> None:
    assert verdict(decide_one(book(with_balance(0, 0)), **changes)) == expected


def test_each_charge_of_a_batch_leaves_less_for_the_next() -> None:
    charges = [sent(reference=f"R-{n}", service_day=f"2026-11-{n:02d}") for n in (4, 2, 3, 5)]
    assert verdicts(decide(book(with_balance(3000, 14_000)), *charges)) == [OVER, OK, OK, OVER]


def test_free_money_is_spent_once() -> None:
    charges = [sent(reference=f"R-{n}", service_day=f"2026-11-{n:02d}") for n in (2, 3, 4, 5)]
    assert verdicts(decide(book(with_balance(21_599, 0)), *charges)) == [OK, OK, OVER, OVER]


def test_held_money_is_spent_once() -> None:
    charges = [sent(reference=f"R-{n}", service_day=f"2026-11-{n:02d}") for n in (2, 3, 4, 5)]
    assert verdicts(decide(book(with_balance(0, 21_599)), *charges)) == [OK, OK, OVER, OVER]


# references, starts and days as sent; which of them there is money for
ORDERS = [
    ([("B", None, 3), ("A", None, 3)], [OVER, OK]),
    ([("A", None, 4), ("B", None, 3)], [OVER, OK]),
    ([("A", "11:00", 3), ("B", "08:00", 3)], [OVER, OK]),
    ([("B", "08:00", 3), ("A", "11:00", 3)], [OK, OVER]),
    ([("A", "08:00", 3), ("B", None, 3)], [OVER, OK]),
]


@pytest.mark.parametrize(("charges", "expected"), ORDERS)
def test_money_goes_by_day_then_start_then_reference(charges: Any, expected: list[str]) -> None:
    batch = []
    for reference, start, day in charges:
        quantity, minutes = {"A": ("2.00", "00"), "B": ("2.25", "15")}[reference]
        end = start and f"{int(start[:2]) + 2}:{minutes}"
        service_day = f"2026-11-{day:02d}"
        batch.append(
            sent(reference=reference, service_day=service_day, start=start, end=end, quantity=quantity)
        )
    assert verdicts(decide(book(with_balance(8100, 0)), *batch)) == expected


def test_reasons_are_reported_in_the_order_of_the_rulebook() -> None:
    facts = book(with_balance(0, 0), providers=[provider(account_verified=False)])
    assert verdict(decide_one(facts)) == "refused: over_amount bank_account_unverified"


def test_a_smaller_charge_still_fits_after_a_refused_one() -> None:
    charges = [sent(reference="A", quantity="3", service_day="2026-11-02"), sent(reference="B", quantity="1")]
    assert verdicts(decide(book(with_balance(3600, 0)), *charges)) == [OVER, OK]


def test_a_named_provider_without_a_choice_draws_from_free() -> None:
    facts = funding(named_provider_id=PROVIDER, choices=(), kind=FundingKind.COMMITMENT)
    outcome = decide_one(book(facts))
    assert isinstance(outcome, Accepted)
    assert (outcome.choice_id, outcome.from_held_cents, outcome.from_free_cents) == (None, 0, 8000)


def test_the_hold_of_a_choice_of_another_service_is_not_drawn() -> None:
    meals = choice(id=CHOICE - 1, offering_id=OFFERING + 7, held_cents=Money(10_000))
    outcome = decide_one(book(funding(choices=(meals, choice(held_cents=Money(100))))))
    assert isinstance(outcome, Accepted)
    assert (outcome.choice_id, outcome.from_held_cents) == (CHOICE, 100)


def test_a_named_provider_has_only_the_free_money() -> None:
    facts = funding(named_provider_id=PROVIDER, choices=(), free_cents=Money(7199))
    assert verdict(decide_one(book(facts))) == OVER


def test_the_hold_of_an_ended_choice_is_not_drawn() -> None:
    ended = choice(last_day=date(2026, 11, 2), held_cents=Money(10_000))
    new = choice(id=CHOICE + 5, first_day=date(2026, 11, 3), held_cents=Money(100))
    outcome = decide_one(book(funding(choices=(ended, new))))
    assert isinstance(outcome, Accepted)
    assert (outcome.choice_id, outcome.from_held_cents) == (CHOICE + 5, 100)


# quantity, unit price (the list says the same): 92,233,720,368,547,758.07 is the largest sum of the book
LARGEST = [
    ("300000000", "307445734.56", 9_223_372_036_800_000_000),
    ("288772536.50", "319399211.18", 9_223_372_036_854_775_807),
    ("300000000", "307445734.57", None),
    ("999999999.99", "999999999.99", None),
]


@pytest.mark.parametrize(("quantity", "unit_price", "price"), LARGEST)
@pytest.mark.parametrize("overrun", list(Overrun))
def test_more_than_the_book_holds_is_refused_whatever_the_overrun(
    quantity: str, unit_price: str, price: int | None, overrun: Overrun
) -> None:
    cents = round(float(unit_price) * 100)
    provider_terms = provider(offering=offering(prices=prices(any_=cents)))
    outcome = decide_one(
        book(funding(overrun=overrun), providers=[provider_terms]), quantity=quantity, unit_price=unit_price
    )
    if price is not None and overrun is Overrun.CUT:
        assert verdict(outcome) == CUT
        return
    assert isinstance(outcome, Refused)
    assert (verdict(outcome), outcome.price_cents) == (OVER, price)


def test_a_share_too_large_to_store_is_refused_with_its_amount() -> None:
    provider_terms = provider(offering=offering(prices=prices(any_=99_999_999_999)))
    outcome = decide_one(book(providers=[provider_terms]), quantity="999999999.99", unit_price="999999999.99")
    assert isinstance(outcome, Refused)
    expected = {"county_pays_cents": 3_599_999_999_964, "left_cents": 100_000}
    assert [dict(finding.values) for finding in outcome.findings] == [expected]


def test_more_than_the_book_holds_cannot_wait_either() -> None:
    provider_terms = provider(offering=offering(prices=prices(any_=99_999_999_999)))
    facts = book(funding(), providers=[provider_terms], county=county(calendar=()))
    outcome = decide_one(facts, quantity="999999999.99", unit_price="999999999.99")
    assert verdict(outcome) == "refused: no_time_class over_amount"


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_refusal_leaves_out_a_price_too_large_to_store(sign: str) -> None:
    numbers = {"quantity": f"{sign}999999999.99", "unit_price": "999999999.99"}
    for changes in ({}, {"voucher": "NOPE"}):
        outcome = decide_one(**numbers, **changes)
        assert isinstance(outcome, Refused)
        assert outcome.price_cents is None
