"""Order and silence: all reasons at once, and none from a rule that lacks what it needs."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.facts.charge import KnownReference
from clearing.grants.facts.kinds import ChargeState as State
from clearing.grants.facts.kinds import DecisionState, FundingState
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from tests.rules.facts_builder import (
    LONG_AGO,
    MEALS,
    PROVIDER,
    book,
    cents_by_class,
    choice,
    county,
    decide,
    decide_one,
    funding,
    hours,
    offering,
    papers,
    prices,
    provider,
    sent,
    verdict,
    verdicts,
)


def wrong_everywhere(**changes: Any) -> Any:
    """Return a book in which nearly every rule has something to say about the usual charge."""
    values: dict[str, Any] = {
        "states": ((LONG_AGO, FundingState.PAUSED),),
        "decision_states": ((LONG_AGO, DecisionState.ANNULLED),),
        "client_ended_on": date(2026, 10, 1),
        "choices": (choice(last_day=date(2026, 10, 1)),),
        "caps": cents_by_class(any_=3000),
        "quantity_limit": hours("1"),
        "free_cents": Money(0),
    }
    provider_terms = provider(
        approvals={}, papers=papers(insurance=date(2026, 10, 1)), offering=offering(prices=prices(any_=3900))
    )
    return book(funding(**(values | changes)), providers=[provider_terms], county=county(late_days=5))


EVERYTHING = (
    "refused: client_mismatch voucher_paused decision_not_in_force client_ended provider_not_chosen "
    "provider_not_approved provider_papers_expired price_over_list price_over_cap over_quantity too_late"
)


def without(*codes: str, first: str = "field_malformed") -> str:
    """Return everything but some codes, after one of R-01."""
    left = [code for code in EVERYTHING.split()[1:] if code not in {"client_mismatch", *codes}]
    return " ".join(["refused:", first, *left])


def test_all_reasons_are_reported_at_once_in_the_order_of_the_rulebook() -> None:
    assert verdict(decide_one(wrong_everywhere(), client="C-9")) == EVERYTHING


PRICED = ("price_over_list", "price_over_cap")

# A field with a fault silences the rules that read it.
FAULTS = [
    ({"client": 9}, without()),
    ({"service_day": "x"}, "refused: field_malformed over_quantity"),
    ({"quantity": "x"}, without(*PRICED, "over_quantity")),
    ({"unit_price": "x"}, without(*PRICED)),
    ({"start": "x", "end": "12:00"}, without(*PRICED)),
    ({"start": "12:00"}, without(*PRICED, first="field_missing")),
    ({"service": None}, without(*PRICED, "provider_not_approved", "over_quantity", first="field_missing")),
    ({"voucher": None}, "refused: field_missing"),
    ({"reference": None}, without(first="field_missing")),
    ({"foo": "x"}, without(first="field_unknown")),
]


@pytest.mark.parametrize(("changes", "expected"), FAULTS)
def test_a_field_with_a_fault_silences_the_rules_that_read_it(changes: Any, expected: str) -> None:
    assert verdict(decide_one(wrong_everywhere(), **changes)) == expected


def test_reference_reused_is_reported_on_its_own() -> None:
    facts = book(references={(PROVIDER, "R-1"): KnownReference(41, "other", State.SETTLED)})
    assert (
        verdict(decide_one(facts, quantity="-1", client="C-9", voucher="??")) == "refused: reference_reused"
    )


def test_an_unknown_service_is_that_reason_alone() -> None:
    facts = book(providers=[provider(approvals={})])
    assert verdict(decide_one(facts, service="NOPE", unit_price="999")) == "refused: service_not_in_voucher"


def test_a_known_service_outside_the_voucher_still_needs_approval() -> None:
    facts = book(providers=[provider(approvals={})])
    result = verdict(decide_one(facts, service=MEALS))
    assert result == "refused: provider_not_approved service_not_in_voucher"


SILENCED = [
    # silence
    ({"service": MEALS, "unit_price": "999", "quantity": "999"}, {}, "refused: service_not_in_voucher"),
    ({"unit": "visit", "unit_price": "999", "quantity": "999"}, {}, "refused: unit_mismatch"),
    # impossible times silence, not the units
    ({"start": "12:00", "end": "10:00", "unit_price": "999"}, {}, "refused: times_invalid"),
    (
        {"start": "10:00", "end": "12:00", "unit_price": "999", "quantity": "9"}, {},
        "refused: times_invalid over_quantity",
    ),
    # a hole silences
    ({"unit_price": "999"}, {"hole": True}, "on_hold: no_time_class"),
    ({"unit_price": "999", "client": "C-9"}, {"hole": True}, "refused: client_mismatch no_time_class"),
    # R-18 silences R-19, not the cap
    ({"unit_price": "999"}, {"prices": ()}, "refused: no_price_on_day price_over_cap"),
    # R-07 leaves only
    ({"voucher": "ZZ", "service": "X", "quantity": "0"}, {}, "refused: amount_not_positive voucher_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "facts", "expected"), SILENCED)
def test_silence(changes: Any, facts: Any, expected: str) -> None:
    provider_terms = provider(offering=offering(prices=facts.get("prices", prices(any_=4000))))
    places = county(calendar=()) if facts.get("hole") else county()
    voucher = funding(caps=cents_by_class(any_=4000), quantity_limit=hours("5"))
    assert (
        verdict(decide_one(book(voucher, providers=[provider_terms], county=places), **changes)) == expected
    )


WRONG_TIMES = [
    {"start": "12:00", "end": "10:00"},  # ends before it starts
    {"start": "10:00", "end": "11:00"},  # an hour, and two are charged
    {"start": "10:00", "end": "12:00", "quantity": "3.00"},  # two hours, and three are charged
]


@pytest.mark.parametrize("times", [{"start": "10:00", "end": "12:00"}, {"start": None, "end": None}])
@pytest.mark.parametrize("wrong", WRONG_TIMES)
def test_wrong_times_silence_every_comparison_with_other_visits(wrong: Any, times: Any) -> None:
    facts = book(funding(client_absences=(DateWindow(date(2026, 11, 3), date(2026, 11, 3)),)))
    charges = [sent(reference="A", **times), sent(reference="B", **wrong)]
    assert verdicts(decide(facts, *charges)) == ["on_hold: impossible_day", "refused: times_invalid"]


def test_holds_and_warnings_are_reported_with_refusals() -> None:
    facts = book(providers=[provider(papers=())])
    assert verdict(decide_one(facts, client="C-9")) == "refused: client_mismatch provider_papers_expired"


WAIVED = [
    ({"provider_papers_expired"}, "accepted"),
    ({"too_late"}, "on_hold: provider_papers_expired"),
    (set(), "on_hold: provider_papers_expired"),
]


@pytest.mark.parametrize(("codes", "expected"), WAIVED)
def test_a_worker_admits_what_was_held(codes: set[str], expected: str) -> None:
    facts = book(providers=[provider(papers=())])
    assert verdict(decide_one(facts, waived=frozenset(codes))) == expected


@pytest.mark.parametrize("code", ["client_mismatch", "over_amount", "voucher_paused", "field_missing"])
def test_no_other_refusal_can_be_admitted(code: str) -> None:
    facts = funding(states=((LONG_AGO, FundingState.PAUSED),))
    result = verdict(decide_one(book(facts), waived=frozenset({code}), client="C-9"))
    assert result == "refused: client_mismatch voucher_paused"


def test_admitting_decides_again_as_of_that_moment() -> None:
    facts = book(funding(free_cents=Money(7199)), providers=[provider(papers=())])
    assert verdict(decide_one(facts)) == "on_hold: provider_papers_expired"
    again = decide_one(facts, waived=frozenset({"provider_papers_expired"}))
    assert verdict(again) == "refused: over_amount"


NOT_POSITIVE = [("-1", "30"), ("-1.00", "0.01"), ("-0.01", "39.99"), ("0", "500")]


@pytest.mark.parametrize(("quantity", "unit_price"), NOT_POSITIVE)
@pytest.mark.parametrize("free_of_charge", [False, True])
def test_a_quantity_that_is_not_positive_gives_no_finding_on_the_price(
    quantity: str, unit_price: str, free_of_charge: bool
) -> None:
    """As a sum −30.00 is more than −40.00, but nobody asks for more than the list."""
    facts = book(funding(caps=cents_by_class(any_=4000), free_of_charge=free_of_charge))
    result = verdict(decide_one(facts, quantity=quantity, unit_price=unit_price))
    assert result == "refused: amount_not_positive"
