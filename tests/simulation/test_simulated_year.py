"""A small simulated year, daily; the large one: `python -m benchmarks.simulated_year`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from foundation.database.session import make_engine
from tests.scratch_database import ScratchServer
from tests.simulation.checks import broken
from tests.simulation.tampers import TAMPERS
from tests.simulation.year import BrokenYearError, Year, live_year

pytestmark = pytest.mark.long
CLIENTS, DAYS = 12, 36
LIVED, SECOND = 4, 2
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
    "told: over_period_limit",
    "told: possible_double",
    "told: too_late",
    "told: over_amount",
    "told: provider_suspended",
    "told: voucher_paused",
    "publish price",
)
"""What must have happened in the two small years, so that they do not grow empty unseen."""

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
def lived(new_engine: MakeEngine) -> Iterator[Year]:
    """A small year that is over, with its session open."""
    with Session(new_engine()) as session:
        year = Year(session, seed=LIVED, clients=CLIENTS, days=DAYS)
        for _ in year.live():
            pass
        yield year


def test_small_years_break_nothing_and_do_everything(new_engine: MakeEngine, lived: Year) -> None:
    second = live_year(new_engine(), seed=SECOND, clients=CLIENTS, days=DAYS)
    done = lived.town.done + second.done
    assert [act for act in EVERYTHING if not done[act]] == []


def test_a_seed_replays_to_the_byte(new_engine: MakeEngine) -> None:
    first, again = (live_year(new_engine(), seed=5, clients=15, days=15).ledger for _ in range(2))
    assert first == again
    assert first.count(b"\n") > 20


@pytest.mark.parametrize("fault", TAMPERS)
@pytest.mark.parametrize("evening", ["of a week's end", "of any day"])
def test_a_planted_fault_is_seen(lived: Year, fault: str, evening: str) -> None:
    statement, seen_by = TAMPERS[fault]
    session, since = lived.session, lived.since if evening == "of any day" else None
    with session.begin_nested() as savepoint:
        if "posting" in statement:
            session.execute(text("ALTER TABLE posting DISABLE TRIGGER USER"))
        session.execute(text(statement))
        found = list(broken(lived.town, lived.bank, since=since))
        savepoint.rollback()
    session.rollback()
    assert any(told.startswith(seen_by) for told in found), found


def test_what_breaks_is_told_with_seed_and_day(lived: Year) -> None:
    name = next(iter(lived.bank.paid))
    cents = lived.bank.paid.pop(name)
    with pytest.raises(BrokenYearError) as told:
        lived.check(whole=True)
    lived.bank.paid[name] = cents
    lived.session.rollback()
    assert str(told.value).startswith(f"seed {LIVED}, 2026-02-0")
    assert "what left the account is what the bank paid" in str(told.value)
