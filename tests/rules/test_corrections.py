"""R-30, R-31, R-34, R-35: what may still happen to a decided charge."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.charges.corrections.rules.corrections import (
    CorrectedCharge,
    correction_over_original,
    given_back,
    period_locked,
)
from clearing.charges.rules.cancellations import CancelledVisit, cancellation_rule
from clearing.charges.rules.withdrawal import disputed_by_client
from clearing.eligibility.facts.provider import CancellationRule
from clearing.grants.facts.kinds import ChargeState
from foundation.vocabulary.money import Money

STATES = [
    (ChargeState.SETTLED, "period_locked"),
    (ChargeState.ACCEPTED, None),
    (ChargeState.ON_HOLD, None),
    (ChargeState.REFUSED, None),
    (ChargeState.WITHDRAWN, None),
]


@pytest.mark.parametrize(("state", "code"), STATES)
def test_period_locked(state: ChargeState, code: str | None) -> None:
    finding = period_locked(state, "R-1")
    assert (finding.code if finding else None) == code


def settled(price: int, county: int, returned: int = 0, returned_county: int = 0) -> CorrectedCharge:
    """Return a settled charge with what has been given back."""
    return CorrectedCharge(Money(price), Money(county), Money(returned), Money(returned_county))


# price, returned before, correction
CORRECTIONS = [
    (8000, 0, 7999, None),
    (8000, 0, 8000, None),
    (8000, 0, 8001, "correction_over_original"),
    (8000, 5000, 2999, None),
    (8000, 5000, 3000, None),
    (8000, 5000, 3001, "correction_over_original"),
    (8000, 8000, 1, "correction_over_original"),
]


@pytest.mark.parametrize(("price", "returned", "correction", "code"), CORRECTIONS)
def test_correction_over_original(price: int, returned: int, correction: int, code: str | None) -> None:
    finding = correction_over_original(settled(price, 7200, returned), Money(correction))
    assert (finding.code if finding else None) == code


# price, county's share, returned before (in all, the county's), correction; the county's and the client's
SHARES = [
    (8000, 7200, (0, 0), 8000, (7200, 800)),
    (8000, 7200, (0, 0), 4000, (3600, 400)),
    (8000, 8000, (0, 0), 4000, (4000, 0)),
    (8000, 0, (0, 0), 4000, (0, 4000)),
    (8001, 7200, (0, 0), 1, (1, 0)),
    (8000, 7200, (4000, 3600), 4000, (3600, 400)),
    (8000, 7200, (4000, 3600), 1000, (900, 100)),
    (8000, 7200, (7999, 7199), 1, (1, 0)),
    (8000, 7200, (7999, 7200), 1, (0, 1)),
]


@pytest.mark.parametrize(("price", "county", "returned", "correction", "shares"), SHARES)
def test_a_correction_is_shared_as_the_charge_was(
    price: int, county: int, returned: tuple[int, int], correction: int, shares: tuple[int, int]
) -> None:
    back = given_back(settled(price, county, *returned), Money(correction))
    assert (back.county_cents, back.client_cents) == shares


@settings(max_examples=50)
@given(st.integers(1, 100_000), st.integers(0, 100), st.lists(st.integers(1, 100), max_size=8))
def test_full_corrections_return_every_cent(price: int, county_pays: int, parts: list[int]) -> None:
    county = price * county_pays // 100
    returned = returned_county = 0
    for percent_of_rest in [*parts, 100]:
        part = (price - returned) * percent_of_rest // 100
        back = given_back(settled(price, county, returned, returned_county), Money(part))
        assert back.county_cents >= 0
        assert back.client_cents >= 0
        returned, returned_county = returned + part, returned_county + back.county_cents
    assert (returned, returned_county) == (price, county)


DISPUTES = [
    (ChargeState.ACCEPTED, True, "disputed_by_client"),
    (ChargeState.ON_HOLD, True, "disputed_by_client"),
    (ChargeState.ACCEPTED, False, None),
    (ChargeState.SETTLED, True, None),
]


@pytest.mark.parametrize(("state", "dispute_open", "code"), DISPUTES)
def test_disputed_by_client(state: ChargeState, dispute_open: bool, code: str | None) -> None:
    finding = disputed_by_client(state, dispute_open)
    assert (finding.code if finding else None) == code


# rule (hours, per cent), notice, reason, price; the full price is 80.00
CANCELLATIONS = [
    ((24, 50), 23, "ill", 4000, None),
    ((24, 50), 23, "ill", 4001, "cancellation_rule"),
    ((24, 50), 24, "ill", 1, "cancellation_rule"),
    ((24, 50), 25, "ill", 1, "cancellation_rule"),
    ((24, 50), 23, None, 4000, "cancellation_rule"),
    ((24, 50), 23, "", 4000, "cancellation_rule"),
    ((24, 100), 0, "ill", 8000, None),
    (None, 0, "ill", 1, "cancellation_rule"),
]


@pytest.mark.parametrize(("rule", "notice", "reason", "price", "code"), CANCELLATIONS)
def test_cancellation_rule(
    rule: tuple[int, int] | None, notice: int, reason: str | None, price: int, code: str | None
) -> None:
    visit = CancelledVisit(notice, reason, Money(price), Money(8000))
    finding = cancellation_rule(CancellationRule(*rule) if rule else None, visit)
    assert (finding.code if finding else None) == code
