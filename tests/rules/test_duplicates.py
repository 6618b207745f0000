"""R-04, R-27, R-28: references, possible doubles, overlaps at another provider."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from clearing.charges.facts.charge import ClientVisit, KnownReference
from clearing.charges.facts.outcomes import Accepted, Duplicate
from clearing.charges.reading.fields import read_charge
from clearing.grants.facts.funding import EarlierCharge
from clearing.grants.facts.kinds import ChargeState
from foundation.vocabulary.money import Money
from tests.rules.facts_builder import (
    ASSISTANCE,
    CHOICE,
    COUNTY,
    MEALS,
    OFFERING,
    OTHER_PROVIDER,
    PROVIDER,
    book,
    cents_by_class,
    choice,
    decide,
    decide_one,
    funding,
    hours,
    offering,
    provider,
    sent,
    verdict,
    verdicts,
)

OK, REUSED, DOUBLE = "accepted", "refused: reference_reused", "on_hold: possible_double"
WARNED = "accepted: overlaps_other_provider"


def used(provider_id: int = PROVIDER, reference: str = "R-1", **changes: Any) -> Any:
    """Return a book in which the usual charge stands under a reference, accepted."""
    content = read_charge(sent(**changes))[0].content
    state = ChargeState.ACCEPTED
    return book(references={(provider_id, reference): KnownReference(41, content, state)})


REFERENCES = [
    ({}, "duplicate"),
    ({"quantity": "2.0", "unit_price": "40"}, "duplicate"),
    ({"quantity": "1.00"}, REUSED),
    ({"service_day": "2026-11-04"}, REUSED),
    ({"note": "x"}, REUSED),
    ({"total": "80.00"}, REUSED),
    ({"reference": "R-2"}, OK),
    ({"reference": "r-1"}, OK),
    ({"voucher": "ZZ99"}, REUSED),  # reported on its own, though the voucher is unknown too
    ({"quantity": "-1", "service": "NOPE"}, REUSED),
    ({"quantity": "x"}, REUSED),
]


@pytest.mark.parametrize(("changes", "expected"), REFERENCES)
def test_reference_reused(changes: dict[str, str], expected: str) -> None:
    assert verdict(decide_one(used(), **changes)) == expected


def test_another_provider_may_use_the_same_reference() -> None:
    assert verdict(decide_one(used(provider_id=OTHER_PROVIDER))) == OK


def test_a_duplicate_names_the_stored_charge() -> None:
    assert decide_one(used()) == Duplicate(41, None)


BATCHES = [
    ([{}, {}], [OK, "duplicate"]),
    ([{}, {"quantity": "1"}], [OK, REUSED]),
    ([{"quantity": "x"}, {}], ["refused: field_malformed", OK]),  # a refused charge keeps no reference
    ([{"client": "C-9"}, {}, {}], ["refused: client_mismatch", OK, "duplicate"]),
    ([{"service_day": "2026-11-04"}, {}], [REUSED, OK]),  # the earlier service day is decided first
]


@pytest.mark.parametrize(("changes", "expected"), BATCHES)
def test_references_within_a_batch(changes: list[dict[str, str]], expected: list[str]) -> None:
    assert verdicts(decide(book(), *(sent(**change) for change in changes))) == expected


def test_a_duplicate_within_a_batch_names_its_place() -> None:
    assert decide(book(), sent(), sent())[1] == Duplicate(None, 0)


def test_a_held_charge_keeps_its_reference() -> None:
    facts = book(providers=[provider(papers=())])
    assert verdicts(decide(facts, sent(), sent(), sent(quantity="1"))) == [
        "on_hold: provider_papers_expired", "duplicate", REUSED,
    ]  # fmt: skip


def at(text: str) -> datetime:
    """Return a Helsinki winter time of November 2026 in UTC: ``3T10:00``."""
    day, clock = text.split("T")
    return datetime(2026, 11, int(day), int(clock[:2]) - 2, int(clock[3:]), tzinfo=UTC)


def line(start: str | None = None, end: str | None = None, **changes: Any) -> EarlierCharge:
    """Return a stored charge of two hours on 3 November, with or without times."""
    base = EarlierCharge(
        id=41,
        provider_id=PROVIDER,
        reference="R-0",
        service=ASSISTANCE,
        service_day=date(2026, 11, 3),
        start=at(start) if start else None,
        end=at(end) if end else None,
        quantity=hours("2"),
        unit_price_cents=Money(4000),
        price_cents=Money(8000),
        county_pays_cents=Money(7200),
        worker=None,
        state=ChargeState.ACCEPTED,
    )
    return replace(base, **changes)


TIMED = {"start": "10:00", "end": "12:00"}
MORNING = ("3T10:00", "3T12:00")
OVER_MIDNIGHT = {
    "service_day": "2026-11-02",
    "start": "22:00",
    "end": "2026-11-03T10:01",
    "quantity": "12.02",
}

DOUBLES: list[tuple[EarlierCharge, dict[str, str], str]] = [
    # overlapping times
    (line(*MORNING), TIMED, DOUBLE),
    (line("3T08:00", "3T10:00"), TIMED, OK),
    (line("3T08:00", "3T10:01"), TIMED, DOUBLE),
    (line("3T12:00", "3T13:00"), TIMED, OK),
    (line("3T11:59", "3T13:00"), TIMED, DOUBLE),
    (line("3T10:30", "3T10:31"), TIMED, DOUBLE),
    (line("3T09:00", "3T13:00"), TIMED, DOUBLE),
    (line(*MORNING), {**TIMED, "quantity": "2.00", "unit_price": "30"}, DOUBLE),
    (line(*MORNING, state=ChargeState.ON_HOLD), TIMED, DOUBLE),
    (line(*MORNING, state=ChargeState.SETTLED), TIMED, DOUBLE),
    (line(*MORNING, provider_id=OTHER_PROVIDER), TIMED, OK),
    (line(*MORNING, service=MEALS), TIMED, OK),
    # over midnight, on another service day
    (line(*MORNING), OVER_MIDNIGHT, DOUBLE),
    (line("3T10:01", "3T12:00"), OVER_MIDNIGHT, OK),
    # the same day, quantity and price where one has no times
    (line(), {}, DOUBLE),
    (line(), TIMED, DOUBLE),
    (line(*MORNING), {}, DOUBLE),
    (line(*MORNING, quantity=hours("1")), {}, OK),
    (line(quantity=hours("1.99")), {}, OK),
    (line(price_cents=Money(7999)), {}, OK),
    (line(service_day=date(2026, 11, 2)), {}, OK),
    (line(service_day=date(2026, 11, 4)), {}, OK),
    (line(service=MEALS), {}, OK),
    (line(provider_id=OTHER_PROVIDER), {}, OK),
    (line(reference="R-1"), {}, OK),
    # both with times: the same quantity and price do not matter
    (line("3T14:00", "3T16:00"), TIMED, OK),
    # silent where a field that it reads cannot be read
    (line(), {"start": "10:00", "end": "x"}, "refused: field_malformed"),
    (line(), {"start": "10:00", "end": "09:00"}, "refused: times_invalid"),
    (line(), {"service_day": "x"}, "refused: field_malformed"),
    (line(), {"reference": ""}, "refused: field_missing"),
]


@pytest.mark.parametrize(("stored", "changes", "expected"), DOUBLES)
def test_possible_double(stored: EarlierCharge, changes: dict[str, str], expected: str) -> None:
    assert verdict(decide_one(book(funding(earlier=(stored,))), **changes)) == expected


def test_a_visit_whose_times_are_needed_is_not_compared() -> None:
    facts = book(funding(earlier=(line(),), values=cents_by_class(weekday=3600, evening=4000)))
    assert verdict(decide_one(facts)) == "refused: field_missing"


def test_other_charges_of_the_day_do_not_hide_a_double() -> None:
    others = (
        line(id=42, provider_id=OTHER_PROVIDER), line(id=43, service=MEALS),
        line(id=44, reference="R-1"), line(id=45, quantity=hours("1")),
    )  # fmt: skip
    facts = book(funding(earlier=(*others, line())))
    assert verdict(decide_one(facts)) == DOUBLE


def test_doubles_within_a_batch() -> None:
    charges = [
        sent(reference="A", **TIMED),
        sent(reference="B", start="11:59", end="13:59"),
        sent(reference="C", start="13:59", end="15:59"),
    ]
    assert verdicts(decide(book(), *charges)) == [OK, DOUBLE, OK]


def test_a_free_charge_may_be_a_double_too() -> None:
    little = {"quantity": "0.01", "unit_price": "0.49"}
    charges = [sent(reference="A", **little), sent(reference="B", **little)]
    assert verdicts(decide(book(), *charges)) == [OK, DOUBLE]


def test_a_charge_on_hold_counts_for_the_next_double() -> None:
    facts = book(providers=[provider(papers=())])
    charges = [sent(reference="A", **TIMED), sent(reference="B", **TIMED)]
    assert verdicts(decide(facts, *charges))[1] == "on_hold: provider_papers_expired possible_double"


def test_a_refused_charge_does_not_count_for_doubles() -> None:
    charges = [sent(reference="A", client="C-9", **TIMED), sent(reference="B", **TIMED)]
    assert verdicts(decide(book(), *charges)) == ["refused: client_mismatch", OK]


def test_a_double_on_another_funding_is_none() -> None:
    second = funding(id=901, voucher="CD34", choices=(choice(id=CHOICE + 1),))
    charges = [sent(reference="A", **TIMED), sent(reference="B", voucher="CD34", **TIMED)]
    assert verdicts(decide(book(funding(), second), *charges)) == [OK, OK]


VISITS = [
    (OTHER_PROVIDER, "3T09:00", "3T10:00", OK),
    (OTHER_PROVIDER, "3T09:00", "3T10:01", WARNED),
    (OTHER_PROVIDER, "3T11:59", "3T12:30", WARNED),
    (OTHER_PROVIDER, "3T12:00", "3T12:30", OK),
    (OTHER_PROVIDER, "3T10:15", "3T10:16", WARNED),
    (OTHER_PROVIDER, "2T20:00", "3T10:01", WARNED),
    (OTHER_PROVIDER, "4T10:00", "4T12:00", OK),
    (PROVIDER, "3T10:00", "3T12:00", OK),
]


@pytest.mark.parametrize(("who", "start", "end", "expected"), VISITS)
def test_overlaps_other_provider(who: int, start: str, end: str, expected: str) -> None:
    visits = {(COUNTY, "C-1"): (ClientVisit(41, who, at(start), at(end)),)}
    assert verdict(decide_one(book(visits=visits), **TIMED)) == expected


@pytest.mark.parametrize(("start", "expected"), [("3T10:00", WARNED), ("3T10:01", OK)])
def test_a_visit_over_midnight_overlaps_a_visit_of_the_next_day(start: str, expected: str) -> None:
    visits = {(COUNTY, "C-1"): (ClientVisit(41, OTHER_PROVIDER, at(start), at("3T12:00")),)}
    assert verdict(decide_one(book(visits=visits), **OVER_MIDNIGHT)) == expected


@pytest.mark.parametrize("key", [(COUNTY, "C-2"), (COUNTY + 1, "C-1")])
def test_another_client_may_be_visited_at_the_same_time(key: tuple[int, str]) -> None:
    visits = {key: (ClientVisit(41, OTHER_PROVIDER, at("3T10:00"), at("3T12:00")),)}
    assert verdict(decide_one(book(visits=visits), **TIMED)) == OK


def test_without_times_nothing_overlaps() -> None:
    visits = {(COUNTY, "C-1"): (ClientVisit(41, OTHER_PROVIDER, at("3T10:00"), at("3T12:00")),)}
    assert verdict(decide_one(book(visits=visits))) == OK


def test_overlaps_within_a_batch_over_two_fundings() -> None:
    theirs = choice(id=CHOICE + 1, provider_id=OTHER_PROVIDER, offering_id=OFFERING + OTHER_PROVIDER)
    second = funding(id=901, voucher="CD34", choices=(theirs,))
    charges = [
        sent(reference="A", **TIMED),
        sent(reference="B", provider_id=OTHER_PROVIDER, voucher="CD34", start="11:00", end="13:00"),
    ]
    facts = book(funding(), second)
    only_two = replace(facts, providers={key: facts.providers[key] for key in (PROVIDER, OTHER_PROVIDER)})
    assert verdicts(decide(facts, *charges)) == [OK, WARNED]
    assert verdicts(decide(only_two, *charges)) == [OK, WARNED]


def test_a_charge_decided_again_is_not_its_own_double() -> None:
    stored = line(*MORNING, reference="R-1", state=ChargeState.ON_HOLD)
    known = {
        (PROVIDER, "R-1"): KnownReference(41, read_charge(sent(**TIMED))[0].content, ChargeState.ON_HOLD)
    }
    other = line("3T11:00", "3T13:00", id=42, reference="R-9")
    facts = book(funding(earlier=(stored, other)), references=known)
    assert verdict(decide_one(facts, replaces=41, **TIMED)) == DOUBLE
    admitted = decide_one(facts, replaces=41, waived=frozenset({"possible_double"}), **TIMED)
    assert isinstance(admitted, Accepted)
    assert verdict(admitted) == OK


def test_offerings_of_two_services_do_not_mix() -> None:
    meals = offering(id=OFFERING + 7, service=MEALS, unit="piece")
    facts = provider(offerings={(COUNTY, ASSISTANCE): (offering(),), (COUNTY, MEALS): (meals,)})
    both = funding(services=frozenset({ASSISTANCE, MEALS}))
    charges = [sent(reference="A"), sent(reference="B", service=MEALS, unit="piece")]
    assert verdicts(decide(book(both, providers=[facts]), *charges)) == [OK, OK]
