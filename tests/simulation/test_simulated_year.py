"""A small simulated year, daily; the large one: `python -m benchmarks.simulated_year`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from foundation.database.session import make_engine
from tests.scratch_database import ScratchServer
from tests.simulation.checks import violations
from tests.simulation.planted_faults import PLANTED_FAULTS
from tests.simulation.year import BrokenYearError, Year, simulate_year

pytestmark = pytest.mark.long
CLIENTS, DAYS = 12, 36
FIRST, SECOND = 4, 17
"""The seeds of the two small years."""
EVERYTHING = (
    "grant",
    "change decision: stored",
    "state: paused",
    "state: open",
    "choose: made",
    "choose: not made",
    "end choice: ended",
    "charge: accepted",
    "charge: refused",
    "charge: duplicate",
    "batch: accepted",
    "file row: accepted",
    "file row: on_hold",
    "file again",
    "admit_charge: accepted",
    "refuse_charge: rejected",
    "withdraw: withdrawn",
    "withdraw: period_locked",
    "dispute: accepted to on_hold",
    "dispute: settled to settled",
    "correct: accepted",
    "run sent",
    "approve: role_forbidden",
    "answer: paid",
    "answer: returned",
    "answer: known",
    "reason: over_period_limit",
    "reason: possible_double",
    "reason: too_late",
    "reason: over_amount",
    "reason: provider_suspended",
    "reason: voucher_paused",
    "publish price",
)
"""What must have happened in the two small years, so that they keep testing it."""

MakeEngine = Callable[[], Engine]
_numbers = count(1)


@pytest.fixture(scope="module")
def new_engine(scratch_server: ScratchServer, worker_name: str) -> Iterator[MakeEngine]:
    """Engines on empty, migrated databases that are dropped after the module."""
    made: list[tuple[str, Engine]] = []

    def make() -> Engine:
        name = f"year_{worker_name}_{next(_numbers)}"
        made.append((name, make_engine(scratch_server.new_database(name))))
        return made[-1][1]

    yield make
    for name, engine in made:
        engine.dispose()
        scratch_server.drop_database(name)


@pytest.fixture(scope="module")
def finished_year(new_engine: MakeEngine) -> Iterator[Year]:
    """Return a finished small year, with its session open."""
    with Session(new_engine()) as session:
        year = Year(session, seed=FIRST, clients=CLIENTS, days=DAYS)
        for _ in year.run():
            pass
        yield year


def test_small_years_break_no_invariant_and_cover_every_act(
    new_engine: MakeEngine, finished_year: Year
) -> None:
    second = simulate_year(new_engine(), seed=SECOND, clients=CLIENTS, days=DAYS)
    done = finished_year.county.done + second.done
    assert [act for act in EVERYTHING if not done[act]] == []


def test_a_seed_replays_to_the_byte(new_engine: MakeEngine) -> None:
    first, again = (simulate_year(new_engine(), seed=5, clients=15, days=15).ledger for _ in range(2))
    assert first == again
    assert first.count(b"\n") > 20


@pytest.mark.parametrize("fault", PLANTED_FAULTS)
@pytest.mark.parametrize("checked", ["all rows", "changed rows"])
def test_a_planted_fault_is_found(finished_year: Year, fault: str, checked: str) -> None:
    statement, found_by = PLANTED_FAULTS[fault]
    session, since = finished_year.session, finished_year.since if checked == "changed rows" else None
    with session.begin_nested() as savepoint:
        if "posting" in statement:
            session.execute(text("ALTER TABLE posting DISABLE TRIGGER USER"))
        session.execute(text(statement))
        found = list(violations(finished_year.county, finished_year.bank, since=since))
        savepoint.rollback()
    session.rollback()
    assert any(violation.startswith(found_by) for violation in found), found


def test_a_violation_is_reported_with_seed_and_day(finished_year: Year) -> None:
    name = next(iter(finished_year.bank.paid))
    cents = finished_year.bank.paid.pop(name)
    with pytest.raises(BrokenYearError) as error:
        finished_year.check(whole=True)
    finished_year.bank.paid[name] = cents
    finished_year.session.rollback()
    assert str(error.value).startswith(f"seed {FIRST}, 2026-02-0")
    assert "the bank paid what left the account" in str(error.value)
