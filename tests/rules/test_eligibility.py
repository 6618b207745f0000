"""R-07 to R-10, R-13, R-16, R-17: who may charge what on which funding."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.rules.matching import may_know
from clearing.grants.facts.kinds import DecisionState, FundingState
from tests.rules.facts_builder import (
    ASSISTANCE,
    CHOICE,
    COUNTY,
    LONG_AGO,
    MEALS,
    OFFERING,
    OTHER_PROVIDER,
    PROVIDER,
    STRANGER,
    book,
    choice,
    decide_one,
    funding,
    offering,
    prices,
    provider,
    verdict,
)

OK = "accepted"
UNKNOWN = "refused: voucher_unknown"

OURS = choice()
ENDED = choice(last_day=date(2026, 10, 31))
COMING = choice(first_day=date(2026, 12, 1))
THEIRS = choice(provider_id=OTHER_PROVIDER)

# named provider, choices, who charges
KNOWERS = [
    (None, (OURS,), PROVIDER, OK),
    (None, (OURS,), OTHER_PROVIDER, UNKNOWN),
    (None, (OURS, THEIRS), OTHER_PROVIDER, OK),
    (None, (), PROVIDER, UNKNOWN),
    (PROVIDER, (), PROVIDER, OK),
    (PROVIDER, (), OTHER_PROVIDER, UNKNOWN),
    (PROVIDER, (THEIRS,), OTHER_PROVIDER, OK),
    (None, (ENDED,), PROVIDER, "refused: provider_not_chosen"),
    (None, (COMING,), PROVIDER, "refused: provider_not_chosen"),
    (PROVIDER, (ENDED,), PROVIDER, OK),
    (None, (ENDED, THEIRS), STRANGER, UNKNOWN),
]


@pytest.mark.parametrize(("named", "choices", "who", "expected"), KNOWERS)
def test_voucher_unknown(named: int | None, choices: Any, who: int, expected: str) -> None:
    facts = book(funding(named_provider_id=named, choices=choices))
    assert verdict(decide_one(facts, provider_id=who)) == expected
    assert may_know(funding(named_provider_id=named, choices=choices), who) is (expected != UNKNOWN)


@pytest.mark.parametrize("code", ["AB13", "AB1", "'; drop table", "-", "Ä" * 300])
def test_no_such_voucher(code: str) -> None:
    assert verdict(decide_one(voucher=code)) == UNKNOWN


def test_an_unknown_voucher_leaves_only_the_rules_of_the_charge_itself() -> None:
    outcome = decide_one(voucher="X", quantity="-1", service="NOPE", service_day="2030-01-01", client="C-9")
    assert verdict(outcome) == "refused: amount_not_positive service_day_in_future voucher_unknown"


CLIENTS = [
    (None, OK),
    ("C-1", OK),
    (" C-1 ", OK),
    ("C-2", "refused: client_mismatch"),
    ("c", "refused: client_mismatch"),
]


@pytest.mark.parametrize(("client", "expected"), CLIENTS)
def test_client_mismatch(client: str | None, expected: str) -> None:
    assert verdict(decide_one(client=client)) == expected


GRANTED, OPEN, PAUSED_STATE, CLOSED_STATE, REVOKED_STATE = FundingState
NOV_2, NOV_3, NOV_4 = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4)
NOT_OPEN, PAUSED = "refused: voucher_not_open", "refused: voucher_paused"
CLOSED, REVOKED = "refused: voucher_closed", "refused: voucher_revoked"

STATES = [
    ([(LONG_AGO, OPEN)], OK),
    ([(LONG_AGO, GRANTED)], NOT_OPEN),
    ([(LONG_AGO, PAUSED_STATE)], PAUSED),
    ([(LONG_AGO, CLOSED_STATE)], CLOSED),
    ([(LONG_AGO, REVOKED_STATE)], REVOKED),
    ([], NOT_OPEN),
    ([(NOV_4, OPEN)], NOT_OPEN),
    ([(LONG_AGO, GRANTED), (NOV_4, OPEN)], NOT_OPEN),
    ([(LONG_AGO, GRANTED), (NOV_3, OPEN)], OK),
    ([(LONG_AGO, GRANTED), (NOV_2, OPEN)], OK),
    ([(LONG_AGO, OPEN), (NOV_2, PAUSED_STATE)], PAUSED),
    ([(LONG_AGO, OPEN), (NOV_3, PAUSED_STATE)], PAUSED),
    ([(LONG_AGO, OPEN), (NOV_4, PAUSED_STATE)], OK),
    ([(LONG_AGO, OPEN), (NOV_2, PAUSED_STATE), (NOV_3, OPEN)], OK),
    ([(LONG_AGO, OPEN), (NOV_2, PAUSED_STATE), (NOV_4, OPEN)], PAUSED),
    ([(LONG_AGO, OPEN), (NOV_3, CLOSED_STATE)], CLOSED),
    ([(LONG_AGO, OPEN), (NOV_4, CLOSED_STATE)], OK),
    ([(LONG_AGO, OPEN), (NOV_3, REVOKED_STATE)], REVOKED),
    ([(LONG_AGO, OPEN), (NOV_4, REVOKED_STATE)], OK),
    # Several on one day: the one at the end of the day counts.
    ([(LONG_AGO, OPEN), (NOV_3, PAUSED_STATE), (NOV_3, OPEN)], OK),
    ([(LONG_AGO, OPEN), (NOV_3, OPEN), (NOV_3, PAUSED_STATE)], PAUSED),
    ([(LONG_AGO, GRANTED), (NOV_3, OPEN), (NOV_3, CLOSED_STATE)], CLOSED),
]


@pytest.mark.parametrize(("states", "expected"), STATES)
def test_voucher_state_on_the_service_day(states: Any, expected: str) -> None:
    assert verdict(decide_one(book(funding(states=tuple(states))))) == expected


IN_FORCE, APPEALED, ANNULLED = DecisionState.IN_FORCE, DecisionState.APPEALED, DecisionState.ANNULLED
HELD = "on_hold: decision_not_in_force"

DECISIONS = [
    ([], OK),
    ([(LONG_AGO, IN_FORCE)], OK),
    ([(LONG_AGO, APPEALED)], HELD),
    ([(LONG_AGO, ANNULLED)], HELD),
    ([(LONG_AGO, IN_FORCE), (NOV_2, APPEALED)], HELD),
    ([(LONG_AGO, IN_FORCE), (NOV_3, APPEALED)], HELD),
    ([(LONG_AGO, IN_FORCE), (NOV_4, APPEALED)], OK),
    ([(LONG_AGO, APPEALED), (NOV_3, IN_FORCE)], OK),
    ([(LONG_AGO, APPEALED), (NOV_4, IN_FORCE)], HELD),
    ([(LONG_AGO, IN_FORCE), (NOV_3, ANNULLED)], HELD),
    ([(LONG_AGO, IN_FORCE), (NOV_4, ANNULLED)], OK),
]


@pytest.mark.parametrize(("states", "expected"), DECISIONS)
def test_decision_not_in_force(states: Any, expected: str) -> None:
    assert verdict(decide_one(book(funding(decision_states=tuple(states))))) == expected


NOT_CHOSEN = "refused: provider_not_chosen"
CHOICES = [
    ([choice(first_day=NOV_3)], OK),
    ([choice(first_day=NOV_4)], NOT_CHOSEN),
    ([choice(last_day=NOV_3)], OK),
    ([choice(last_day=NOV_2)], NOT_CHOSEN),
    ([choice(first_day=NOV_3, last_day=NOV_3)], OK),
    ([choice(last_day=NOV_2), choice(id=CHOICE + 1, first_day=NOV_3)], OK),
    ([choice(last_day=NOV_2), choice(id=CHOICE + 1, first_day=NOV_4)], NOT_CHOSEN),
    ([choice(last_day=NOV_2), choice(id=CHOICE + 1, provider_id=OTHER_PROVIDER)], NOT_CHOSEN),
]


@pytest.mark.parametrize(("choices", "expected"), CHOICES)
def test_provider_not_chosen(choices: Any, expected: str) -> None:
    assert verdict(decide_one(book(funding(choices=tuple(choices))))) == expected


SERVICES = [
    ({ASSISTANCE}, ASSISTANCE, OK),
    ({ASSISTANCE, MEALS}, ASSISTANCE, OK),
    ({MEALS}, ASSISTANCE, "refused: service_not_in_voucher"),
    ({ASSISTANCE}, MEALS, "refused: service_not_in_voucher"),
    ({ASSISTANCE}, "NO_SUCH_SERVICE", "refused: service_not_in_voucher"),
    ({ASSISTANCE}, ASSISTANCE.lower(), "refused: service_not_in_voucher"),
]


@pytest.mark.parametrize(("services", "service", "expected"), SERVICES)
def test_service_not_in_voucher(services: set[str], service: str, expected: str) -> None:
    assert verdict(decide_one(book(funding(services=frozenset(services))), service=service)) == expected


UNITS = [
    ("hour", "hour", OK),
    ("visit", "hour", "refused: unit_mismatch"),
    ("hour", "visit", "refused: unit_mismatch"),
    ("visit", "visit", OK),
    ("km", "km", OK),
]


@pytest.mark.parametrize(("offered", "charged", "expected"), UNITS)
def test_unit_mismatch(offered: str, charged: str, expected: str) -> None:
    facts = book(providers=[provider(offering=offering(unit=offered))])
    assert verdict(decide_one(facts, unit=charged)) == expected


def test_the_chosen_offering_counts_before_another_of_the_same_service() -> None:
    cheap = offering(id=OFFERING + 9, unit="visit", prices=prices(any_=4000))
    facts = provider(offerings={(COUNTY, ASSISTANCE): (cheap, offering())})
    assert verdict(decide_one(book(providers=[facts]))) == OK
    assert verdict(decide_one(book(providers=[facts]), unit="visit")) == "refused: unit_mismatch"


def test_without_a_day_the_unit_is_still_compared() -> None:
    assert verdict(decide_one(service_day="x", unit="visit")) == "refused: field_malformed unit_mismatch"
    by_visit = offering(id=OFFERING + 1, unit="visit", prices=prices(any_=4000))
    both = provider(offerings={(COUNTY, ASSISTANCE): (offering(), by_visit)})
    facts = book(providers=[both])
    assert verdict(decide_one(facts, service_day="x", unit="visit")) == "refused: field_malformed"


def test_without_a_choice_of_the_service_the_offering_of_the_unit_counts() -> None:
    facts = provider(
        offerings={(COUNTY, ASSISTANCE): (offering(id=1, unit="visit"), offering(id=2, unit="hour"))}
    )
    assert verdict(decide_one(book(providers=[facts]))) == OK
