"""R-29, R-32, R-33: days that cannot be, unconfirmed accounts, sampling."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.facts.book import Sampling
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from tests.rules.facts_builder import (
    OTHER_PROVIDER,
    PROVIDER,
    book,
    county,
    decide,
    decide_one,
    funding,
    offering,
    provider,
    sent,
    verdict,
    verdicts,
)

OK, IMPOSSIBLE, SAMPLED = "accepted", "on_hold: impossible_day", "on_hold: sampled_for_check"
NOV_3 = date(2026, 11, 3)

# minutes the worker has already, start, end, quantity, worker
DAYS = [
    (0, "06:00", "20:00", "14.00", "Anna", OK),
    (0, "06:00", "20:01", "14.02", "Anna", IMPOSSIBLE),
    (0, "06:00", "20:01", "14.02", None, OK),
    (720, "10:00", "12:00", "2.00", "Anna", OK),
    (721, "10:00", "12:00", "2.00", "Anna", IMPOSSIBLE),
    (721, "10:00", "12:00", "2.00", "Bertta", OK),
    (840, "10:00", "10:01", "0.02", "Anna", IMPOSSIBLE),
    (720, None, None, "2.00", "Anna", OK),
    (721, None, None, "2.00", "Anna", IMPOSSIBLE),
    (0, "22:00", "2026-11-04T12:01", "14.02", "Anna", IMPOSSIBLE),  # a visit belongs to its service day
]


@pytest.mark.parametrize(("already", "start", "end", "quantity", "worker", "expected"), DAYS)
def test_impossible_day_of_a_worker(
    already: int, start: str | None, end: str | None, quantity: str, worker: str | None, expected: str
) -> None:
    facts = book(worker_minutes={(PROVIDER, "Anna", NOV_3): {41: already}})
    charge = {"start": start, "end": end, "quantity": quantity, "worker": worker}
    assert verdict(decide_one(facts, **charge)) == expected


OTHERS = [
    (OTHER_PROVIDER, "Anna", NOV_3),
    (PROVIDER, "Anna", date(2026, 11, 2)),
    (PROVIDER, "Anna", date(2026, 11, 4)),
]


@pytest.mark.parametrize("key", OTHERS)
def test_other_days_and_providers_do_not_count(key: Any) -> None:
    assert verdict(decide_one(book(worker_minutes={key: {41: 840}}), worker="Anna")) == OK


def test_a_day_fills_within_a_batch() -> None:
    charges = [
        sent(reference=f"R-{n}", worker="Anna", start=f"{n:02d}:00", end=f"{n + 5:02d}:00", quantity="5.00")
        for n in (6, 11, 16)
    ]
    assert verdicts(decide(book(), *charges)) == [OK, OK, IMPOSSIBLE]


def test_a_day_fills_without_times_too() -> None:
    charges = [sent(reference=f"R-{n}", worker="Anna", quantity=f"5.0{n}") for n in (1, 2, 3)]
    assert verdicts(decide(book(), *charges)) == [OK, OK, IMPOSSIBLE]


def test_a_day_fills_by_the_times_of_visits() -> None:
    facts = book(providers=[provider(offering=offering(unit="visit"))])
    charges = [
        sent(reference=f"R-{n}", worker="Anna", unit="visit", start=f"{n:02d}:00", end=f"{n + 5:02d}:00")
        for n in (6, 11, 16)
    ]
    assert verdicts(decide(facts, *charges)) == [OK, OK, IMPOSSIBLE]


def test_a_charge_decided_again_does_not_count_twice() -> None:
    facts = book(worker_minutes={(PROVIDER, "Anna", NOV_3): {41: 480}})
    again = {"start": "08:00", "end": "16:00", "quantity": "8.00", "worker": "Anna"}
    assert verdict(decide_one(facts, replaces=41, **again)) == OK
    others = book(worker_minutes={(PROVIDER, "Anna", NOV_3): {41: 361}})
    assert verdict(decide_one(others, replaces=42, **again)) == IMPOSSIBLE
    assert verdict(decide_one(book(), replaces=41, **again)) == OK
    assert verdict(decide_one(facts, **again)) == IMPOSSIBLE


ABSENCES = [
    ("2026-11-01", "2026-11-02", OK),
    ("2026-11-01", "2026-11-03", IMPOSSIBLE),
    ("2026-11-03", "2026-11-03", IMPOSSIBLE),
    ("2026-11-03", "2026-11-10", IMPOSSIBLE),
    ("2026-11-04", "2026-11-10", OK),
]


@pytest.mark.parametrize(("first", "last", "expected"), ABSENCES)
def test_impossible_day_in_an_absence(first: str, last: str, expected: str) -> None:
    away = DateWindow(date.fromisoformat(first), date.fromisoformat(last))
    assert verdict(decide_one(book(funding(client_absences=(away,))))) == expected


def test_an_unconfirmed_account_is_a_warning() -> None:
    facts = book(providers=[provider(account_verified=False)])
    assert verdict(decide_one(facts)) == "accepted: bank_account_unverified"
    assert verdict(decide_one(facts, client="C-9")) == "refused: client_mismatch bank_account_unverified"


SAMPLINGS = [
    (None, {}, OK),
    (Sampling("s"), {}, OK),
    (Sampling("s", share_per_mille=1000), {}, SAMPLED),
    (Sampling("s", over_cents=Money(8000)), {}, OK),
    (Sampling("s", over_cents=Money(7999)), {}, SAMPLED),
    (Sampling("s", first_charges_of_provider=3), {"accepted_before": 2}, SAMPLED),
    (Sampling("s", first_charges_of_provider=3), {"accepted_before": 3}, OK),
    (Sampling("s", far_from_usual_hundredths=50), {"usual_price_cents": Money(16_001)}, SAMPLED),
    (Sampling("s", far_from_usual_hundredths=50), {"usual_price_cents": Money(16_000)}, OK),
    (Sampling("s", far_from_usual_hundredths=50), {"usual_price_cents": Money(5333)}, SAMPLED),
    (Sampling("s", far_from_usual_hundredths=50), {}, OK),
]


@pytest.mark.parametrize(("sampling", "changes", "expected"), SAMPLINGS)
def test_sampled_for_check(sampling: Sampling | None, changes: Any, expected: str) -> None:
    facts = book(county=county(sampling=sampling), providers=[provider(**changes)])
    assert verdict(decide_one(facts)) == expected


def test_what_cannot_be_read_is_not_sampled() -> None:
    facts = book(county=county(sampling=Sampling("s", share_per_mille=1000, over_cents=Money(0))))
    assert verdict(decide_one(facts, reference="")) == "refused: field_missing"
    assert verdict(decide_one(facts, quantity="x")) == "refused: field_malformed"


def test_a_share_is_picked_by_reference_and_always_the_same() -> None:
    facts = book(county=county(sampling=Sampling("salt", share_per_mille=200)))
    picked = [verdict(decide_one(facts, reference=f"R-{n}")) == SAMPLED for n in range(500)]
    assert 60 < sum(picked) < 140
    assert picked == [verdict(decide_one(facts, reference=f"R-{n}")) == SAMPLED for n in range(500)]


# share per mille, reference, and whether it is picked: for ever, on every machine
PICKS = [
    (52, "R-7", False),
    (53, "R-7", True),
    (1, "R-1334", True),
    (0, "R-1334", False),
    (1000, "R-3634", True),
    (999, "R-1", True),
    (23, "R-11", False),
    (24, "R-11", True),
]


@pytest.mark.parametrize(("share", "reference", "picked"), PICKS)
def test_the_same_charge_is_picked_for_ever(share: int, reference: str, picked: bool) -> None:
    facts = book(county=county(sampling=Sampling("salt", share_per_mille=share)))
    assert verdict(decide_one(facts, reference=reference)) == (SAMPLED if picked else OK)


def test_units_other_than_hours_take_no_working_time() -> None:
    visits = provider(offering=offering(unit="visit"))
    full = book(providers=[visits], worker_minutes={(PROVIDER, "Anna", NOV_3): {41: 840}})
    assert verdict(decide_one(full, unit="visit", quantity="15", worker="Anna")) == OK
    timed = {"unit": "visit", "quantity": "1", "start": "10:00", "end": "10:01"}
    assert verdict(decide_one(full, worker="Anna", **timed)) == IMPOSSIBLE
