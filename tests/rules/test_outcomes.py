"""The values of an outcome: the split, the funding, the price if it is known."""

from typing import Any

import pytest

from clearing.charges.facts.book import Sampling
from clearing.charges.facts.charge import KnownReference
from clearing.charges.facts.outcomes import Accepted, OnHold, Refused, Split
from clearing.grants.facts.kinds import ChargeState
from foundation.vocabulary.money import Money
from tests.rules.facts_builder import (
    CHOICE,
    FUNDING,
    OFFERING,
    PROVIDER,
    book,
    cents_by_class,
    choice,
    county,
    decide_one,
    funding,
    provider,
)

SPLIT = Split(Money(8000), Money(7200), Money(800), Money(0), 0)
EVERYTHING = county(sampling=Sampling("s", over_cents=Money(0)))
NAMED = funding(named_provider_id=PROVIDER, choices=())


def test_an_accepted_charge() -> None:
    facts = book(funding(choices=(choice(held_cents=Money(5000)),)))
    assert decide_one(facts) == Accepted((), SPLIT, FUNDING, CHOICE, OFFERING, Money(5000), Money(2200))


def test_a_charge_on_hold_shows_the_split_it_would_get() -> None:
    outcome = decide_one(book(county=EVERYTHING))
    assert outcome == OnHold(outcome.findings, Money(8000), SPLIT, FUNDING, CHOICE, OFFERING)  # type: ignore[union-attr]


def test_a_named_provider_needs_no_choice() -> None:
    outcome = decide_one(book(NAMED, county=EVERYTHING))
    assert isinstance(outcome, OnHold)
    assert (outcome.choice_id, outcome.offering_id) == (None, OFFERING)
    accepted = decide_one(book(NAMED))
    assert isinstance(accepted, Accepted)
    assert (accepted.choice_id, accepted.offering_id) == (None, OFFERING)


def test_a_hole_in_the_table_leaves_the_split_open() -> None:
    facts = book(funding(values=cents_by_class(evening=3600)))
    outcome = decide_one(facts, start="10:00", end="12:00")
    assert isinstance(outcome, OnHold)
    assert (outcome.price_cents, outcome.split) == (8000, None)


def test_a_gap_in_the_table_is_reported_before_the_missing_offering() -> None:
    named = funding(named_provider_id=PROVIDER, choices=(), values=cents_by_class(evening=3600))
    facts = book(named, providers=[provider(offerings={})])
    outcome = decide_one(facts, start="10:00", end="12:00")
    assert isinstance(outcome, OnHold)
    assert (outcome.choice_id, outcome.offering_id) == (None, None)


# the charge; the price in the outcome, and the funding
REFUSED: list[tuple[dict[str, Any], int | None, int | None]] = [
    ({"client": "C-9"}, 8000, FUNDING),
    ({"client": "C-9", "quantity": "?"}, None, FUNDING),
    ({"client": "C-9", "unit_price": "?"}, None, FUNDING),
    ({"voucher": "NONE"}, 8000, None),
    ({"voucher": None}, 8000, None),
    ({"reference": "USED"}, 8000, None),
]
USED = book(references={(PROVIDER, "USED"): KnownReference(1, "other", ChargeState.ACCEPTED)})


@pytest.mark.parametrize(("changes", "price", "funding_id"), REFUSED)
def test_a_refused_charge_shows_its_price_alone(
    changes: dict[str, Any], price: int | None, funding_id: int | None
) -> None:
    outcome = decide_one(USED, **changes)
    assert isinstance(outcome, Refused)
    assert (outcome.price_cents, outcome.funding_id) == (price, funding_id)
